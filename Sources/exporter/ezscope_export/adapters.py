"""Adapters on their bases: every tensor of their files must be in the model, with its values."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from ezscope_export.checkpoint import Weights, names_of
from ezscope_export.devices import input_device
from ezscope_export.errors import ExportError
from ezscope_export.places import Adapter, LoadOptions, adapter_weights_of, cannot_load

# Options of LoRA that replace layers of the base, or compute with its weights.
_REPLACING = (
    "use_dora",
    "modules_to_save",
    "trainable_token_indices",
    "target_parameters",
    "layer_replication",
    "alora_invocation_tokens",
)


def resize(module: Any, rows: int | None, fields: dict[str, Any], notes: list[str]) -> None:
    """Gives the embeddings the rows that an adapter's have: new ones are the mean of the old."""
    before = int(module.get_input_embeddings().weight.shape[0])
    if rows is None or rows == before:
        return
    if fields and module.get_input_embeddings().weight.device.type == "meta":
        raise ExportError(
            f"its {before:,} embeddings lie on disk and must become {rows:,}, the adapter's",
            "give --max-memory that holds them, or save the base with its embeddings resized",
            where=str(fields.get("name", "")),
        )
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


def examine_adapter(
    module: Any, adapter: Adapter, place: str, options: LoadOptions, rows: int | None
) -> None:
    """Compares the names and shapes of an adapter's files with what a base without values takes."""
    from peft import PeftConfig, PeftModelForCausalLM, get_peft_model_state_dict

    stored = adapter_weights_of(place, options)
    try:
        resize(module, rows, {}, [])
        config = PeftConfig.from_pretrained(str(options.folder(place)))
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
        place,
    )
    for name, own in found.items():
        if own is not None and own.numel() and tuple(own.shape) != stored.tensors[name].shape:
            raise ExportError(
                f"the adapter does not fit {adapter.base}: {name} is "
                f"{list(stored.tensors[name].shape)}, the base takes {list(own.shape)}",
                "name the base it was trained on with --base",
                where=place,
            )


def with_adapter(
    base: Any,
    place: str,
    adapter: Adapter,
    weights: Weights,
    options: LoadOptions,
    fields: dict[str, Any],
    off: bool,
) -> Any:
    """A base with its adapter, every tensor of whose files was found again in it."""
    from peft import PeftModel

    if off and adapter.config.get("bias", "none") != "none":
        raise ExportError(
            "the adapter also trained biases, which switching it off does not undo",
            f"pass the base model itself: --reference {adapter.base}",
            where=place,
        )
    try:
        with _kept_in_place(base, adapter, place) as away:
            module = PeftModel.from_pretrained(base, str(options.folder(place)))
            if away:
                _take_over(module, weights, input_device(base, torch.device("cpu")))
    except (torch.OutOfMemoryError, ExportError):
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


@contextmanager
def _kept_in_place(base: Any, adapter: Adapter, place: str) -> Iterator[bool]:
    """Lets an adapter be put on a base some of whose layers lie elsewhere; whether there are any.

    peft would place the layers anew, and write the base's files again, in the working folder or
    over themselves. So it is not told that they are placed: they keep the hooks that fetch their
    weights. That does for what computes beside a layer, not for what replaces one or reads it.
    """
    if not any(parameter.device.type == "meta" for parameter in base.parameters()):
        yield False
        return
    config = adapter.config
    beside = adapter.virtual_tokens > 0 or (
        adapter.kind == "LORA"
        and config.get("bias", "none") == "none"
        and not any(config.get(key) for key in _REPLACING)
    )
    if not beside:
        raise ExportError(
            "the adapter needs all of its base in memory, and some layers lie elsewhere",
            "raise --max-memory, or merge the adapter into its base first (merge_and_unload)",
            where=place,
        )
    places = base.hf_device_map
    del base.hf_device_map
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield True
    finally:
        base.hf_device_map = places


def _take_over(module: Any, weights: Weights, device: torch.device) -> None:
    """Gives an adapter its weights, which peft put where those of their layers are: nowhere."""
    from accelerate.utils import set_module_tensor_to_device
    from peft.utils.save_and_load import load_peft_weights

    stored = load_peft_weights(str(weights.files[0].parent), device="cpu")
    for name, own in list(module.named_parameters()):
        value = stored.get(name.replace(".default", ""))
        if value is not None and own.device.type == "meta":
            set_module_tensor_to_device(module, name, device, value=value, dtype=own.dtype)


def _check_adapter(module: Any, weights: Weights, place: str) -> None:
    """Every tensor of the adapter's files must be in the model, with its values, and no other."""
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
        elif own.device.type == "meta":
            changed.append(name)
        elif own.shape == value.shape and own.dtype.itemsize > 1:
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
