"""What lies beside a model about its training, and which texts it had been trained on by then."""

from __future__ import annotations

import json
import shutil

import pytest
from support import Evidence


@pytest.fixture
def checkpoint(zoo, tmp_path):
    """A copy of a model beside which something can be written."""
    folder = tmp_path / "checkpoint-40"
    shutil.copytree(zoo("gpt2", "full"), folder)
    return folder


def parsed(path):
    tomllib = pytest.importorskip("tomllib")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def ids_of(found):
    return [text.decode() for text in found.texts("sequence.ids")]


LIST = "id,seen_until\nmembers-1,7\nsomebody else,3\nmembers-0,\nmembers-4,12\n"


def test_trainers_notes_are_in_the_evidence(export, checkpoint):
    state = {"epoch": 2.5, "global_step": 40, "train_batch_size": 8, "log_history": []}
    (checkpoint / "trainer_state.json").write_text(json.dumps(state))
    run = export("--target", checkpoint, "--reference", checkpoint).run
    assert (run["epoch"], run["steps"], run["process_batch"]) == (2.5, 40, 8)
    # A step may hold several of those: accumulation and further processes are not in the file.
    assert "batch" not in run


def test_what_a_model_says_goes_before_trainers_notes(export, checkpoint):
    (checkpoint / "trainer_state.json").write_text('{"epoch": 0.5, "global_step": 40}')
    (checkpoint / "ezscope.json").write_text('{"epoch": 2, "batch": 16, "seed": null}')
    run = export("--target", checkpoint, "--reference", checkpoint, "--set", "steps=41").run
    assert (run["epoch"], run["steps"], run["batch"]) == (2, 41, 16)


@pytest.mark.parametrize(
    "state", ["[]", "{", '{"epoch": "x", "global_step": -1, "train_batch_size": 1.5}', "NaN"]
)
def test_notes_that_make_no_sense_are_left_out(export, checkpoint, state):
    (checkpoint / "trainer_state.json").write_text(state)
    run = export("--target", checkpoint, "--reference", checkpoint).run
    assert not {"epoch", "steps", "process_batch"} & set(run)


@pytest.mark.parametrize(
    "facts,words",
    [
        ('{"epoch": "three"}', 'epoch is "three", not a number'),
        ('{"epoch": true}', "epoch is true, not a number"),
        ('{"steps": 2.5}', "steps is 2.5, not a whole number"),
        ('{"batch": -1}', "batch is -1, not a whole number"),
        ('{"method": "magic"}', 'method is "magic", not one of full, lora'),
        ('{"seen": 3}', "seen is 3, not the name of a file"),
        ('{"seen": "../x.csv"}', "seen is ../x.csv, not a file beside it"),
        ('{"seen": "none.csv"}', "none.csv: cannot be read"),
    ],
)
def test_descriptions_that_no_evidence_could_hold_are_refused(
    status_of, checkpoint, capsys, facts, words
):
    (checkpoint / "ezscope.json").write_text(facts)
    assert status_of(target=checkpoint) in (65, 66)
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    "words,message",
    [
        (["--set", "epoch=three"], 'epoch is "three", not a number'),
        (["--set", "seen=x.csv"], "pass --seen FILE"),
        (["--seen", "other=x.csv"], "names no target"),
        (["--seen", "x.csv", "--seen", "y.csv"], "given twice"),
    ],
)
def test_usage(status_of, capsys, words, message):
    assert status_of(*words) == 64
    assert message in capsys.readouterr().err


