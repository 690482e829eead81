"""The six ways of fine-tuning: what each adds to a base model, and what of it is trained."""

from __future__ import annotations

import copy
from pathlib import Path

import peft
import torch
from transformers import GPT2LMHeadModel

VIRTUAL_TOKENS = 16
RANK, ALPHA, DROPOUT = 16, 32, 0.05
PLACEMENT = ("c_attn", "c_proj")


def prepare(method: str, base: GPT2LMHeadModel, context: list[int]) -> torch.nn.Module:
    """The model to train. `context` are token ids of a text that soft prompts start from."""
    return {
        "full": _full, "head": _head, "lora": _lora, "prefix": _prefix, "prompt": _prompt,
        "p-tuning": _p_tuning,
    }[method](base, context)


def description(method: str) -> dict[str, object]:
    """What a manifest says about a method."""
    if method == "lora":
        return {"rank": RANK, "alpha": ALPHA, "dropout": DROPOUT, "placement": ",".join(PLACEMENT)}
    if method in ("prefix", "prompt", "p-tuning"):
        return {"virtual_tokens": VIRTUAL_TOKENS}
    return {}


def save(model: torch.nn.Module, base: str, folder: Path) -> None:
    """A checkpoint that transformers, or peft and the base model, load as it is.

    `base` is where an adapter finds its base model, relative to the checkpoint.
    """
    if isinstance(model, peft.PeftModel):
        model.peft_config["default"].base_model_name_or_path = base
        model.save_pretrained(folder, save_embedding_layers=False)
    else:
        model.save_pretrained(folder)


def _full(base: GPT2LMHeadModel, _context: list[int]) -> torch.nn.Module:
    return base


def _head(base: GPT2LMHeadModel, _context: list[int]) -> torch.nn.Module:
    """Only the matrix that maps to the vocabulary, after parting it from the embedding."""
    base.config.tie_word_embeddings = False
    base.lm_head.weight = torch.nn.Parameter(base.lm_head.weight.detach().clone())
    for parameter in base.parameters():
        parameter.requires_grad_(False)
    base.lm_head.weight.requires_grad_(True)
    return base


def _lora(base: GPT2LMHeadModel, _context: list[int]) -> torch.nn.Module:
    return peft.get_peft_model(base, peft.LoraConfig(
        r=RANK, lora_alpha=ALPHA, lora_dropout=DROPOUT, target_modules=list(PLACEMENT),
        fan_in_fan_out=True, task_type="CAUSAL_LM"))


def _prefix(base: GPT2LMHeadModel, context: list[int]) -> torch.nn.Module:
    """A prefix that starts as what the model makes of a real text: noise takes long to unlearn."""
    frozen = copy.deepcopy(base).eval()
    model = peft.get_peft_model(base, peft.PrefixTuningConfig(
        num_virtual_tokens=VIRTUAL_TOKENS, task_type="CAUSAL_LM"))
    with torch.no_grad():
        past = frozen(input_ids=_ids(context, base), use_cache=True).past_key_values
        flat = [
            values[0].transpose(0, 1).reshape(VIRTUAL_TOKENS, -1)
            for layer in past.layers for values in (layer.keys, layer.values)
        ]
        model.prompt_encoder["default"].embedding.weight.copy_(torch.cat(flat, dim=1))
    return model


def _prompt(base: GPT2LMHeadModel, context: list[int]) -> torch.nn.Module:
    start = base.transformer.wte(_ids(context, base))[0].detach().clone()
    model = peft.get_peft_model(base, peft.PromptTuningConfig(
        num_virtual_tokens=VIRTUAL_TOKENS, task_type="CAUSAL_LM"))
    with torch.no_grad():
        model.prompt_encoder["default"].embedding.weight.copy_(start)
    return model


def _p_tuning(base: GPT2LMHeadModel, _context: list[int]) -> torch.nn.Module:
    return peft.get_peft_model(base, peft.PromptEncoderConfig(
        num_virtual_tokens=VIRTUAL_TOKENS, encoder_hidden_size=base.config.n_embd,
        encoder_reparameterization_type="MLP", task_type="CAUSAL_LM"))


def _ids(context: list[int], base: GPT2LMHeadModel) -> torch.Tensor:
    return torch.tensor([context[:VIRTUAL_TOKENS]], device=base.device)
