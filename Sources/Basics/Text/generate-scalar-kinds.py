#!/usr/bin/env python3
"""Writes ScalarKindTable.swift and, with --fixture, the table its test compares against.

    ./generate-scalar-kinds.py > ScalarKindTable.swift
    ./generate-scalar-kinds.py --fixture > ../../../Tests/TerminalUITests/Cells/WidthFixture.swift

The table comes from the Unicode character database as packaged by PyPI `regex` 2026.5.9
(Unicode 17.0); the fixture from PyPI `wcwidth` 0.7.0 (Unicode 17.0), which derives its widths
independently. They differ on purpose in two places, left out of the fixture: spacing marks (Mc)
take a cell of their own here, as the C library has it, and so do regional indicators.
"""

import sys

NARROW, WIDE, MARK, DROPPED, TAG, ESCAPE = range(6)


def classifier():
    import regex

    def matcher(pattern):
        compiled = regex.compile(pattern)
        return lambda text: compiled.match(text) is not None

    # Control, format, surrogate, private, unassigned, line and paragraph separators, and all
    # that is invisible by definition: none may reach a terminal.
    unsafe = matcher(r"[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]")
    mark = matcher(r"[\p{Mn}\p{Me}]")
    wide = matcher(r"[\p{EA=W}\p{EA=F}]")

    def classify(code):
        text = chr(code)
        variation = 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF
        mongolian = code in (0x180B, 0x180C, 0x180D, 0x180F)
        if code == 0x200D or variation or mongolian:
            return DROPPED
        if 0xE0020 <= code <= 0xE007F:
            return TAG
        if unsafe(text):
            return ESCAPE
        # Hangul vowels and finals join the syllable before them, as marks do.
        if mark(text) or 0x1160 <= code <= 0x11FF or 0xD7B0 <= code <= 0xD7FF:
            return MARK
        return WIDE if wide(text) else NARROW

    return classify


def runs(classify):
    previous = None
    for code in range(0x110000):
        kind = classify(code)
        if kind != previous:
            yield code, kind
            previous = kind


def print_table():
    entries = [f"0x{start << 3 | kind:X}," for start, kind in runs(classifier())]
    print("// Made by generate-scalar-kinds.py from Unicode 17.0; do not edit.")
    print()
    print("/// Where the kind of scalars changes, ascending: `first scalar << 3 | kind`.")
    print("let scalarKindTable: [UInt32] = [")
    for index in range(0, len(entries), 9):
        print("  " + " ".join(entries[index : index + 9]))
    print("]")


def print_fixture():
    import regex
    import wcwidth

    skipped = regex.compile(r"[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Mc}\p{DI}\p{RI}]")

    def expected(code):
        text = chr(code)
        return -1 if skipped.match(text) else wcwidth.wcwidth(text)

    print("// Made by generate-scalar-kinds.py --fixture from wcwidth 0.7.0; do not edit.")
    print()
    print("/// Where the expected width changes: `first scalar << 2 | width`, width 3 = not compared.")
    print("let widthFixture: [UInt32] = [")
    entries = [f"0x{start << 2 | (width & 3):X}," for start, width in runs(expected)]
    for index in range(0, len(entries), 9):
        print("  " + " ".join(entries[index : index + 9]))
    print("]")


if __name__ == "__main__":
    print_fixture() if "--fixture" in sys.argv[1:] else print_table()
