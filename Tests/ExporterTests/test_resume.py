"""An export that is killed and run again writes the very bytes of one that was not."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import time
from pathlib import Path

import pytest
from support import make_texts

KILLS = int(os.environ.get("EZSCOPE_KILLS", "4"))


def command(zoo, folder: Path, data: Path) -> list[str]:
    return [
        "--target",
        zoo("gpt2", "lora"),
        "--reference",
        "adapter-off",
        "--data",
        data,
        "--out",
        folder / "run.safetensors",
        "--batch-size",
        "2",
        "--memory",
        "1M",
        "--lowercase",
        "--neighbors",
        "2",
        "--spv",
        "--decoding",
        "greedy",
        "--decoding",
        "sample:n=2",
        "--prefix-tokens",
        "8",
        "--new-tokens",
        "6",
        "--quiet",
        "--threads",
        "1",
    ]


def run(words: list[object], seconds: float | None = None) -> bool:
    """Runs to the end, or kills it after some seconds; whether it came to its end.

    In a fork: a new process would spend nearly all of its life importing libraries.
    """
    from ezscope_export.cli import main

    child = os.fork()
    if child == 0:
        status = 70
        try:
            status = main([str(word) for word in words])
        finally:
            os._exit(status)
    end = time.monotonic() + (600 if seconds is None else seconds)
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            assert status == 0
            return True
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert seconds is not None
    return False


def digest(folder: Path) -> str:
    return hashlib.sha256((folder / "run.safetensors").read_bytes()).hexdigest()


def test_killed_at_random_moments_the_output_is_the_same(zoo, tmp_path):
    data = tmp_path / "data.jsonl"
    rows = [{"id": str(n), "text": t, "label": n % 2} for n, t in enumerate(make_texts(20))]
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    for name in ("calm", "killed"):
        (tmp_path / name).mkdir()
    start = time.monotonic()
    assert run(command(zoo, tmp_path / "calm", data))
    whole = time.monotonic() - start
    draw = random.Random(5)
    kills = 0
    while kills < KILLS:
        if run(command(zoo, tmp_path / "killed", data), draw.uniform(whole / 10, whole)):
            assert digest(tmp_path / "killed") == digest(tmp_path / "calm")
            (tmp_path / "killed" / "run.safetensors").unlink()
        else:
            kills += 1
            assert not (tmp_path / "killed" / "run.safetensors.new").exists() or kills
    assert run(command(zoo, tmp_path / "killed", data))
    assert digest(tmp_path / "killed") == digest(tmp_path / "calm")
    assert not (tmp_path / "killed" / "run.safetensors.part").exists()


class Interrupted(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize("after", [1, 3, 6])
def test_finished_batches_are_not_computed_again(zoo, export, monkeypatch, after):
    from ezscope_export import scoring

    arguments = (
        "--target",
        zoo("gpt2", "full"),
        "--reference",
        zoo("gpt2", "full"),
        "--batch-size",
        2,
    )
    undisturbed = export(*arguments, out="calm.safetensors")
    score, calls = scoring.score, [0]
    monkeypatch.setattr(scoring, "_CHECKPOINT_SECONDS", 0)

    def counted(*words, **named):
        calls[0] += 1
        if calls[0] > limit:
            raise Interrupted
        return score(*words, **named)

    monkeypatch.setattr(scoring, "score", counted)
    limit = after
    with pytest.raises(Interrupted):
        export(*arguments)
    calls[0], limit = 0, 10**9
    resumed = export(*arguments)
    assert calls[0] == 14 - after
    assert {n: v.tobytes() for n, v in resumed.tensors.items()} == {
        n: v.tobytes() for n, v in undisturbed.tensors.items()
    }


def test_a_half_written_journal_line_does_not_count(tmp_path):
    import numpy as np
    from ezscope_export.plan import make_plan
    from ezscope_export.scoring import Journal

    plan = make_plan(np.full(400, 8), 8, 1)
    journal = Journal(tmp_path, plan, "x")
    journal.finished(3, lambda: None, last=True)
    journal.close()
    with open(tmp_path / "done", "a") as file:
        file.write("39")
    resumed = Journal(tmp_path, plan, "x")
    assert resumed.done == {3}
    resumed.finished(5, lambda: None, last=True)
    resumed.close()
    assert Journal(tmp_path, plan, "x").done == {3, 5}
    assert Journal(tmp_path, plan, "another setting").done == set()


@pytest.mark.parametrize("change", ["input", "option", "model"])
def test_other_work_is_not_taken_up(zoo, export, texts, tmp_path, monkeypatch, change):
    import shutil

    from ezscope_export import export as module

    target = tmp_path / "target"
    shutil.copytree(zoo("gpt2", "full"), target)
    arguments = ["--target", target, "--reference", target]

    def stop(*_):
        raise Interrupted

    with monkeypatch.context() as patch:
        patch.setattr(module.Output, "write", stop)
        with pytest.raises(Interrupted):
            export(*arguments)
    old = (tmp_path / "run.safetensors.part" / "state.json").read_text()
    if change == "input":
        with open(texts["members"], "a") as file:
            file.write('{"text": "one more"}\n')
    elif change == "option":
        arguments += ["--max-length", 30]
    else:
        weights = bytearray((target / "model.safetensors").read_bytes())
        weights[-1] ^= 1
        (target / "model.safetensors").write_bytes(weights)
    with monkeypatch.context() as patch:
        patch.setattr(module.Output, "write", stop)
        with pytest.raises(Interrupted):
            export(*arguments)
    assert (tmp_path / "run.safetensors.part" / "state.json").read_text() != old
    found = export(*arguments)
    assert len(found.ids()) == (15 if change == "input" else 14)


def test_a_foreign_folder_is_left_alone(status_of, tmp_path, capsys):
    folder = tmp_path / "x.safetensors.part"
    folder.mkdir()
    (folder / "thesis.tex").write_text("years of work")
    assert status_of() == 65
    assert "not ours" in capsys.readouterr().err
    assert (folder / "thesis.tex").read_text() == "years of work"


def test_a_kill_while_the_work_folder_is_made_is_taken_up(status_of, tmp_path):
    folder = tmp_path / "x.safetensors.part"
    folder.mkdir()
    (folder / ".state.json.0123456789abcdef.new").write_text('{"half')
    assert status_of() == 0
    assert not folder.exists()


def test_a_work_file_that_somebody_cuts_ends_the_export(tmp_path):
    from ezscope_export.columns import ColumnFile

    file = ColumnFile(tmp_path / "column", "<i4", 8)
    assert len(file.read(0, 8)) == 8
    os.truncate(tmp_path / "column", 12)
    with pytest.raises(OSError, match="was cut"):
        file.read(0, 8)
    file.close()
