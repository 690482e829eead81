"""Models as the command line names them, before anything of them is loaded."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ezscope_export.checkpoint import Weights, adapter_weights, model_weights, read_json
from ezscope_export.errors import NO_INPUT, ExportError, first_line
from ezscope_export.hub import folder_of, is_id

ADAPTER_OFF = "adapter-off"
_NAMED = re.compile(r"([A-Za-z0-9][A-Za-z0-9._+-]*)=(.+)", re.DOTALL)
_CONTEXT_KEYS = ("max_position_embeddings", "n_positions", "n_ctx", "max_sequence_length")
# What a quantized model's weights need besides transformers.
_PACKAGES = {
    "bitsandbytes": ("bitsandbytes",),
    "gptq": ("gptqmodel", "auto_gptq"),
    "awq": ("gptqmodel", "awq"),
    "compressed-tensors": ("compressed_tensors",),
    "hqq": ("hqq",),
    "aqlm": ("aqlm",),
    "quanto": ("optimum",),
    "torchao": ("torchao",),
    "eetq": ("eetq",),
    "higgs": ("flute",),
    "vptq": ("vptq",),
    "auto-round": ("auto_round",),
}


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
    pickled: bool = False
    device_map: str | None = None
    max_memory: tuple[tuple[str, int], ...] = ()
    offload: str | None = None
    quantize: str | None = None

    def folder(self, place: str) -> Path:
        """The folder of a place."""
        return folder_of(place, self.pickled, self.remote_code)


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


def read_adapter(place: str, options: LoadOptions) -> Adapter | None:
    """The adapter in a folder or on the hub; None for a whole model."""
    folder = options.folder(place)
    path = folder / "adapter_config.json"
    if not path.exists():
        return None
    config = read_json(path)
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
    name = str(name)
    beside = folder / name
    if beside.is_dir():
        return str(beside)
    if not Path(name).is_dir():
        try:
            folder_of(name)
        except ExportError as error:
            path = not is_id(name)
            raise ExportError(
                f"the adapter's base is {name}, which "
                + ("is not on this machine" if path else error.problem),
                "pass --base DIR_OR_ID",
                where=place,
                code=NO_INPUT,
            ) from None
    return name


@functools.cache
def configuration(place: str, options: LoadOptions) -> Any:
    """A whole model's configuration, refused where it is of no causal language model."""
    folder = options.folder(place)
    if not (folder / "config.json").exists():
        model_weights(folder, place, options.pickled)  # Says what there is instead.
    raw = read_json(folder / "config.json")
    _check_architecture(raw, place)
    from transformers import AutoConfig

    try:
        config = AutoConfig.from_pretrained(
            str(folder), trust_remote_code=options.remote_code, local_files_only=True
        )
    except Exception as error:
        raise cannot_load(place, error) from None
    if getattr(config, "is_encoder_decoder", False):
        raise ExportError(
            "is an encoder-decoder model, whose encoder sees the whole text",
            "only causal (decoder-only) language models predict token by token",
            where=place,
        )
    _check_quantization(raw, place)
    return config


def _check_architecture(raw: dict[str, Any], place: str) -> None:
    """Refuses classifiers and masked models by the class they were saved from."""
    architectures = raw.get("architectures")
    name = str(architectures[0]) if isinstance(architectures, list) and architectures else ""
    kinds = {
        "ForMaskedLM": "a masked language model: it sees the tokens that it should predict",
        "ForPreTraining": "a model with pre-training heads, not a causal one",
        "ForSequenceClassification": "a classifier: it predicts no tokens",
        "ForTokenClassification": "a classifier of tokens: it predicts none",
        "ForQuestionAnswering": "a model that marks answers: it predicts no tokens",
        "ForMultipleChoice": "a classifier: it predicts no tokens",
        "RewardModel": "a reward model: it predicts no tokens",
    }
    for ending, what in kinds.items():
        if name.endswith(ending) and not (ending == "ForPreTraining" and "GPT" in name):
            raise ExportError(
                f"is {what} ({name})", "give a causal language model (…ForCausalLM)", where=place
            )


def _check_quantization(raw: dict[str, Any], place: str) -> None:
    """Quantized weights need a package of their own."""
    import importlib.util

    quantization = raw.get("quantization_config")
    if not isinstance(quantization, dict):
        return
    method = str(quantization.get("quant_method") or "bitsandbytes").lower()
    packages = _PACKAGES.get(method, ())
    if packages and not any(importlib.util.find_spec(name) for name in packages):
        raise ExportError(
            f"its weights are quantized ({described_quantization(raw)}), which needs the package "
            + " or ".join(packages),
            f"pip install {packages[0]}, or give the model as it was before (--base, --reference)",
            where=place,
        )


def described_quantization(raw: dict[str, Any]) -> str | None:
    """`bitsandbytes 4-bit nf4`, from a configuration; None where nothing is quantized."""
    own = raw.get("quantization_config")
    if not isinstance(own, dict):
        return None
    method = own.get("quant_method") or "bitsandbytes"
    method = str(getattr(method, "value", method))
    bits = own.get("bits") or own.get("w_bit")
    if own.get("load_in_4bit"):
        bits = 4
    elif own.get("load_in_8bit"):
        bits = 8
    parts = [method, f"{bits}-bit" if bits else "", str(own.get("bnb_4bit_quant_type") or "")]
    return " ".join(part for part in (parts if bits == 4 else parts[:2]) if part)


def context_length(place: str, options: LoadOptions) -> int | None:
    """Positions a model has for text: its context less the adapter's virtual tokens."""
    adapter = read_adapter(place, options)
    config = configuration(adapter.base if adapter else place, options)
    if hasattr(config, "get_text_config"):
        config = config.get_text_config()
    for key in _CONTEXT_KEYS:
        value = getattr(config, key, None)
        if isinstance(value, int) and value > 0:
            return value - (adapter.virtual_tokens if adapter else 0)
    return None


@functools.cache
def weights_of(place: str, options: LoadOptions) -> Weights:
    """The weights of the whole model at a place, looked at but not loaded."""
    return model_weights(options.folder(place), place, options.pickled)


@functools.cache
def adapter_weights_of(place: str, options: LoadOptions) -> Weights:
    """The weights of the adapter at a place, looked at but not loaded."""
    return adapter_weights(options.folder(place), place, options.pickled)


def stored_dtype(place: str, options: LoadOptions) -> str | None:
    """What a model will compute in: as asked, as its configuration says, or as its files have."""
    if options.dtype != "auto":
        return options.dtype
    raw = read_json(options.folder(place) / "config.json")
    named = raw.get("dtype") or raw.get("torch_dtype")
    if isinstance(named, str):
        return named.removeprefix("torch.")
    return weights_of(place, options).dtype


def cannot_load(place: str, error: BaseException) -> ExportError:
    """A library's complaint about a model in a sentence."""
    if isinstance(error, ExportError):
        return error
    text = str(error)
    if "trust_remote_code" in text:
        return ExportError(
            "comes with code of its own",
            "--trust-remote-code runs it: only if you trust its author",
            where=place,
        )
    mismatch = re.search(r"size mismatch[^\n]*", text)
    problem = mismatch.group(0) if mismatch else first_line(error)
    return ExportError(
        f"the model cannot be loaded: {problem}",
        "give a Hugging Face folder or id, or --base for an adapter's base",
        where=place,
        code=NO_INPUT,
    )


def forget() -> None:
    """Looks at models' folders anew: an export may follow another in one process."""
    for function in (configuration, weights_of, adapter_weights_of):
        function.cache_clear()
