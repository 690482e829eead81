"""Exports in float32 against a naive computation in float64: every architecture and adapter."""

from __future__ import annotations

import numpy as np
import pytest
from support import ARCHITECTURES, KINDS, naive

NATS = 1e-4


@pytest.mark.parametrize("kind", ("full", *KINDS))
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_column_agrees_with_float64(zoo, export, architecture, kind):
    target = zoo(architecture, kind)
    reference = zoo(architecture, "full")
    found = export("--target", target, "--reference", reference, "--memory", "4M")
    ids = found.ids()
    assert len({len(own) for own in ids}) > 5
    for role, folder in (("target", target), ("reference", reference)):
        for index, expected in enumerate(naive(folder, ids)):
            for name, values in expected.items():
                own = found.positions(f"{role}.{name}")[index]
                assert own.shape == values.shape
                if name in ("ranks", "top1_ids"):
                    assert np.array_equal(own, values), (role, name, index)
                else:
                    assert np.abs(own - values).max(initial=0) < NATS, (role, name, index)
    assert found.run["method"] == ("self" if kind == "full" else kind)
    assert found.run["precision"] == "float32"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_switched_off_adapter_is_the_base(zoo, export, architecture, kind):
    target, base = zoo(architecture, kind), zoo(architecture, "full")
    off = export("--target", target, "--reference", "adapter-off", out="off.safetensors")
    given = export("--target", target, "--reference", base, out="given.safetensors")
    for name in ("logprobs", "top1_logprobs", "logprob_means"):
        difference = off.tensors[f"reference.{name}"] - given.tensors[f"reference.{name}"]
        assert np.abs(difference).max() < 1e-6
    moved = np.abs(off.tensors["target.logprobs"] - off.tensors["reference.logprobs"])
    assert moved.max() > 0.01


def test_adapter_that_lacks_its_biases_is_refused(status_of, zoo, tmp_path, capsys):
    import json
    import shutil

    folder = tmp_path / "gpt2" / "lora"
    shutil.copytree(zoo("gpt2", "lora"), folder)
    shutil.copytree(zoo("gpt2", "full"), tmp_path / "gpt2" / "full")
    config = json.loads((folder / "adapter_config.json").read_text())
    config["bias"] = "lora_only"
    (folder / "adapter_config.json").write_text(json.dumps(config))
    assert status_of(target=folder, reference="adapter-off") == 65
    assert "the adapter was not applied" in capsys.readouterr().err


def test_whole_logits_where_there_is_no_separate_last_layer(zoo, export, monkeypatch):
    from ezscope_export.projection import Projection

    chunked = export("--target", zoo("gpt2", "full"), "--reference", zoo("gpt2", "full"))
    monkeypatch.setattr(Projection, "difference", lambda *_: float("inf"))
    whole = export(
        "--target", zoo("gpt2", "full"), "--reference", zoo("gpt2", "full"), out="whole.safetensors"
    )
    for name, values in chunked.tensors.items():
        if name.startswith("target."):
            assert np.abs(values - whole.tensors[name]).max() < 1e-4


def test_logits_changed_after_the_last_layer_are_found_out(zoo):
    import torch
    from ezscope_export.models import LoadOptions, ModelSpec, load

    model = load(ModelSpec("m", str(zoo("gpt2", "full"))), LoadOptions())
    ids = torch.tensor([[5, 6, 7, 8]])
    assert model.projection.difference(ids, torch.ones_like(ids)) < 1e-5
    forward = model.module.forward

    def capped(*arguments, **named):
        output = forward(*arguments, **named)
        output.logits = 2 * torch.tanh(output.logits / 2)
        return output

    model.module.forward = capped
    assert model.projection.difference(ids, torch.ones_like(ids)) > 0.01
