"""Usage errors are one line; outputs replace nothing but outputs; nothing is written through links."""

from __future__ import annotations

import os
import stat

import pytest


@pytest.mark.parametrize(
    "words,shown",
    [
        (["--membres", "x"], "--membres is no option (did you mean --members?)"),
        (["--dtype", "bflot16"], "did you mean bfloat16?"),
        (["--alpaca", "chta"], "did you mean chat?"),
        (["make-referense"], "did you mean make-reference?"),
        (["--columns", "rank"], "did you mean ranks?"),
        (["--device", "gpu"], "is no device"),
        (["--device", "cuda:99"], "CUDA device"),
        (["--max-length", "1"], "must be 2 or more"),
        (["--batch-size", "0"], "must be 1 or more"),
        (["--neighbor-rate", "2"], "must be above 0"),
        (["--max-memory", "cpu=1G"], "need --device-map"),
        (["--device-map", "auto", "--max-memory", "cpu"], "is not understood"),
        (["--bos"], "expected one argument"),
    ],
)
def test_usage_errors_are_one_line_with_the_nearest_word(
    zoo, texts, tmp_path, capsys, words, shown
):
    from ezscope_export.cli import main

    model = str(zoo("gpt2", "full"))
    all_words = ["--target", model, "--reference", model, "--members", str(texts["members"])]
    all_words += ["--out", str(tmp_path / "x.safetensors"), "--quiet"]
    capsys.readouterr()
    first = words if not words[0].startswith("-") else []
    try:
        status = main([*first, *all_words, *(words if not first else [])])
    except SystemExit as ended:
        status = ended.code
    assert status == 64
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1 and shown in lines[0]


@pytest.mark.parametrize("short,long", [("bf16", "bfloat16"), ("fp32", "float32")])
def test_short_names_of_types(zoo, export, short, long):
    model = zoo("gpt2", "full")
    found = export("--target", model, "--reference", model, "--dtype", short)
    assert found.run["precision"] == found.run["reference_precision"] == long


def test_types_that_differ_are_said_before_scoring(zoo, status_of, tmp_path, capsys):
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(zoo("gpt2", "full"), dtype="bfloat16")
    model.save_pretrained(tmp_path / "half")
    assert status_of(target=tmp_path / "half", reference=zoo("gpt2", "full")) == 0
    assert "is in bfloat16, its reference full in float32" in capsys.readouterr().err


def foreign(path, texts):
    path.write_bytes((32).to_bytes(8, "little") + b'{"__metadata__":{"format":"pt"}}')


def twice(path, texts):
    path.write_bytes(texts["members"].read_bytes())


@pytest.mark.parametrize("make", [foreign, twice, lambda path, texts: path.mkdir()])
def test_other_files_are_not_replaced(zoo, texts, tmp_path, capsys, make):
    from ezscope_export.cli import main

    out = tmp_path / "mine.safetensors"
    make(out, texts)
    before = out.read_bytes() if out.is_file() else None
    model = zoo("gpt2", "full")
    words = ["--target", model, "--reference", model, "--members", texts["members"]]
    assert main([str(word) for word in [*words, "--out", out]]) == 64
    assert "choose another --out" in capsys.readouterr().err
    assert before is None or out.read_bytes() == before
    assert not (tmp_path / "mine.safetensors.part").exists()


@pytest.mark.parametrize("which", ["input", "model", "folder", "file"])
def test_inputs_and_other_folders_are_not_written_into(zoo, texts, tmp_path, which, capsys):
    import shutil

    from ezscope_export.cli import main

    model = tmp_path / "model"
    shutil.copytree(zoo("gpt2", "full"), model)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.tex").write_text("years of work")
    out = {
        "input": texts["members"],
        "model": model,
        "folder": tmp_path / "other",
        "file": tmp_path / "other" / "thesis.tex",
    }[which]
    words = ["--target", model, "--reference", model, "--members", texts["members"], "--out", out]
    assert main([str(word) for word in words]) == 64
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_an_older_output_is_replaced(zoo, export):
    model = zoo("gpt2", "full")
    export("--target", model, "--reference", model)
    export("--target", model, "--reference", model, "--max-length", 20)


