"""Models and their adapters, loaded so that every kind gives hidden states token by token.

Nothing is believed that the loader only warns about: weights that are missing, left over or of
another shape are refused by name, and an adapter's tensors must all be found again in the model.
"""

from __future__ import annotations

import gc
import importlib.util
import re
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from ezscope_export.checkpoint import Weights, names_of, read_json, trainer_facts
from ezscope_export.errors import USAGE, ExportError
from ezscope_export.places import (
    ADAPTER_OFF,
    Adapter,
    LoadOptions,
    ModelSpec,
    adapter_weights_of,
    cannot_load,
    configuration,
    context_length,
    described_quantization,
    read_adapter,
    weights_of,
)
from ezscope_export.projection import Projection

__all__ = [
    "ADAPTER_OFF",
    "Adapter",
    "LoadOptions",
    "LoadedModel",
    "ModelSpec",
    "context_length",
    "device_named",
    "load",
    "read_adapter",
]

_METHODS = {
    "LORA": "lora",
    "ADALORA": "lora",
    "PREFIX_TUNING": "prefix",
    "PROMPT_TUNING": "prompt",
    "P_TUNING": "p-tuning",
}
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


@dataclass
class LoadedModel:
    """A model ready to score, with what the evidence says about it."""

    name: str
    module: torch.nn.Module
    projection: Projection
    device: torch.device
    fields: dict[str, Any]
    virtual_tokens: int
    scope: ExitStack = field(repr=False, default_factory=ExitStack)
    notes: list[str] = field(default_factory=list)

    @property
    def dtype(self) -> torch.dtype:
        """What the model computes in."""
        return computes_in(self.module)

    def unload(self) -> None:
        """Frees the memory for the next model."""
        self.scope.close()
        self.projection.release()
        self.module = torch.nn.Module()
        gc.collect()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()


def computes_in(module: torch.nn.Module) -> torch.dtype:
    """The type of the first weights that are numbers: packed ones are bytes."""
    for parameter in module.parameters():
        if parameter.dtype.is_floating_point and parameter.dtype.itemsize > 1:
            return parameter.dtype
    return torch.float32


def load(
    spec: ModelSpec, options: LoadOptions, adapter_off: bool = False, rows: int | None = None
) -> LoadedModel:
    """Loads a whole model, or a base with its adapter on or off.

    With `rows`, the embeddings get that many rows, as they had when the adapter was trained.
    """
    adapter = read_adapter(spec.place, options)
    place = adapter.base if adapter else spec.place
    device = device_named(options.device)
    notes: list[str] = []
    module, fields = _whole(spec, place, options, adapter, notes)
    own = adapter_weights_of(spec.place, options) if adapter else None
    _resize(module, rows or (own.rows if own else None), fields, notes)
    scope = ExitStack()
    if adapter and own:
        module = _with_adapter(module, spec.place, adapter, own, options, fields, adapter_off)
    if options.device_map is None and not fields.get("quantization"):
        module.to(device)
    else:
        device = _input_device(module, device)
    module.eval()
    if adapter_off:
        scope.enter_context(module.disable_adapter())
    base = module.get_base_model() if adapter else module
    fields["precision"] = str(computes_in(module)).removeprefix("torch.")
    virtual = 0 if adapter is None or adapter_off else adapter.virtual_tokens
    projection = Projection(module, base)
    return LoadedModel(spec.name, module, projection, device, fields, virtual, scope, notes)


def examine(spec: ModelSpec, options: LoadOptions, rows: int | None) -> None:
    """Everything about a model's weights that can be told without reading them.

    The model is made of tensors that have shapes and no values, so this takes no memory. What
    only goes wrong there is left to `load`.
    """
    adapter = read_adapter(spec.place, options)
    place = adapter.base if adapter else spec.place
    if described_quantization(read_json(options.folder(place) / "config.json")):
        return
    notes: list[str] = []
    try:
        module, _ = _from_files(place, options, {"device_map": {"": "meta"}}, notes)
    except ExportError as error:
        if error.__cause__ is None or "mismatch" in str(error.__cause__):
            raise
        return
    if adapter is None:
        return
    from peft import PeftConfig, PeftModelForCausalLM, get_peft_model_state_dict

    stored = adapter_weights_of(spec.place, options)
    try:
        _resize(module, rows, {}, notes)
        config = PeftConfig.from_pretrained(str(options.folder(spec.place)))
        config.inference_mode = True
        peft: Any = PeftModelForCausalLM(module, config, low_cpu_mem_usage=True)
        state = get_peft_model_state_dict(peft, save_embedding_layers=False)
    except Exception:
        return
    base = peft.get_base_model().state_dict()
    found = {name: _counterpart(name, state, base) for name in stored.tensors}
    _refuse_adapter(
        [name for name, own in found.items() if own is None],
        [name for name in state if name not in stored.tensors],
        [],
        len(found),
        spec.place,
    )
    for name, own in found.items():
        if own is not None and own.numel() and tuple(own.shape) != stored.tensors[name].shape:
            raise ExportError(
                f"the adapter does not fit {adapter.base}: {name} is "
                f"{list(stored.tensors[name].shape)}, the base takes {list(own.shape)}",
                "name the base it was trained on with --base",
                where=spec.place,
            )


