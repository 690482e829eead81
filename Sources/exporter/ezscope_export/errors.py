"""Errors that say what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

USAGE = 64
BAD_DATA = 65
NO_INPUT = 66
SOFTWARE = 70
INPUT_OUTPUT = 74


class ExportError(Exception):
    """Something a user can put right.

    `code` is the exit status: 64 usage, 65 bad data, 66 no such input, 74 input/output.
    """

    def __init__(
        self, problem: str, remedy: str = "", *, where: str = "", code: int = BAD_DATA
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy
        self.where = where
        self.code = code

    def __str__(self) -> str:
        head = f"{self.where}: {self.problem}" if self.where else self.problem
        if self.code == USAGE:
            return f"{head}; {self.remedy}" if self.remedy else head
        return f"{head}\n  {self.remedy}" if self.remedy else head


def printable(text: str, limit: int = 80) -> str:
    """A text from a data set, safe to show on a terminal."""
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:limit])
    return shown + ("…" if len(text) > limit else "")


def listed(names: Iterable[object], most: int = 12) -> str:
    """Names from a data set in one line: `a, b, c`."""
    names = list(names)
    shown = ", ".join(printable(str(name), 40) for name in names[:most])
    return (shown + (", …" if len(names) > most else "")) or "none"


def nearest(word: str, known: Iterable[str]) -> str:
    """` (did you mean …?)`, or nothing where no known word is near."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" (did you mean {close[0]}?)" if close else ""


def first_line(error: BaseException) -> str:
    """What a library's error says, without its advice."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return printable(lines[0] if lines else type(error).__name__, 300)
