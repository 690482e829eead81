"""Whatever ends a command, it is a status and a sentence."""

from __future__ import annotations

import pytest

from ezscope_export import ending
from ezscope_export.errors import ExportError


def raising(error: BaseException):
    def work() -> int:
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (ExportError("no column text", "name one", where="a.jsonl"), 65, "a.jsonl: no column text"),
        (KeyboardInterrupt(), 130, "name: stopped; run it again"),
        (BrokenPipeError(), 74, ""),
        (PermissionError(13, "Permission denied", "/x/out"), 74, "/x/out: Permission denied"),
        (RuntimeError("shapes\nsecond"), 70, "RuntimeError: shapes\n  all is kept; EZSCOPE_TRACE"),
        (MemoryError(), 70, "the memory does not suffice\n  all is kept; pass a smaller --memory"),
    ],
)
def test_whatever_ends_a_command_is_said(error, status, said, capsys):
    assert ending.run("name", raising(error), resumes="run it again", kept="all is kept") == status
    shown = capsys.readouterr().err
    assert said in shown and "Traceback" not in shown and "second" not in shown


def test_who_asks_sees_the_traceback(monkeypatch):
    monkeypatch.setenv("EZSCOPE_TRACEBACK", "1")
    with pytest.raises(RuntimeError):
        ending.run("name", raising(RuntimeError("x")))


def test_a_sentence_says_nothing_of_what_was_not_kept(capsys):
    assert ending.run("name", lambda: 3) == 3
    assert ending.run("name", raising(KeyboardInterrupt())) == 130
    assert capsys.readouterr().err == "\nname: stopped\n"
