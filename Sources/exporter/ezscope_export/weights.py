"""Whole models from their files: every weight in its place, and none that is new.

Loaders only warn about weights that are missing, left over or of another shape, and fill in random
ones. Here those are refused by name.
"""

from __future__ import annotations

import re
from typing import Any

import torch

from ezscope_export.checkpoint import Weights, names_of
from ezscope_export.errors import ExportError
from ezscope_export.places import LoadOptions, cannot_load, configuration, weights_of

# What wrappers put before or between the names of weights: compiled, distributed, checkpointed.
_WRAPPERS = {
    r"(^|\.)_orig_mod\.": "torch.compile",
    r"(^|\.)_fsdp_wrapped_module\.": "FSDP",
    r"(^|\.)_checkpoint_wrapped_module\.": "activation checkpointing",
    r"^module\.": "DataParallel",
    r"^_forward_module\.": "Lightning",
    r"^pretrained_model\.": "TRL",
    r"^base_model\.model\.": "peft",
}
# Tensors that are no part of the forward pass of a causal model, whoever saved them.
_HARMLESS = (
    r"^v_head\.",
    r"rotary_emb\.inv_freq$",
    r"\.attn\.(masked_)?bias$",
    r"\.attention\.(masked_)?bias$",
    r"position_ids$",
    r"(^|\.)mtp\.",
)


def from_files(
    place: str, options: LoadOptions, placement: dict[str, Any], notes: list[str]
) -> tuple[Any, int]:
    """A model with the weights of its files and no others, and how many tensors those are."""
    from transformers import AutoModelForCausalLM

    configuration(place, options)
    weights = weights_of(place, options)
    mapping = wrappers(weights, place, notes)
    named: dict[str, Any] = {"key_mapping": mapping} if mapping else {}
    try:
        loaded: Any = AutoModelForCausalLM.from_pretrained(
            str(options.folder(place)),
            dtype=options.dtype if options.dtype == "auto" else getattr(torch, options.dtype),
            trust_remote_code=options.remote_code,
            local_files_only=True,
            use_safetensors=not weights.pickled,
            weights_only=True,
            output_loading_info=True,
            **named,
            **placement,
        )
    except torch.OutOfMemoryError:
        raise
    except Exception as error:  # Loaders raise what they like about broken folders.
        raise cannot_load(place, error) from error
    module, info = loaded
    return module, _judge(info, weights, module, place, notes)


def wrappers(weights: Weights, place: str, notes: list[str]) -> dict[str, str]:
    """Patterns of wrappers' names in the weights, each replaced by nothing."""
    found = {}
    for pattern, who in _WRAPPERS.items():
        names = [name for name in weights.tensors if re.search(pattern, name)]
        if not names:
            continue
        inside = [n for n in weights.tensors if ".lora_" in n or ".base_layer." in n]
        if inside:
            raise ExportError(
                f"holds an adapter inside a whole model's weights ({names_of(inside)})",
                "save the adapter with its own save_pretrained, or merge it first "
                "(merge_and_unload)",
                where=place,
            )
        found[pattern] = r"\1" if pattern.startswith("(") else ""
        notes.append(f"{len(names):,} weights bear the prefix of {who}, which is left out")
    return found


def _judge(
    info: dict[str, Any], weights: Weights, module: Any, place: str, notes: list[str]
) -> int:
    """Refuses weights that do not fit; returns how many tensors of the files were used."""
    harmless = re.compile("|".join(_HARMLESS))
    # transformers 4 counts a last layer that is the embeddings again as missing.
    tied = set(getattr(module, "_tied_weights_keys", None) or ())
    is_tied = bool(getattr(module.config.get_text_config(), "tie_word_embeddings", False))
    missing = {k for k in info.get("missing_keys", ()) if not (is_tied and k in tied)}
    unexpected = set(info.get("unexpected_keys", ()))
    mismatched = [
        str(key[0]) if isinstance(key, tuple) else str(key)
        for key in info.get("mismatched_keys", ())
    ]
    left = {key for key in unexpected if not harmless.search(key)}
    kind = type(module).__name__
    if missing:
        raise ExportError(
            f"{len(missing):,} weights of {kind} are not in its files and would be random: "
            f"{names_of(missing)}" + (f"; left over: {names_of(left)}" if left else ""),
            "this is another kind of model, or not all of it was saved: save the whole causal "
            "model again",
            where=place,
        )
    if mismatched:
        raise ExportError(
            f"{len(mismatched):,} weights have another shape than its configuration says: "
            f"{names_of(mismatched)}",
            "config.json belongs to another model",
            where=place,
        )
    if left:
        raise ExportError(
            f"{len(left):,} weights in its files have no place in {kind}: {names_of(left)}",
            "config.json belongs to another model, or an adapter was saved into it",
            where=place,
        )
    for message in info.get("error_msgs", ()):
        raise cannot_load(place, RuntimeError(str(message)))
    if unexpected:
        notes.append(f"{names_of(unexpected)}: left out, no part of the forward pass")
    return len(weights.tensors) - len(unexpected)


def check_head(module: Any, weights: Weights, mapping: dict[str, str], place: str) -> None:
    """A last layer in the files must be the model's, though the configuration ties it."""
    head = module.get_output_embeddings()
    parameter = getattr(head, "weight", None)
    if weights.pickled or parameter is None or parameter.device.type == "meta":
        return
    names = {id(p): n for n, p in module.named_parameters(remove_duplicate=False)}
    name = names.get(id(parameter), "")
    own = next((n for n in weights.tensors if _mapped(n, mapping).endswith("lm_head.weight")), None)
    if own is None or not parameter.dtype.is_floating_point or not name:
        return
    from safetensors import safe_open

    for file in weights.files:
        with safe_open(str(file), "pt") as opened:
            if own not in opened.keys():
                continue
            rows = opened.get_slice(own)[:8]
    if rows.shape[-1] != parameter.shape[-1]:
        return
    mine = parameter.detach()[:8].cpu()
    if not torch.allclose(rows.to(mine.dtype), mine, rtol=1e-2, atol=1e-4):
        raise ExportError(
            "its files hold a last layer of its own (lm_head), but its configuration says that "
            "it is the embeddings again, and the loader dropped it",
            'write "tie_word_embeddings": false in config.json',
            where=place,
        )


def _mapped(name: str, mapping: dict[str, str]) -> str:
    for pattern, replacement in mapping.items():
        name = re.sub(pattern, replacement, name)
    return name
