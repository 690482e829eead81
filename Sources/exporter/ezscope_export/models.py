"""Models and their adapters, loaded so that every kind gives hidden states token by token.

Nothing is believed that the loader only warns about: weights that are missing, left over or of
another shape are refused by name, and an adapter's tensors must all be found again in the model.
"""

from __future__ import annotations

import gc
import importlib.util
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from ezscope_export.adapters import examine_adapter, resize, with_adapter
from ezscope_export.checkpoint import read_json, trainer_facts
from ezscope_export.errors import USAGE, ExportError
from ezscope_export.places import (
    ADAPTER_OFF,
    Adapter,
    LoadOptions,
    ModelSpec,
    adapter_weights_of,
    context_length,
    described_quantization,
    read_adapter,
    weights_of,
)
from ezscope_export.projection import Projection
from ezscope_export.weights import check_head, from_files, wrappers

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
    resize(module, rows or (own.rows if own else None), fields, notes)
    scope = ExitStack()
    if adapter and own:
        module = with_adapter(module, spec.place, adapter, own, options, fields, adapter_off)
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
        module, _ = from_files(place, options, {"device_map": {"": "meta"}}, notes)
    except ExportError as error:
        if error.__cause__ is None or "mismatch" in str(error.__cause__):
            raise
        return
    if adapter is None:
        return
    examine_adapter(module, adapter, spec.place, options, rows)


def _whole(
    spec: ModelSpec, place: str, options: LoadOptions, adapter: Adapter | None, notes: list[str]
) -> tuple[Any, dict[str, Any]]:
    """The whole model, or an adapter's base, with every weight from its files."""
    module, used = from_files(place, options, _placement(options), notes)
    weights = weights_of(place, options)
    check_head(module, weights, wrappers(weights, place, []), place)
    fields = _fields(spec, place, options, module, adapter)
    quantization = described_quantization(_config_of(module))
    if quantization:
        fields["quantization"] = quantization
    fields["weights_loaded"] = f"{used:,} of {len(weights.tensors):,} tensors"
    return module, fields


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
