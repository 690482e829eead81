"""What is written: names, shapes, types, split files and the manifest."""

from __future__ import annotations

import json

import numpy as np
import pytest
from support import Evidence

TYPES = {
    "sequence.token_offsets": "int64",
    "sequence.labels": "int8",
    "token_ids": "int32",
    "vocabulary.ids": "int32",
    "vocabulary.texts.offsets": "int64",
    "target.ranks": "int32",
    "target.top1_ids": "int32",
    "target.logprobs": "float32",
    "target.logprob_stds": "float32",
    "sequence.texts.bytes": "uint8",
}


def test_one_file_holds_everything(zoo, export):
    found = export(
        "--target",
        zoo("gpt2", "lora"),
        "--reference",
        "adapter-off",
        "--set",
        "epoch=3",
        "--set",
        "lora:seed=1",
        "--set",
        "other:seed=9",
        "--set",
        "note=two words",
    )
    for name, kind in TYPES.items():
        assert found.tensors[name].dtype == kind, name
    offsets = found.tensors["sequence.token_offsets"]
    positions = offsets[-1] - (len(offsets) - 1)
    for name, values in found.tensors.items():
        if name.startswith(("target.", "reference.")):
            assert values.shape == (positions,), name
        if name.endswith(".offsets"):
            data = found.tensors[name.removesuffix(".offsets") + ".bytes"]
            assert values[0] == 0 and (np.diff(values) >= 0).all() and values[-1] == len(data)
    assert found.tensors["sequence.labels"].tolist() == [1] * 7 + [0] * 7
    assert found.texts("sequence.ids")[0] == b"members-0"
    assert found.metadata["ezscope"] == "1"
    run = found.run
    assert (run["name"], run["reference"], run["method"]) == ("lora", "adapter-off", "lora")
    assert (run["epoch"], run["seed"], run["note"]) == (3, 1, "two words")
    assert (run["rank"], run["alpha"]) == (4, 8)
    assert 0 < run["trainable_parameters"] < run["parameters"]
    assert run["model"] == "full"


@pytest.mark.parametrize(
    "columns,expected",
    [
        ("ranks", {"logprobs", "ranks"}),
        (
            "top1,moments",
            {"logprobs", "top1_ids", "top1_logprobs", "logprob_means", "logprob_stds"},
        ),
        ("logprobs", {"logprobs"}),
    ],
)
def test_columns_can_be_chosen(zoo, export, columns, expected):
    found = export(
        "--target",
        zoo("gpt2", "full"),
        "--reference",
        zoo("gpt2", "full"),
        "--columns",
        columns,
        "--reference-columns",
        "logprobs",
    )
    names = {n.removeprefix("target.") for n in found.tensors if n.startswith("target.")}
    assert names == expected
    assert [n for n in found.tensors if n.startswith("reference.")] == ["reference.logprobs"]


def test_several_targets_share_sequences_and_references(zoo, export, texts):
    folder = export(
        "--target",
        f"one={zoo('gpt2', 'lora')}",
        "--target",
        f"two={zoo('gpt2', 'prefix')}",
        "--reference",
        f"base={zoo('gpt2', 'full')}",
        "--reference",
        "off=adapter-off",
        "--against",
        "two=off",
        "--validation",
        texts["non-members"],
        "--name",
        'A "name"',
        "--description",
        "é\n",
        out="experiment",
    )
    names = sorted(path.name for path in folder.iterdir())
    assert names == [
        "experiment.toml",
        "one.safetensors",
        "reference-base.safetensors",
        "reference-off.safetensors",
        "sequences.safetensors",
        "two.safetensors",
    ]
    common = Evidence(folder / "sequences.safetensors")
    ids = common.tensors["sequence.ids.bytes"].tobytes()
    for name in names[1:]:
        found = Evidence(folder / name)
        assert found.tensors["sequence.ids.bytes"].tobytes() == ids
        columns = {n.split(".")[0] for n in found.tensors} - {"sequence"}
        expected = {"reference"} if name.startswith("reference") else {"target"}
        assert columns == (
            expected if name != "sequences.safetensors" else {"token_ids", "vocabulary"}
        )
    manifest = parsed(folder / "experiment.toml")
    assert manifest["name"] == 'A "name"' and manifest["description"] == "é\n"
    assert manifest["common"] == ["sequences.safetensors"]
    assert [r["name"] for r in manifest["reference"]] == ["base", "off"]
    runs = {run["name"]: run for run in manifest["run"]}
    assert runs["one"]["reference"] == "base" and runs["two"]["reference"] == "off"
    assert runs["two"]["virtual_tokens"] == 5 and runs["two"]["method"] == "prefix"
    # Random models: the validation loss is that of the exported non-members.
    one = Evidence(folder / "one.safetensors")
    one.tensors["token_ids"] = common.tensors["token_ids"]
    own = np.concatenate(one.positions("target.logprobs")[7:]).astype(np.float64)
    assert runs["one"]["validation_loss"] == pytest.approx(-own.mean(), abs=1e-5)


