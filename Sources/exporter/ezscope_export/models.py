"""Models and their adapters, loaded so that every kind gives hidden states token by token."""

from __future__ import annotations

import gc
import json
import re
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from ezscope_export.errors import NO_INPUT, ExportError
from ezscope_export.projection import Projection

ADAPTER_OFF = "adapter-off"
_NAMED = re.compile(r"([A-Za-z0-9][A-Za-z0-9._+-]*)=(.+)", re.DOTALL)
_METHODS = {
    "LORA": "lora",
    "ADALORA": "lora",
    "PREFIX_TUNING": "prefix",
    "PROMPT_TUNING": "prompt",
    "P_TUNING": "p-tuning",
}
_CONTEXT_KEYS = ("max_position_embeddings", "n_positions", "n_ctx", "max_sequence_length")


@dataclass(frozen=True)
class ModelSpec:
    """A model as the command line names it: `NAME=DIR_OR_ID`, or only the place."""

    name: str
    place: str

    @staticmethod
    def parse(text: str) -> ModelSpec:
        """A spec from its spelling; without a name, the place's last part is the name."""
        named = _NAMED.fullmatch(text)
        if named and not Path(text).exists():
            return ModelSpec(named.group(1), named.group(2))
        last = text.rstrip("/").rsplit("/", 1)[-1]
        return ModelSpec(re.sub(r"[^A-Za-z0-9._+-]", "-", last) or "model", text)


@dataclass(frozen=True)
class LoadOptions:
    """How models are loaded."""

    dtype: str = "auto"
    device: str = "auto"
    base: str | None = None
    remote_code: bool = False


@dataclass
class Adapter:
    """What an adapter's folder says of it, before anything is loaded."""

    kind: str
    base: str
    config: dict[str, Any]

    @property
    def virtual_tokens(self) -> int:
        """Positions that the adapter puts before the text."""
        return int(self.config.get("num_virtual_tokens") or 0)


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

    @property
    def dtype(self) -> torch.dtype:
        """What the model computes in."""
        return next(self.module.parameters()).dtype

    def unload(self) -> None:
        """Frees the memory for the next model."""
        self.scope.close()
        self.projection.release()
        self.module = torch.nn.Module()
        gc.collect()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()


def read_adapter(place: str, options: LoadOptions) -> Adapter | None:
    """The adapter in a folder or on the hub; None for a whole model."""
    folder = Path(place)
    if folder.is_dir():
        path: Path | None = folder / "adapter_config.json"
        if path is not None and not path.exists():
            path = None
    else:
        path = _hub_adapter_config(place)
    if path is None:
        return None
    config = json.loads(path.read_text(encoding="utf-8"))
    kind = str(config.get("peft_type"))
    if config.get("task_type") not in (None, "CAUSAL_LM"):
        raise ExportError(f"is an adapter for {config['task_type']}", "only CAUSAL_LM", where=place)
    if kind == "MULTITASK_PROMPT_TUNING":
        raise ExportError("multitask prompts need a task id for each text", where=place)
    return Adapter(kind, options.base or _base_of(config, folder, place), config)


def _base_of(config: dict[str, Any], folder: Path, place: str) -> str:
    """An adapter's base model: a path beside the adapter, a path from here, or a hub id."""
    name = config.get("base_model_name_or_path")
    if not name:
        raise ExportError("the adapter names no base model", "pass --base DIR_OR_ID", where=place)
    beside = folder / name
    return str(beside) if folder.is_dir() and beside.is_dir() else str(name)


def _hub_adapter_config(place: str) -> Path | None:
    """The adapter's configuration from the hub; a missing one means a whole model."""
    if not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", place):
        raise ExportError("is no folder", "check the path", where=place, code=NO_INPUT)
    try:
        from transformers.utils.hub import cached_file

        found = cached_file(
            place,
            "adapter_config.json",
            _raise_exceptions_for_missing_entries=False,
            _raise_exceptions_for_gated_repo=False,
            _raise_exceptions_for_connection_errors=False,
        )
    except OSError:
        return None
    return Path(found) if found else None


def context_length(place: str, options: LoadOptions) -> int | None:
    """Positions a model has for text: its context less the adapter's virtual tokens."""
    from transformers import AutoConfig

    adapter = read_adapter(place, options)
    whole = adapter.base if adapter else place
    try:
        config = AutoConfig.from_pretrained(whole, trust_remote_code=options.remote_code)
    except (OSError, ValueError) as error:
        raise _cannot_load(whole, error) from None
    if hasattr(config, "get_text_config"):
        config = config.get_text_config()
    for key in _CONTEXT_KEYS:
        value = getattr(config, key, None)
        if isinstance(value, int) and value > 0:
            return value - (adapter.virtual_tokens if adapter else 0)
    return None


def load(spec: ModelSpec, options: LoadOptions, adapter_off: bool = False) -> LoadedModel:
    """Loads a whole model, or a base with its adapter on or off."""
    from transformers import AutoModelForCausalLM

    adapter = read_adapter(spec.place, options)
    place = adapter.base if adapter else spec.place
    device = device_named(options.device)
    dtype = options.dtype if options.dtype == "auto" else getattr(torch, options.dtype)
    module: Any
    try:
        module = AutoModelForCausalLM.from_pretrained(
            place, dtype=dtype, trust_remote_code=options.remote_code
        )
    except (OSError, ValueError) as error:
        raise _cannot_load(place, error) from None
    scope = ExitStack()
    fields = _fields(spec, place, module, adapter)
    if adapter:
        module = _with_adapter(module, spec.place, adapter, fields, adapter_off)
    module.to(device).eval()
    if adapter_off:
        scope.enter_context(module.disable_adapter())
    base = module.get_base_model() if adapter else module
    fields["precision"] = str(next(module.parameters()).dtype).removeprefix("torch.")
    virtual = 0 if adapter is None or adapter_off else adapter.virtual_tokens
    return LoadedModel(spec.name, module, Projection(module, base), device, fields, virtual, scope)


def _with_adapter(
    base: Any, place: str, adapter: Adapter, fields: dict[str, Any], off: bool
) -> Any:
    from peft import PeftModel

    if off and adapter.config.get("bias", "none") != "none":
        raise ExportError(
            "the adapter also trained biases, which switching it off does not undo",
            f"pass the base model itself: --reference {adapter.base}",
            where=place,
        )
    module = PeftModel.from_pretrained(base, place)
    own = sum(p.numel() for n, p in module.named_parameters() if _is_adapter_weight(n))
    if not off:
        fields["trainable_parameters"] = own
    return module


def _is_adapter_weight(name: str) -> bool:
    marks = ("lora_", "prompt_encoder", "modules_to_save", "ia3_", "hada_", "adaption_", "vera_")
    return any(mark in name for mark in marks)


def _fields(spec: ModelSpec, place: str, module: Any, adapter: Adapter | None) -> dict[str, Any]:
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
    described = Path(spec.place) / "ezscope.json"
    if described.exists():
        fields.update(json.loads(described.read_text(encoding="utf-8")))
        fields["name"] = spec.name
    return fields


def _cannot_load(place: str, error: Exception) -> ExportError:
    lines = str(error).splitlines() or [type(error).__name__]
    return ExportError(
        f"the model cannot be loaded: {lines[0]}",
        "give a Hugging Face folder or id, or --base for an adapter's base",
        where=place,
        code=NO_INPUT,
    )


def device_named(name: str) -> torch.device:
    """A device by its name; `auto` is the best there is."""
    if name != "auto":
        return torch.device(name)
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")
