"""Only causal language models are scored, and what they do to their logits is done too."""

from __future__ import annotations

import numpy as np
import pytest
from support import make_tokenizer

SIZES = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "max_position_embeddings": 96,
}


def saved(model, folder):
    model.eval().save_pretrained(folder)
    make_tokenizer().save_pretrained(folder)
    return folder


def others():
    import transformers as t

    size = len(make_tokenizer())
    bart = {"d_model": 32, "encoder_layers": 1, "decoder_layers": 1, "vocab_size": size}
    heads = {"encoder_attention_heads": 4, "decoder_attention_heads": 4}
    return {
        "bert": lambda: t.BertForMaskedLM(t.BertConfig(vocab_size=size, **SIZES)),
        "roberta": lambda: t.RobertaForMaskedLM(
            t.RobertaConfig(vocab_size=size, **SIZES)
        ),
        "bart": lambda: t.BartForConditionalGeneration(t.BartConfig(**bart, **heads)),
        "t5": lambda: t.T5ForConditionalGeneration(
            t.T5Config(
                vocab_size=size, d_model=32, d_kv=8, d_ff=64, num_layers=1, num_heads=4
            )
        ),
        "gpt2 classifier": lambda: t.GPT2ForSequenceClassification(
            t.GPT2Config(vocab_size=size, n_embd=32, n_layer=1, n_head=4)
        ),
        "headless llama": lambda: t.LlamaModel(t.LlamaConfig(vocab_size=size, **SIZES)),
    }


@pytest.mark.parametrize("name", list(others()))
def test_others_than_causal_models_are_refused_before_scoring(
    name, zoo, status_of, tmp_path, capsys, monkeypatch
):
    from ezscope_export import export as module

    target = saved(others()[name](), tmp_path / name)
    monkeypatch.setattr(module, "load", lambda *_: pytest.fail("a model was loaded"))
    assert status_of(target=target, reference=zoo("gpt2", "full")) == 65
    assert str(target) in capsys.readouterr().err


def test_a_model_that_sees_later_tokens_is_found_out(
    zoo, status_of, capsys, monkeypatch
):
    from ezscope_export.projection import Projection

    forward = Projection._forward

    def peeking(self, ids, mask):
        # As attention without a causal mask would: a little of every token reaches every other.
        logits = forward(self, ids, mask)
        return logits + 1e-3 * (ids * mask).sum(1, keepdim=True)[..., None] * (
            logits.detach().argsort(-1) / logits.shape[-1]
        )

    monkeypatch.setattr(Projection, "_forward", peeking)
    assert status_of() == 65
    assert "the model is not causal" in capsys.readouterr().err


def test_a_bert_that_says_it_is_causal_is_found_out(status_of, tmp_path, capsys):
    """Its configuration is that of a decoder, its code sees everything."""
    import transformers as t
    from ezscope_export import places

    model = t.BertForMaskedLM(t.BertConfig(vocab_size=len(make_tokenizer()), **SIZES))
    target = saved(model, tmp_path / "bert")
    check = places._check_architecture
    try:
        places._check_architecture = lambda *_: None
        assert status_of(target=target) == 65
    finally:
        places._check_architecture = check
    assert "not causal" in capsys.readouterr().err


def processed():
    """Models that change their logits, by the name of the change."""
    import transformers as t

    size = len(make_tokenizer())
    common = {
        "vocab_size": size,
        "num_key_value_heads": 2,
        "initializer_range": 0.3,
        **SIZES,
    }
    gemma = {**common, "head_dim": 8, "tie_word_embeddings": False}
    return {
        "cap 30": (
            t.Gemma2Config(final_logit_softcapping=30.0, **gemma),
            "capped at 30",
        ),
        "cap 2": (t.Gemma2Config(final_logit_softcapping=2.0, **gemma), "capped at 2"),
        "divided": (t.GraniteConfig(logits_scaling=7.0, **common), "divided by 7"),
        "times": (t.CohereConfig(logit_scale=0.3, **common), "times 0.3"),
        "nothing": (t.LlamaConfig(**common), "in chunks"),
    }


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize("name", list(processed()))
def test_what_follows_the_last_layer_is_done(name, dtype, export, tmp_path):
    import torch
    from transformers import AutoModelForCausalLM

    config, words = processed()[name]
    torch.manual_seed(3)
    model = AutoModelForCausalLM.from_config(config).to(getattr(torch, dtype))
    target = saved(model, tmp_path / "model")
    found = export("--target", target, "--reference", target)
    assert words in found.run["logits"]
    model = AutoModelForCausalLM.from_pretrained(
        target, dtype=getattr(torch, dtype)
    ).eval()
    for own, values in list(zip(found.ids(), found.positions("target.logprobs")))[:6]:
        with torch.no_grad():
            logits = (
                model(input_ids=torch.tensor([own]), use_cache=False).logits[0].float()
            )
        log_p = torch.log_softmax(logits, -1)[
            torch.arange(len(own) - 1), torch.tensor(own[1:])
        ]
        # In bfloat16 a batch rounds otherwise than a text alone; a lost cap moves far more.
        limit = 1e-4 if dtype == "float32" else 0.12
        assert np.abs(values - log_p.numpy()).max() < limit


def test_what_was_verified_is_in_the_evidence(zoo, export):
    found = export("--target", zoo("llama", "lora"), "--reference", "adapter-off").run
    assert found["weights_loaded"] == "21 of 21 tensors, adapter 8 of 8"
    assert found["causality_difference"] == found["reference_causality_difference"] == 0
    assert (
        found["batching_difference"] < 1e-4
        and found["reference_batching_difference"] < 1e-4
    )
    assert found["reference_precision"] == "float32"
    assert found["logits"] == "in chunks"
    assert len(found["weights_sha256"]) == 64
    assert "largest token id" in found["alignment"]