def _whole(
    spec: ModelSpec, place: str, options: LoadOptions, adapter: Adapter | None, notes: list[str]
) -> tuple[Any, dict[str, Any]]:
    """The whole model, or an adapter's base, with every weight from its files."""
    module, used = _from_files(place, options, _placement(options), notes)
    weights = weights_of(place, options)
    _check_head(module, weights, _wrappers(weights, place, []), place)
    fields = _fields(spec, place, options, module, adapter)
    quantization = described_quantization(_config_of(module))
    if quantization:
        fields["quantization"] = quantization
    fields["weights_loaded"] = f"{used:,} of {len(weights.tensors):,} tensors"
    return module, fields


def _from_files(
    place: str, options: LoadOptions, placement: dict[str, Any], notes: list[str]
) -> tuple[Any, int]:
    """A model with the weights of its files and no others, and how many tensors those are."""
    from transformers import AutoModelForCausalLM

    configuration(place, options)
    weights = weights_of(place, options)
    mapping = _wrappers(weights, place, notes)
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


def _config_of(module: Any) -> dict[str, Any]:
    config: dict[str, Any] = module.config.to_dict()
    return config


def _placement(options: LoadOptions) -> dict[str, Any]:
    """Where the layers go, and in how many bits, for models that fit no single device."""
    named: dict[str, Any] = {}
    if options.quantize:
        from transformers import BitsAndBytesConfig

        if importlib.util.find_spec("bitsandbytes") is None:
            raise ExportError(
                "--quantize needs the package bitsandbytes", "pip install bitsandbytes", code=USAGE
            )
        four = options.quantize == "4bit"
        named["quantization_config"] = (
            BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4")
            if four
            else BitsAndBytesConfig(load_in_8bit=True)
        )
    if options.device_map is None:
        return named
    if importlib.util.find_spec("accelerate") is None:
        raise ExportError(
            "--device-map needs the package accelerate", "pip install accelerate", code=USAGE
        )
    named["device_map"] = options.device_map
    if options.max_memory:
        named["max_memory"] = {
            int(place) if place.isdigit() else place: size for place, size in options.max_memory
        }
    if options.offload:
        named["offload_folder"] = options.offload
    return named


def _input_device(module: Any, device: torch.device) -> torch.device:
    """Where a model spread over devices takes its tokens."""
    places = getattr(module, "hf_device_map", None) or {}
    for place in places.values():
        if place not in ("cpu", "disk"):
            return torch.device("cuda", place) if isinstance(place, int) else torch.device(place)
    if places:
        return torch.device("cpu")
    found = next((p.device for p in module.parameters() if p.device.type != "meta"), device)
    return found


def _wrappers(weights: Weights, place: str, notes: list[str]) -> dict[str, str]:
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


def _check_head(module: Any, weights: Weights, mapping: dict[str, str], place: str) -> None:
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


def _resize(module: Any, rows: int | None, fields: dict[str, Any], notes: list[str]) -> None:
    """Gives the embeddings the rows that an adapter's have: new ones are the mean of the old."""
    before = int(module.get_input_embeddings().weight.shape[0])
    if rows is None or rows == before:
        return
    module.resize_token_embeddings(rows, mean_resizing=False)
    if rows > before:
        with torch.no_grad():
            for layer in (module.get_input_embeddings(), module.get_output_embeddings()):
                if layer is None:
                    continue
                for values in (layer.weight, getattr(layer, "bias", None)):
                    if values is not None and values.shape[0] == rows:
                        values[before:] = values[:before].float().mean(0).to(values.dtype)
    fields["resized_vocabulary"] = rows
    notes.append(
        f"its {before:,} embeddings became {rows:,}, as the adapter has them"
        + ("; new ones are the mean of the others" if rows > before else "")
    )


def _with_adapter(
    base: Any,
    place: str,
    adapter: Adapter,
    weights: Weights,
    options: LoadOptions,
    fields: dict[str, Any],
    off: bool,
) -> Any:
    from peft import PeftModel

    if off and adapter.config.get("bias", "none") != "none":
        raise ExportError(
            "the adapter also trained biases, which switching it off does not undo",
            f"pass the base model itself: --reference {adapter.base}",
            where=place,
        )
    try:
        module = PeftModel.from_pretrained(base, str(options.folder(place)))
    except torch.OutOfMemoryError:
        raise
    except Exception as error:  # peft raises what it likes about adapters of other models.
        problem = str(cannot_load(place, error).problem).removeprefix(
            "the model cannot be loaded: "
        )
        raise ExportError(
            f"the adapter does not fit {adapter.base}: {problem}",
            "name the base it was trained on with --base",
            where=place,
        ) from None
    _check_adapter(module, weights, place)
    own = sum(p.numel() for n, p in module.named_parameters() if _is_adapter_weight(n))
    if not off:
        fields["trainable_parameters"] = own
    count = len(weights.tensors)
    fields["weights_loaded"] += f", adapter {count:,} of {count:,}"
    return module


