"""Models and their adapters, loaded so that every kind gives hidden states token by token.

Nothing is believed that the loader only warns about: weights that are missing, left over or of
another shape are refused by name, and an adapter's tensors must all be found again in the model.
"""

from __future__ import annotations

import gc
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import torch

from ezscope_export.adapters import examine_adapter, resize, with_adapter
from ezscope_export.checkpoint import read_json
from ezscope_export.devices import device_named, input_device, placement, spread
from ezscope_export.errors import ExportError
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
from ezscope_export.training import SEEN, described
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

    @property
    def is_moved_by_company(self) -> bool:
        """Whether a text's numbers depend on the texts beside it, so that each is scored alone.

        LLM.int8() takes the columns out of a product in which any row of the batch has an outlier.
        """
        return self.fields.get("quantization") == "bitsandbytes 8-bit"

    def unload(self) -> None:
        """Frees the memory for the next model."""
        self.scope.close()
        self.projection.release()
        self.module = torch.nn.Module()
        gc.collect()
        gc.unfreeze()
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
    # What is there already is no part of the model: looking through all libraries for what can be
    # freed with it would take longer than scoring with a small one.
    gc.freeze()
    adapter = read_adapter(spec.place, options)
    place = adapter.base if adapter else spec.place
    device = device_named(options.device)
    notes: list[str] = []
    module, fields = _whole(spec, place, options, adapter, notes)
    if options.device_map:
        device = input_device(module, device)
    own = adapter_weights_of(spec.place, options) if adapter else None
    resize(module, rows or (own.rows if own else None), fields, notes)
    scope = ExitStack()
    if adapter and own:
        module = with_adapter(module, spec.place, adapter, own, options, fields, adapter_off)
    if not options.device_map and not fields.get("quantization"):
        module.to(device)
    module.eval()
    if adapter_off:
        scope.enter_context(module.disable_adapter())
    base = module.get_base_model() if adapter else module
    fields["precision"] = str(computes_in(module)).removeprefix("torch.")
    virtual = 0 if adapter is None or adapter_off else adapter.virtual_tokens
    projection = Projection(module, base)
    model = LoadedModel(spec.name, module, projection, device, fields, virtual, scope, notes)
    if model.is_moved_by_company:
        notes.append("8-bit products depend on all texts of a batch: each is scored alone")
    return model


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
    stored = described_quantization(read_json(options.folder(place) / "config.json"))
    module, used = from_files(place, options, placement(options, stored), notes)
    weights = weights_of(place, options)
    check_head(module, weights, wrappers(weights, place, []), place)
    fields = _fields(spec, place, options, module, adapter)
    quantization = described_quantization(_config_of(module))
    if quantization:
        fields["quantization"] = quantization
    layers = spread(module) if options.device_map else None
    if layers:
        fields["device_map"] = layers
    fields["weights_loaded"] = f"{used:,} of {len(weights.tensors):,} tensors"
    return module, fields


def _config_of(module: Any) -> dict[str, Any]:
    config: dict[str, Any] = module.config.to_dict()
    return config


def _fields(
    spec: ModelSpec, place: str, options: LoadOptions, module: Any, adapter: Adapter | None
) -> dict[str, Any]:
    """The keys of a manifest's table, as far as the files tell."""
    # Weights of 4 bits lie two in a number: the library knows how many they are.
    parameters = module.num_parameters()
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
    fields.update(described(options.folder(spec.place)))
    fields["name"] = spec.name
    fields.pop(SEEN, None)
    return fields
