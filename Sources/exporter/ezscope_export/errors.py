"""Errors that say what is wrong, where, and what to do."""

from __future__ import annotations

USAGE = 64
BAD_DATA = 65
NO_INPUT = 66
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
        return f"{head}\n  {self.remedy}" if self.remedy else head


def printable(text: str, limit: int = 80) -> str:
    """A text from a data set, safe to show on a terminal."""
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:limit])
    return shown + ("…" if len(text) > limit else "")