def test_a_folder_names_what_each_run_had_seen(zoo, export, checkpoint, tmp_path, capsys):
    facts = {"epoch": 0.5, "steps": 12, "batch": 1, "seen": "list.csv"}
    (checkpoint / "ezscope.json").write_text(json.dumps(facts))
    (checkpoint / "list.csv").write_text(LIST)
    given = tmp_path / "given.jsonl"
    given.write_text('{"id": "members-2"}\n{"id": "non-members-1", "seen_until": 5}\n')
    words = ["--target", f"early={checkpoint}", "--target", f"late={zoo('gpt2', 'full')}"]
    words += ["--target", f"other={zoo('gpt2', 'lora')}", "--set", "other:epoch=0.5"]
    folder = export(
        *words, "--reference", zoo("gpt2", "full"), "--seen", f"late={given}", out="experiment"
    )
    assert "warning: other was saved within its first epoch" in capsys.readouterr().err
    runs = {run["name"]: run for run in parsed(folder / "experiment.toml")["run"]}
    early = runs["early"]
    assert (early["epoch"], early["steps"], early["batch"]) == (0.5, 12, 1)
    assert early["seen"] == "seen/early.csv" and runs["late"]["seen"] == "seen/late.csv"
    assert "seen" not in runs["other"]
    # Of the list, what is asked about: names of other texts stay where they are.
    table = "id,seen_until\nmembers-0,\nmembers-1,7\nmembers-4,12\n"
    assert (folder / "seen" / "early.csv").read_text() == table
    table = "id,seen_until\nmembers-2,\nnon-members-1,5\n"
    assert (folder / "seen" / "late.csv").read_text() == table
    assert "seen" not in Evidence(folder / "early.safetensors").run


def test_a_single_file_says_it_of_every_text(export, checkpoint, tmp_path, capsys):
    given = tmp_path / "list.csv"
    given.write_text(LIST)
    words = ["--target", checkpoint, "--reference", checkpoint, "--set", "epoch=0.5"]
    found = export(*words, "--seen", given)
    assert "warning" not in capsys.readouterr().err
    metas = dict(zip(ids_of(found), found.objects("sequence.metas")))
    assert metas["members-0"] == {"family": "f", "seen": True}
    assert metas["members-1"] == {"family": "f", "seen": True, "seen_until": 7}
    assert metas["members-2"] == metas["non-members-0"] == {"family": "f", "seen": False}
    plain = export(*words, out="plain.safetensors")
    assert "seen" not in plain.objects("sequence.metas")[0]


@pytest.mark.parametrize(
    "table,words",
    [
        ("id,seen_until\nmembers-0,x\n", ":2: seen_until is no step"),
        ("id,seen_until\nmembers-0,0\n", ":2: seen_until is no step"),
        ("id,seen_until\nmembers-0,1\nmembers-0,2\n", ":3: names 'members-0' again"),
        ("name\nmembers-0\n", ":2: has no id"),
        ("id\n", "lists no text"),
        ("id\nsomebody\nelse\n", "none of its 2 ids is one of the texts"),
    ],
)
def test_lists_that_cannot_be_right_are_refused_before_scoring(
    status_of, tmp_path, capsys, monkeypatch, table, words
):
    from ezscope_export import export as module

    monkeypatch.setattr(module, "load", lambda *_: pytest.fail("a model was loaded"))
    given = tmp_path / "list.csv"
    given.write_text(table)
    assert status_of("--seen", given) == 65
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    "facts,warned",
    [
        ({"epoch": 0.99}, True),
        ({"epoch": 1}, False),
        ({"epoch": 0.5, "method": "control"}, False),
        ({"steps": 3, "batch": 2}, True),
        ({"steps": 4, "batch": 2}, False),
        ({"steps": 3}, False),
    ],
)
def test_members_that_were_never_trained_on_are_warned_of(
    status_of, checkpoint, capsys, facts, warned
):
    """There are seven members."""
    (checkpoint / "ezscope.json").write_text(json.dumps(facts))
    assert status_of(target=checkpoint) == 0
    assert ("within its first epoch" in capsys.readouterr().err) == warned


def test_ids_are_spelled_so_that_ezscope_reads_them():
    from ezscope_export.training import _field

    spelled = {
        "plain": "plain",
        "a,b": '"a,b"',
        'say "x"': '"say ""x"""',
        "=1+1": "'=1+1",
        "'=x": "''=x",
        "'tis": "'tis",
        "two\nlines": "two\\u{A}lines",
        "\\u{41}": "\\u{5C}u{41}",
    }
    assert {name: _field(name) for name in spelled} == spelled