def _check_adapter(module: Any, weights: Weights, place: str) -> None:
    """Every tensor of the adapter's files must be in the model, with its values, and no other."""
    import warnings

    from peft import get_peft_model_state_dict
    from peft.utils.save_and_load import load_peft_weights

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        state = get_peft_model_state_dict(module, save_embedding_layers=False)
        stored = load_peft_weights(str(weights.files[0].parent), device="cpu")
    base = module.get_base_model().state_dict()
    unused, changed = [], []
    for name, value in stored.items():
        own = _counterpart(name, state, base)
        if own is None:
            unused.append(name)
        elif own.device.type != "meta" and own.shape == value.shape and own.dtype.itemsize > 1:
            if not torch.allclose(own.cpu().float(), value.float(), rtol=1e-2, atol=1e-5):
                changed.append(name)
    missing = [name for name in state if name not in stored]
    _refuse_adapter(unused, missing, changed, len(stored), place)


def _counterpart(name: str, state: dict[str, Any], base: dict[str, Any]) -> torch.Tensor | None:
    """The tensor of a model that has an adapter's name: the adapter's own, or the base's."""
    plain = name.removeprefix("base_model.model.")
    for own in (
        state.get(name),
        base.get(plain),
        # Saved beside their plain names where the vocabulary was resized.
        base.get(plain.replace(".modules_to_save.", ".modules_to_save.default.")),
    ):
        if own is not None:
            return own
    return None


def _refuse_adapter(
    unused: list[str], missing: list[str], changed: list[str], count: int, place: str
) -> None:
    if unused:
        what = f"{len(unused):,} of its {count:,} weights match nothing in the base"
    elif missing:
        what = f"{len(missing):,} weights that it should have are not in its files"
    elif changed:
        what = f"{len(changed):,} weights were not taken over"
    else:
        return
    raise ExportError(
        f"the adapter was not applied: {what} ({names_of(unused or missing or changed)})",
        "it was saved from a wrapped model (torch.compile, FSDP) or belongs to another base: save "
        "it again from the plain peft model, or name its base with --base",
        where=place,
    )


def _is_adapter_weight(name: str) -> bool:
    marks = ("lora_", "prompt_encoder", "modules_to_save", "ia3_", "hada_", "adaption_", "vera_")
    return any(mark in name for mark in marks)


def _fields(
    spec: ModelSpec, place: str, options: LoadOptions, module: Any, adapter: Adapter | None
) -> dict[str, Any]:
    """The keys of a manifest's table, as far as the files tell."""
    parameters = sum(p.numel() for p in module.parameters())
    fields: dict[str, Any] = {"name": spec.name, "model": place.rstrip("/").rsplit("/", 1)[-1]}
    if adapter is None:
        fields["method"] = "full"
        fields["trainable_parameters"] = parameters
    else:
        fields["method"] = _METHODS.get(adapter.kind, "adapter")
        fields["adapter"] = adapter.kind.lower()
        names = {"r": "rank", "lora_alpha": "alpha", "lora_dropout": "dropout"}
        for key, name in names.items():
            if adapter.config.get(key) is not None:
                fields[name] = adapter.config[key]
        modules = adapter.config.get("target_modules")
        if isinstance(modules, list):
            fields["placement"] = ",".join(sorted(modules))
        if adapter.virtual_tokens:
            fields["virtual_tokens"] = adapter.virtual_tokens
    fields["parameters"] = parameters
    folder: Path = options.folder(spec.place)
    fields.update(trainer_facts(folder))
    if (folder / "ezscope.json").exists():
        fields.update(read_json(folder / "ezscope.json"))
        fields["name"] = spec.name
    return fields


def device_named(name: str) -> torch.device:
    """A device by its name; `auto` is the best there is, and one that is not there is refused."""
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        raise ExportError(
            f"--device {name} is no device", "use auto, cpu, cuda, cuda:1 or mps", code=USAGE
        ) from None
    if device.type == "cuda":
        count = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if count == 0:
            raise ExportError(
                f"--device {name}: this machine, or this build of torch, has no CUDA device",
                "use --device cpu",
                code=USAGE,
            )
        if (device.index or 0) >= count:
            raise ExportError(
                f"--device {name}: there are {count} CUDA devices",
                f"use cuda:0 to cuda:{count - 1}",
                code=USAGE,
            )
    elif device.type == "mps" and not torch.backends.mps.is_available():
        raise ExportError(f"--device {name}: there is none here", "use --device cpu", code=USAGE)
    elif device.type not in ("cpu", "mps", "xpu"):
        raise ExportError(
            f"--device {name} is not supported", "use auto, cpu, cuda, cuda:1 or mps", code=USAGE
        )
    return device