def test_unwritable_places_are_said_at_once(zoo, texts, tmp_path, capsys):
    from ezscope_export.cli import main

    (tmp_path / "file").write_text("x")
    model = zoo("gpt2", "full")
    words = ["--target", model, "--reference", model, "--members", texts["members"]]
    assert main([str(w) for w in [*words, "--out", tmp_path / "file" / "x.safetensors"]]) == 74
    assert "cannot be written" in capsys.readouterr().err


def test_hub_ids_without_a_network_are_one_sentence_at_once(status_of, capsys):
    assert status_of(target="somebody/some-model-7b") == 66
    shown = capsys.readouterr().err
    assert "the hub cannot be reached" in shown and len(shown.strip().splitlines()) == 2


def test_unforeseen_faults_are_a_sentence(zoo, status_of, capsys, monkeypatch):
    from ezscope_export import scoring

    def fails(*_, **__):
        raise RuntimeError("shapes do not agree\nsecond line")

    monkeypatch.setattr(scoring, "pad", fails)
    assert status_of() == 70
    shown = capsys.readouterr().err
    assert "a library fails: RuntimeError: shapes do not agree" in shown
    assert "Traceback" not in shown


# Files


def test_outputs_do_not_follow_planted_links(tmp_path):
    from ezscope_export.safetensors_file import write_safetensors

    victim = tmp_path / "victim"
    victim.write_text("precious")
    for name in ("r.safetensors.new", "r.safetensors"):
        (tmp_path / name).symlink_to(victim)
    write_safetensors(tmp_path / "r.safetensors", [], {})
    assert victim.read_text() == "precious"
    assert not (tmp_path / "r.safetensors").is_symlink()


def test_replaced_files_keep_their_mode_and_broken_ones_vanish(tmp_path):
    from ezscope_export.files import clear_parts, replacing

    path = tmp_path / "x"
    path.write_text("old")
    path.chmod(0o640)
    with replacing(path) as file:
        file.write(b"new")
    assert path.read_text() == "new" and stat.S_IMODE(path.stat().st_mode) == 0o640
    with pytest.raises(RuntimeError), replacing(path) as file:
        raise RuntimeError
    assert [p.name for p in tmp_path.iterdir()] == ["x"]
    (tmp_path / ".x.0123456789abcdef.new").write_text("left by a killed process")
    (tmp_path / ".x.notes.new").write_text("somebody's")
    clear_parts(path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [".x.notes.new", "x"]


def test_columns_are_not_written_through_links(tmp_path):
    from ezscope_export.columns import ColumnFile

    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "logprobs").symlink_to(victim)
    with pytest.raises(OSError):
        ColumnFile(tmp_path / "logprobs", "<f4", 2)
    assert victim.read_text() == "precious"


def test_a_work_folder_that_is_a_link_is_refused(status_of, tmp_path, capsys):
    (tmp_path / "elsewhere").mkdir()
    os.symlink(tmp_path / "elsewhere", tmp_path / "x.safetensors.part")
    assert status_of() == 65
    assert "not ours" in capsys.readouterr().err


def test_the_same_model_written_again_is_taken_up(zoo, export, tmp_path, monkeypatch):
    """By content, not by time: a described model whose description was written again, and copies."""
    import shutil

    from ezscope_export import export as module

    target = tmp_path / "target"
    shutil.copytree(zoo("gpt2", "full"), target)
    (target / "ezscope.json").write_text('{"epoch": 2}')

    class Stopped(BaseException):
        pass

    def stop(*_):
        raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(module.Output, "write", stop)
        with pytest.raises(Stopped):
            export("--target", target, "--reference", target)
    for file in target.iterdir():
        data = file.read_bytes()
        file.unlink()
        file.write_bytes(data)
        os.utime(file, (1, 1))
    monkeypatch.setattr(module, "load", lambda *_: pytest.fail("a finished model was loaded"))
    assert export("--target", target, "--reference", target).run["epoch"] == 2