def parsed(path):
    tomllib = pytest.importorskip("tomllib")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def test_a_folder_describes_itself(zoo, export, tmp_path):
    import shutil

    target = tmp_path / "gpt2" / "lora"
    shutil.copytree(zoo("gpt2", "lora"), target)
    shutil.copytree(zoo("gpt2", "full"), tmp_path / "gpt2" / "full")
    (target / "ezscope.json").write_text('{"epoch": 2, "seed": 5, "method": "head", "model": "m"}')
    found = export("--target", f"t={target}", "--reference", "adapter-off", "--set", "seed=6")
    run = found.run
    assert (run["epoch"], run["seed"], run["method"], run["model"]) == (2, 6, "head", "m")


@pytest.mark.parametrize(
    "words,message",
    [
        (["--target", "a=x", "--target", "b=y", "--reference", "z"], "do not fit into one file"),
        (["--target", "a=x", "--target", "a=y", "--reference", "z"], "two models are called a"),
        (["--target", "x", "--reference", "z", "--against", "x=q"], "names no known"),
        (["--target", "x", "--reference", "z", "--columns", "rank"], "no column is called rank"),
        (["--target", "x", "--reference", "z", "--set", "epoch"], "has no KEY=VALUE"),
        (["--target", "x", "--reference", "z", "--memory", "much"], "is no size"),
        (["--target", "x", "--reference", "z", "--decoding", "beam"], "is not understood"),
        (["--target", "x", "--reference", "z", "--decoding", "sample:m=1"], "is not understood"),
        (
            ["--target", "x", "--reference", "z", "--decoding", "sample:temperature=0"],
            "not understood",
        ),
    ],
)
def test_usage_errors(words, message, capsys):
    from ezscope_export.cli import main

    assert main([*words, "--members", "m.jsonl", "--out", "x.safetensors"]) == 64
    assert message in capsys.readouterr().err


def test_no_inputs_and_no_models(zoo, texts, capsys, tmp_path):
    from ezscope_export.cli import main

    words = ["--target", str(zoo("gpt2", "full")), "--reference", "z"]
    assert main([*words, "--out", "x.safetensors"]) == 64
    words = ["--target", str(tmp_path / "none"), "--reference", str(tmp_path / "none")]
    out = str(tmp_path / "x.safetensors")
    assert main([*words, "--members", "m.jsonl", "--out", out]) == 66
    assert "m.jsonl: cannot be read" in capsys.readouterr().err
    assert main([*words, "--members", str(texts["members"]), "--out", out]) == 66
    assert "is no folder" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["--reference", "z"])
    assert ended.value.code == 64


@pytest.mark.parametrize(
    "text,expected",
    [
        ("full-e3=./models/x", ("full-e3", "./models/x")),
        ("./models/x/", ("x", "./models/x/")),
        ("org/model-1b", ("model-1b", "org/model-1b")),
        ("adapter-off", ("adapter-off", "adapter-off")),
    ],
)
def test_model_names(text, expected):
    from ezscope_export.models import ModelSpec

    spec = ModelSpec.parse(text)
    assert (spec.name, spec.place) == expected


def test_metadata_is_json(zoo, export, tmp_path):
    file = tmp_path / "m.jsonl"
    file.write_text(
        '{"text": "a b", "meta": {"canary": {"secret": "x"}, "duplicates": 4}, "n": 1}\n'
    )
    found = export(
        "--target",
        zoo("gpt2", "full"),
        "--reference",
        zoo("gpt2", "full"),
        "--members",
        file,
        data=False,
    )
    assert found.objects("sequence.metas") == [{"n": 1, "canary": {"secret": "x"}, "duplicates": 4}]
    assert json.loads(found.metadata["run"])["batch_tokens"] > 0
