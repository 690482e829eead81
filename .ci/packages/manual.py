"""Manual pages, from what the program's parser says of itself."""

from __future__ import annotations

import json
import time
from typing import Any

Table = dict[str, Any]


def pages(described: str, version: str, seconds: int) -> dict[str, str]:
    """A page for the program and one for each command, by file name.

    `described` is what `--experimental-dump-help` prints.
    """
    root = json.loads(described)["command"]
    day = time.strftime("%Y-%m-%d", time.gmtime(seconds))
    return {
        f"{'-'.join(path)}.1": _page(path, command, root, version, day)
        for path, command in _commands((), root)
    }


def _commands(above: tuple[str, ...], command: Table) -> list[tuple[tuple[str, ...], Table]]:
    path = (*above, command["commandName"])
    found = [(path, command)]
    for part in _subcommands(command):
        found += _commands(path, part)
    return found


def _subcommands(command: Table) -> list[Table]:
    """What a command offers; `help` is no page of its own."""
    return [
        part
        for part in command.get("subcommands", [])
        if part.get("shouldDisplay", True) and part["commandName"] != "help"
    ]


def _page(path: tuple[str, ...], command: Table, root: Table, version: str, day: str) -> str:
    name = "-".join(path)
    lines = [
        f'.TH "{_text(name).upper()}" "1" "{day}" "ezscope {_text(version)}" "ezscope"',
        # Words of commands and paths would be hyphenated.
        ".nh",
        ".ad l",
        ".SH NAME",
        f"{_text(name)} \\- {_text(command.get('abstract', '').rstrip('.'))}",
        ".SH SYNOPSIS",
        *_synopsis(path, command),
    ]
    if command.get("discussion"):
        lines += [".SH DESCRIPTION", *_paragraphs(command["discussion"])]
    parts = _subcommands(command)
    if parts:
        lines.append(".SH COMMANDS")
        for part in parts:
            page = "-".join((*path, part["commandName"]))
            lines += [
                ".TP",
                f".BR {_text(page)} (1)",
                _line(part.get("abstract", "")),
            ]
    lines += _arguments(command)
    if path != (root["commandName"],):
        above = "-".join(path[:-1])
        lines += [".SH SEE ALSO", f".BR {_text(above)} (1)"]
    return "\n".join(lines) + "\n"


def _is_default(command: Table, part: Table) -> bool:
    return bool(command.get("defaultSubcommand") == part["commandName"])


def _synopsis(path: tuple[str, ...], command: Table) -> list[str]:
    words = _text(" ".join(path))
    lines = []
    for part in _subcommands(command):
        if _is_default(command, part):
            lines += [f".B {words}", *_usage(part), ".br"]
    if _subcommands(command):
        return [*lines, f".B {words}", r"\fICOMMAND\fR [\fIOPTIONS\fR]"]
    return [*lines, f".B {words}", *_usage(command)]


def _usage(command: Table) -> list[str]:
    """What must stand on the command line, and that more can."""
    shown = _shown(command)
    words = []
    for argument in shown:
        if argument["kind"] == "positional":
            word = _placeholder(argument) + ("..." if argument.get("isRepeating") else "")
        elif not argument.get("isOptional", True):
            word = _name(argument["preferredName"]) + " " + _placeholder(argument)
        else:
            continue
        words.append(f"[{word}]" if argument.get("isOptional", True) else word)
    if any(
        argument["kind"] != "positional" and argument.get("isOptional", True) for argument in shown
    ):
        words.append(r"[\fIOPTIONS\fR]")
    return [" ".join(words)] if words else []


def _arguments(command: Table) -> list[str]:
    """Sections of arguments and options; those with a title of their own come last."""
    sections: dict[str, list[Table]] = {}
    for argument in _shown(command):
        is_positional = argument["kind"] == "positional"
        title = argument.get("sectionTitle") or ("Arguments" if is_positional else "Options")
        sections.setdefault(title, []).append(argument)
    lines = []
    for title in sorted(sections, key=_order):
        lines.append(f'.SH "{_text(title.upper())}"')
        for argument in sections[title]:
            lines += [".TP", _heading(argument), *_explained(argument)]
    return lines


def _order(title: str) -> tuple[int, str]:
    return ({"Arguments": 0, "Options": 1}.get(title, 2), title)


def _shown(command: Table) -> list[Table]:
    return [
        argument for argument in command.get("arguments", []) if argument.get("shouldDisplay", True)
    ]


def _heading(argument: Table) -> str:
    if argument["kind"] == "positional":
        return _placeholder(argument)
    names = ", ".join(_name(name) for name in argument["names"])
    return names if argument["kind"] == "flag" else f"{names} {_placeholder(argument)}"


def _name(name: Table) -> str:
    dashes = "--" if name["kind"] == "long" else "-"
    return rf"\fB{_text(dashes + name['name'])}\fR"


def _placeholder(argument: Table) -> str:
    return rf"\fI{_text(argument.get('valueName', 'value'))}\fR"


def _explained(argument: Table) -> list[str]:
    said = argument.get("abstract", "")
    values = argument.get("allValues", [])
    if values:
        said += f" One of {', '.join(values)}."
    if argument.get("defaultValue") is not None and argument["kind"] != "flag":
        said += f" Without it: {argument['defaultValue']}."
    lines = [_line(said)]
    for paragraph in _split(argument.get("discussion", "")):
        lines += [".IP", _line(paragraph)]
    return lines


def _paragraphs(text: str) -> list[str]:
    lines: list[str] = []
    for paragraph in _split(text):
        lines += [".PP", _line(paragraph)]
    return lines[1:]


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def _line(text: str) -> str:
    """A line of running text, none of which is taken for an instruction."""
    safe = _text(" ".join(text.split()))
    return "\\&" + safe if safe[:1] in (".", "'") else safe


def _text(text: str) -> str:
    """Text in which a hyphen can be copied as what it is and a backslash is only that."""
    return text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
