"""Extra passes: what each scores, compared with the naive computation."""

from __future__ import annotations

import json

import numpy as np
import pytest
from support import TEXTS, make_tokenizer, naive


def means(folder, ids, skip=0):
    """Mean log-probabilities, counted from the prediction of token `skip` + 1 on."""
    return [float(n["logprobs"][skip:].mean()) for n in naive(folder, ids)]


@pytest.fixture
def shots(tmp_path):
    path = tmp_path / "shots.jsonl"
    path.write_text('{"text": "a dog ran"}\n{"text": "the mat"}\n{"text": "never used"}\n')
    return path


def test_every_extra_pass(zoo, export, shots, tmp_path):
    target, base = zoo("gpt2", "lora"), zoo("gpt2", "full")
    given = tmp_path / "near.jsonl"
    rows = [
        {"id": "members-3", "neighbors": ["the cat sat", "a dog"]},
        {"id": "non-members-2", "neighbors": ["on mat"]},
        {"id": "stranger", "neighbors": ["x y"]},
    ]
    given.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = export(
        "--target",
        target,
        "--reference",
        base,
        "--lowercase",
        "--max-length",
        60,
        "--nonmember-prefix",
        shots,
        "--member-prefix",
        shots,
        "--shots",
        2,
        "--neighbors",
        given,
        "--spv",
        "--shadow-in",
        target,
        "--shadow-out",
        base,
        "--shadow-out",
        target,
        "--batch-size",
        3,
    )
    tokenizer = make_tokenizer()
    extras = found.objects("extra")
    ids = found.ids()
    lower = [tokenizer(text.lower())["input_ids"][:60] for text in TEXTS]
    prefix = tokenizer("a dog ran\n\nthe mat\n\n")["input_ids"]
    near = {3: ["the cat sat", "a dog"], 9: ["on mat"]}
    expected = {
        "lowercase": means(target, lower),
        "nonmember_prefix": [
            float(n["logprobs"][len(prefix) :].mean())
            for n in naive(target, [prefix + own for own in ids])
        ],
    }
    expected["member_prefix"] = expected["nonmember_prefix"]
    own_target, own_base = means(target, ids), means(base, ids)
    for index, extra in enumerate(extras):
        for name, values in expected.items():
            assert extra[name] == pytest.approx(values[index], abs=1e-4), (name, index)
        assert extra["shadow_in"] == pytest.approx([own_target[index]], abs=1e-4)
        assert extra["shadow_out"] == pytest.approx([own_base[index], own_target[index]], abs=1e-4)
        assert ("neighbors" in extra) == (index in near)
        if index in near:
            tokens = [tokenizer(text)["input_ids"] for text in near[index]]
            for name, folder in (("neighbors", target), ("reference_neighbors", base)):
                assert extra[name] == pytest.approx(means(folder, tokens), abs=1e-4)
    assert found.run["nonmember_prefix_tokens"] == len(prefix)
    assert found.run["nonmember_prefix_shots"] == 2
    assert found.run["neighbor_method"] == "given"


def test_prefix_goes_behind_the_start_token(zoo, export, shots):
    target = zoo("llama", "full")
    found = export(
        "--target",
        target,
        "--reference",
        target,
        "--bos",
        "always",
        "--max-length",
        60,
        "--nonmember-prefix",
        shots,
        "--shots",
        1,
    )
    prefix = make_tokenizer()("a dog ran\n\n")["input_ids"]
    own = found.ids()[5]
    sequence = [own[0], *prefix, *own[1:]]
    expected = naive(target, [sequence])[0]["logprobs"][len(prefix) :].mean()
    assert len(sequence) - 1 - len(prefix) == len(own) - 1
    assert found.objects("extra")[5]["nonmember_prefix"] == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("words,expected", [(4, 3), (6, 2), (60, 1)])
def test_shots_that_do_not_fit_are_told(zoo, export, tmp_path, capsys, words, expected):
    target = zoo("gpt2", "full")
    path = tmp_path / "long.jsonl"
    path.write_text(
        "".join(json.dumps({"text": "dog cat " * words + str(n)}) + "\n" for n in range(4))
    )
    found = export(
        "--target",
        target,
        "--reference",
        target,
        "--max-length",
        60,
        "--shots",
        4,
        "--nonmember-prefix",
        path,
    )
    assert 0 < found.run["nonmember_prefix_tokens"] <= 96 - 60
    told = f"{found.run['nonmember_prefix_shots']} of 4 shots{', cut,' if words == 60 else ''} fit"
    assert told in capsys.readouterr().err
    assert found.run["nonmember_prefix_shots"] == expected


def test_a_scored_text_cannot_be_a_shot(status_of, texts, capsys):
    assert status_of("--nonmember-prefix", texts["members"], "--max-length", 30) == 65
    assert "which is scored too" in capsys.readouterr().err


def test_random_neighbours_replace_their_share(zoo, export, tmp_path):
    from ezscope_export.sequences import Sequences

    target = zoo("gpt2", "full")
    arguments = (
        "--target",
        target,
        "--reference",
        target,
        "--neighbors",
        3,
        "--keep-work",
        "--neighbor-rate",
        0.2,
        "--bos",
        "always",
    )
    found = export(*arguments)
    near = Sequences(tmp_path / "run.safetensors.part" / "derived" / "neighbors")
    ids = found.ids()
    assert len(near) == 3 * len(ids)
    occurring = set(found.tensors["token_ids"].tolist()) - {0, 1}
    variants = set()
    for index in range(len(near)):
        own, other = np.array(ids[index // 3]), near.ids(index)
        changed = np.flatnonzero(own != other)
        assert other[0] == 0
        assert len(changed) == max(1, round(0.2 * (len(own) - 1)))
        assert set(other[changed].tolist()) <= occurring
        variants.add((index // 3, tuple(changed.tolist()), tuple(other.tolist())))
    assert len(variants) == len(near)
    again = export(*arguments, out="again.safetensors")
    assert again.objects("extra") == found.objects("extra")
    assert found.run["neighbor_method"] == "random" and found.run["neighbor_rate"] == 0.2


def test_masked_neighbours_keep_the_rest_of_the_text(zoo, export, tmp_path):
    import torch
    from ezscope_export.neighbors import MaskedFiller
    from transformers import BertConfig, BertForMaskedLM

    tokenizer = make_tokenizer()
    tokenizer.add_special_tokens({"mask_token": "<mask>"})
    torch.manual_seed(0)
    BertForMaskedLM(
        BertConfig(
            vocab_size=len(tokenizer),
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=16,
            max_position_embeddings=128,
        )
    ).save_pretrained(tmp_path / "mlm")
    tokenizer.save_pretrained(tmp_path / "mlm")
    filler = MaskedFiller(str(tmp_path / "mlm"), torch.device("cpu"))
    text = "the cat sat on the mat and the dog ran to 東京"
    draws = [np.random.default_rng(n) for n in range(4)]
    variants = filler.variants(text, draws, 0.2)
    assert len(set(variants)) > 1 and text not in variants
    kept = sum(word in variant for word in text.split() for variant in variants)
    assert kept > 0.5 * 4 * len(text.split())
    target = zoo("gpt2", "full")
    found = export(
        "--target",
        target,
        "--reference",
        target,
        "--neighbors",
        2,
        "--neighbor-method",
        f"mlm:{tmp_path / 'mlm'}",
    )
    assert all(len(extra["neighbors"]) == 2 for extra in found.objects("extra"))


def test_changed_texts_have_no_known_completion(status_of, capsys):
    assert status_of("--completion-only", "--lowercase") == 64
