"""Padding, batches and chunks change nothing that matters."""

from __future__ import annotations

import numpy as np
import pytest
from support import ARCHITECTURES, KINDS


@pytest.mark.parametrize(
    "architecture,kind",
    [*((a, "full") for a in ARCHITECTURES), *(("gpt2", kind) for kind in KINDS)],
)
def test_alone_or_together(zoo, export, architecture, kind):
    target, base = zoo(architecture, kind), zoo(architecture, "full")
    alone = export("--target", target, "--reference", base, "--batch-size", 1, out="a.safetensors")
    together = export("--target", target, "--reference", base, out="b.safetensors")
    for name, values in alone.tensors.items():
        if name.startswith(("target.logprob", "target.top1_logprob")):
            assert np.abs(values - together.tensors[name]).max() < 2e-5, name
        elif not name.startswith("target."):
            continue
        else:
            assert (values == together.tensors[name]).mean() > 0.999, name
    assert together.run["batching_difference"] < 1e-4


def test_padding_is_left_out_by_the_target_token():
    import torch
    from ezscope_export.scoring import pad

    batch = pad([np.array([5, 6, 7]), np.array([8]), np.array([9, 4])], torch.device("cpu"))
    assert batch.mask.tolist() == [[1, 1, 1], [1, 0, 0], [1, 1, 0]]
    assert list(zip(batch.rows.tolist(), batch.columns.tolist())) == [(0, 0), (0, 1), (2, 0)]


def test_a_model_that_sees_its_padding_is_refused(status_of, capsys, monkeypatch):
    from ezscope_export import projection

    forward = projection.Projection._forward

    def leaking(self, ids, mask):
        # As a model would whose positions are counted from the padded end.
        return forward(self, (ids + (mask.shape[1] - mask.sum(1, keepdim=True))) % 300, mask)

    monkeypatch.setattr(projection.Projection, "_forward", leaking)
    assert status_of() == 65
    assert "--batch-size 1" in capsys.readouterr().err
    assert status_of("--batch-size", 1) == 0


@pytest.mark.parametrize("dtype,bound", [("bfloat16", 0.2), ("float16", 0.025)])
def test_in_16_bits_no_more_than_rounding_is_allowed(zoo, export, monkeypatch, capsys, dtype, bound):
    """The logits of this model reach 5: four of its steps there are far less than half a nat."""
    from ezscope_export import selfcheck

    words = ["--target", zoo("llama", "full"), "--reference", zoo("llama", "full")]
    found = export(*words, "--dtype", dtype).run
    assert 0 <= found["batching_difference"] < bound
    score = selfcheck.score

    def moved(model, texts, *rest):
        columns = score(model, texts, *rest)
        return {name: v + bound * (len(texts) > 2) for name, v in columns.items()}

    monkeypatch.setattr(selfcheck, "score", moved)
    with pytest.raises(AssertionError, match="65"):
        export(*words, "--dtype", dtype)
    assert "--dtype float32" in capsys.readouterr().err
    with pytest.raises(AssertionError, match="65"):
        export(*words, "--dtype", "float32")


@pytest.mark.parametrize("batch_tokens,batch_size", [(1, 9), (64, 3), (1000, 512), (10**9, 10**9)])
def test_plan_holds_every_sequence_once(batch_tokens, batch_size):
    from ezscope_export.plan import make_plan

    lengths = np.random.default_rng(3).integers(1, 90, 200)
    plan = make_plan(lengths, batch_tokens, batch_size)
    batches = [plan.batch(n) for n in range(len(plan))]
    assert sorted(np.concatenate(batches).tolist()) == list(range(200))
    for own in batches:
        assert len(own) <= batch_size
        assert len(own) == 1 or len(own) * lengths[own].max() <= batch_tokens
    assert make_plan(lengths.copy(), batch_tokens, batch_size).digest == plan.digest


def test_chunks_have_rows_enough_for_large_vocabularies():
    from types import SimpleNamespace

    import torch
    from ezscope_export.budget import budget

    config = SimpleNamespace(hidden_size=4096, intermediate_size=14336)
    model = SimpleNamespace(
        device=torch.device("cpu"),
        dtype=torch.bfloat16,
        module=SimpleNamespace(config=config),
        projection=SimpleNamespace(vocabulary=128_256, chunked=True),
        fields={},
    )
    size = budget(model, 1 << 30, 512)
    assert size.chunk_rows >= 128
    assert size.chunk_rows * 128_256 * 16 <= 1 << 29
    assert size.batch_tokens > 512
    model.projection.chunked = False
    assert budget(model, 1 << 30, 512).batch_tokens < size.batch_tokens


@pytest.mark.parametrize(
    "text,expected",
    [("512M", 512 << 20), ("2GiB", 2 << 30), ("1000", 1000), ("1.5k", 1536), ("8gb", 8 << 30)],
)
def test_sizes(text, expected):
    from ezscope_export.sizes import parse_size

    assert parse_size(text) == expected
