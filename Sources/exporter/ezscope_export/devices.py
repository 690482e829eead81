"""Where models go: one device, or layers spread over several, memory and disk."""

from __future__ import annotations

import importlib.util
from collections import Counter
from typing import Any

import torch

from ezscope_export.errors import USAGE, ExportError
from ezscope_export.places import LoadOptions


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


def placement(options: LoadOptions, quantized: str | None = None) -> dict[str, Any]:
    """What a loader must be told: where layers go, and in how many bits.

    Weights that are `quantized` cannot be moved afterwards, so the device is told too.
    """
    named: dict[str, Any] = {}
    if options.quantize:
        from transformers import BitsAndBytesConfig

        _need("bitsandbytes", f"--quantize {options.quantize}")
        _need("accelerate", f"--quantize {options.quantize}")
        named["quantization_config"] = (
            BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4")
            if options.quantize == "4bit"
            else BitsAndBytesConfig(load_in_8bit=True)
        )
    if options.device_map is None:
        if options.quantize or quantized:
            named["device_map"] = {"": str(device_named(options.device))}
        return named
    _need("accelerate", "--device-map")
    named["device_map"] = options.device_map
    if options.max_memory:
        named["max_memory"] = {
            int(place) if place.isdigit() else place: size for place, size in options.max_memory
        }
    if options.offload:
        named["offload_folder"] = options.offload
    return named


def _need(package: str, what: str) -> None:
    if importlib.util.find_spec(package) is None:
        raise ExportError(
            f"{what} needs the package {package}", f"pip install {package}", code=USAGE
        )


def input_device(module: Any, device: torch.device) -> torch.device:
    """Where a model spread over devices takes its tokens."""
    places = getattr(module, "hf_device_map", None) or {}
    for place in places.values():
        if place not in ("cpu", "disk"):
            return torch.device("cuda", place) if isinstance(place, int) else torch.device(place)
    if places:
        return torch.device("cpu")
    found = next((p.device for p in module.parameters() if p.device.type != "meta"), device)
    return found


def spread(module: Any) -> str | None:
    """`3 modules on cpu, 6 on disk`, for a model whose layers accelerate placed; else None."""
    places = getattr(module, "hf_device_map", None)
    if not places:
        return None
    counts = Counter(str(place) for place in places.values()).items()
    parts = [f"{count} on {place}" for place, count in sorted(counts)]
    return ", ".join([parts[0].replace(" on ", " modules on ", 1), *parts[1:]])
