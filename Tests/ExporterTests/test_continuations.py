"""Continuations, their similarity, references made anew, and precision."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from support import ARCHITECTURES, KINDS, make_tokenizer


def greedy(folder, prefix, count):
    """The most probable token again and again, the whole text every time, in float64."""
    from support import naive

    ids = list(prefix)
    for _ in range(count):
        # The last column of a text with any token appended is the prediction wanted.
        ids.append(int(naive(folder, [[*ids, 5]])[0]["top1_ids"][-1]))
        if ids[-1] == 1:
            return ids[len(prefix) : -1]
    return ids[len(prefix) :]


@pytest.mark.parametrize(
    "architecture,kind",
    [*((a, "full") for a in ARCHITECTURES), *(("llama", kind) for kind in KINDS)],
)
def test_greedy_continuations_are_the_most_probable_tokens(zoo, export, architecture, kind):
    target = zoo(architecture, kind)
    found = export(
        "--target",
        target,
        "--reference",
        zoo(architecture, "full"),
        "--decoding",
        "greedy",
        "--prefix-tokens",
        6,
        "--new-tokens",
        5,
    )
    tokenizer = make_tokenizer()
    for own, items in zip(found.ids(), found.objects("continuations")):
        assert (items is None) == (len(own) <= 6)
        if items is None:
            continue
        (item,) = items
        assert item["decoding"] == "greedy" and item["prefix_tokens"] == 6
        assert item["suffix_token_ids"] == own[6:11]
        assert item["text"] == tokenizer.decode(item["token_ids"])
    index = 2
    item = found.objects("continuations")[index][0]
    assert item["token_ids"] == greedy(target, found.ids()[index][:6], 5)


def test_samples_differ_and_come_again(zoo, export):
    arguments = (
        "--target",
        zoo("gpt2", "full"),
        "--reference",
        zoo("gpt2", "full"),
        "--decoding",
        "sample:n=3:temperature=1.5",
        "--prefix-tokens",
        6,
        "--new-tokens",
        8,
        "--continue-most",
        4,
    )
    first, second = export(*arguments), export(*arguments, out="second.safetensors")
    other = export(*arguments, "--seed", 1, out="other.safetensors")
    items = first.objects("continuations")
    assert items == second.objects("continuations")
    assert items != other.objects("continuations")
    chosen = [item for item in items if item]
    assert len(chosen) == 8
    assert all(len({tuple(i["token_ids"]) for i in own}) > 1 for own in chosen)
    assert {i["decoding"] for i in chosen[0]} == {"sample:temperature=1.5:top-p=1:top-k=0"}


def test_a_checkpoints_own_generation_settings_do_not_matter(zoo, export, tmp_path):
    import shutil

    target = tmp_path / "target"
    shutil.copytree(zoo("gpt2", "full"), target)
    settings = json.loads((target / "generation_config.json").read_text())
    settings.update(repetition_penalty=5.0, no_repeat_ngram_size=1)
    (target / "generation_config.json").write_text(json.dumps(settings))
    words = ("--decoding", "greedy", "--prefix-tokens", 6, "--new-tokens", 8)
    plain = zoo("gpt2", "full")
    a = export("--target", plain, "--reference", plain, *words, out="a.safetensors")
    b = export("--target", target, "--reference", plain, *words, out="b.safetensors")
    assert a.objects("continuations") == b.objects("continuations")


def test_similarity_is_a_cosine_from_the_named_encoder(zoo, export, tmp_path):
    encoder = zoo("gpt2", "full")
    found = export(
        "--target",
        encoder,
        "--reference",
        encoder,
        "--decoding",
        "greedy",
        "--prefix-tokens",
        6,
        "--new-tokens",
        8,
        "--encoder",
        encoder,
    )
    from transformers import AutoModel

    model = AutoModel.from_pretrained(encoder).eval()
    tokenizer = make_tokenizer()

    def embed(text):
        with torch.no_grad():
            hidden = model(torch.tensor([tokenizer(text)["input_ids"]])).last_hidden_state[0]
        return hidden.mean(0).double().numpy()

    for items in found.objects("continuations"):
        for item in items or []:
            a, b = embed(item["text"]), embed(item["suffix_text"])
            cosine = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
            assert item["similarity"] == pytest.approx(cosine, abs=2e-5)
            assert item["encoder"] == "full"


def test_a_prefix_must_fit(status_of, capsys):
    assert status_of("--decoding", "greedy") == 65
    assert "--prefix-tokens" in capsys.readouterr().err


@pytest.mark.parametrize("variant", ["sft", "distillation"])
def test_references_made_anew(zoo, texts, tmp_path, export, variant):
    from ezscope_export.cli import main

    out = tmp_path / "made"
    base = zoo("gpt2", "full")
    words = [
        "make-reference",
        variant,
        "--base",
        base,
        "--data",
        texts["non-members"],
        "--out",
        out,
        "--epochs",
        2,
        "--batch-size",
        4,
        "--prompt-tokens",
        4,
        "--new-tokens",
        6,
        "--learning-rate",
        0.01,
    ]
    words += ["--target", zoo("gpt2", "lora")] if variant == "distillation" else []
    assert main([str(w) for w in words]) == 0
    facts = json.loads((out / "reference.json").read_text())
    assert facts["reference_recipe"]["variant"] == variant
    assert facts["reference_recipe"]["epochs"] == 2 and facts["base"] == "full"
    found = export("--target", zoo("gpt2", "lora"), "--reference", f"made={out}")
    off = export("--target", zoo("gpt2", "lora"), "--reference", "adapter-off", out="o.safetensors")
    moved = found.tensors["reference.logprobs"] - off.tensors["reference.logprobs"]
    assert np.abs(moved).max() > 0.01
    if variant == "sft":
        own = [np.mean(v) for v in found.positions("reference.logprobs")[7:]]
        before = [np.mean(v) for v in off.positions("reference.logprobs")[7:]]
        assert np.mean(own) > np.mean(before)
    assert main([str(w) for w in words]) == 64


def test_precision_report(zoo, texts, capsys):
    from ezscope_export.cli import main

    words = [
        "compare-precision",
        "--target",
        zoo("llama", "lora"),
        "--reference",
        "adapter-off",
        "--members",
        texts["members"],
        "--non-members",
        texts["non-members"],
        "--json",
        "--quiet",
    ]
    assert main([str(w) for w in words]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["precision"] == "bfloat16" and report["against"] == "float32"
    assert 0.5 < report["ez_spearman"] <= 1
    assert 0 < report["top1_flip_rate"] < 0.5
    assert abs(report["ez_auc_change"]) < 0.5
    assert report["sequences"] == 14


def test_bfloat16_is_recorded(zoo, export):
    found = export(
        "--target", zoo("llama", "full"), "--reference", zoo("llama", "full"), "--dtype", "bfloat16"
    )
    assert found.run["precision"] == found.run["reference_precision"] == "bfloat16"
    assert found.tensors["target.logprobs"].dtype == np.float32


@pytest.mark.parametrize(
    "t,r,errors,expected",
    [
        ([-1, -2, -0.5, -3, -0.1, -4], [-1.5, -2.5, -0.4, -2, -0.3, -4.5], [1, 1, 0, 1, 0, 1], 1.0),
        ([-1, -2, -0.5], [-1.5, -2.5, -0.4], [0, 0, 0], 1e300),
        ([-1, -2, -0.5, -3], [-1.5, -2.5, -0.4, -2], [0, 0, 0, 1], 0.0),
        ([-1, -2, -0.5], [-1.5, -2.5, -0.4], [0, 1, 0], 5e199),
    ],
)
def test_error_zone(t, r, errors, expected):
    from ezscope_export.precision import error_zone

    flags = np.array(errors, dtype=bool)
    found = error_zone(np.array(t, float), np.array(r, float), flags, np.ones(len(t), bool))
    assert found == pytest.approx(expected)


def test_rank_statistics_count_ties_half():
    from ezscope_export.precision import auc, ranks, spearman

    assert ranks(np.array([0.3, 0.1, 0.3])).tolist() == [2.5, 1, 2.5]
    members, others = np.array([0.9, 0.8, 0.8, 0.3]), np.array([0.8, 0.4, 0.3, 0.1])
    assert auc(members, others) == 0.78125
    assert spearman(np.array([1.0, 2, 3]), np.array([10.0, 20, 40])) == pytest.approx(1)
    assert spearman(np.array([1.0, 1]), np.array([1.0, 2])) is None
