"""A work folder is ours to its last moment, however far its removal came."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ezscope_export import workfolder
from ezscope_export.errors import ExportError
from ezscope_export.progress import Reporter


def made(folder: Path) -> Path:
    work = folder / "run.part"
    workfolder.claim(work, {"of": 1}, "export", Reporter(quiet=True))
    (work / "columns").mkdir()
    for name in ("journal", "columns/a.bin", "columns/b.bin", "digests.json"):
        (work / name).write_text(name)
    return work


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize("step", range(8))
def test_killed_while_it_is_removed_it_is_begun_anew(tmp_path, monkeypatch, step):
    work = made(tmp_path)
    real, left = {name: getattr(os, name) for name in ("unlink", "rmdir")}, [step]

    def until(name):
        def call(*words, **named):
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            return real[name](*words, **named)

        return call

    with monkeypatch.context() as patch:
        for name in real:
            patch.setattr(os, name, until(name))
        ended = False
        try:
            workfolder.remove(work)
            ended = True
        except Killed:
            pass
    assert ended == (not work.exists())
    # Nothing of the work before is taken for finished.
    workfolder.claim(work, {"of": 1}, "export", Reporter(quiet=True))
    assert [path.name for path in work.iterdir()] == ["state.json"]
    workfolder.remove(work)
    assert not work.exists()


def test_what_others_laid_there_stays(tmp_path):
    work = tmp_path / "run.part"
    work.mkdir()
    (work / "thesis.txt").write_text("mine")
    with pytest.raises(ExportError, match="is in the way and not ours"):
        workfolder.claim(work, {"of": 1}, "export", Reporter(quiet=True))
    assert (work / "thesis.txt").read_text() == "mine"
