"""How much goes into a batch: from the model's dimensions, never from what is free right now,
so that a second run makes the same batches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from ezscope_export.models import LoadedModel

# Beyond these, larger batches bring nothing and cost cache (CPU) or latency (GPU). Where layers are
# read from disk for every batch, there should be few.
_MOST_TOKENS = {"cpu": 1024, "cuda": 65536, "disk": 16384}
_CHUNK_BYTES = {"cpu": 32 << 20, "cuda": 512 << 20}
# With fewer rows at a time, reading the last layer's weights takes longer than using them.
_FEWEST_ROWS = 128


@dataclass(frozen=True)
class Budget:
    """Tokens of a batch, sequences of a batch, rows of logits at a time."""

    batch_tokens: int
    batch_size: int
    chunk_rows: int


def budget(model: LoadedModel, memory: int | None, batch_size: int) -> Budget:
    """What fits into `memory` bytes of activations; by default 1 GiB, or 40 % of a GPU."""
    kind = model.device.type if model.device.type in _MOST_TOKENS else "cpu"
    if memory is None:
        memory = 1 << 30
        if kind == "cuda":
            memory = int(0.4 * torch.cuda.get_device_properties(model.device).total_memory)
    vocabulary = model.projection.vocabulary
    # Logits as the model gives them, in float32, and two temporaries of that size.
    row = vocabulary * 16
    chunk_rows = max(1, min(max(_CHUNK_BYTES[kind] // row, _FEWEST_ROWS), memory // 2 // row))
    a_token = _bytes_a_token(model)
    if not model.projection.chunked:
        a_token += vocabulary * (model.dtype.itemsize + 4)
    spare = max(memory - chunk_rows * row, memory // 2)
    most = _MOST_TOKENS[kind]
    if "disk" in model.fields.get("device_map", ""):
        most = max(most, _MOST_TOKENS["disk"])
    tokens = max(1, min(spare // a_token, most))
    return Budget(int(tokens), batch_size, int(chunk_rows))


def _bytes_a_token(model: LoadedModel) -> int:
    """A generous estimate of one token's activations in one layer, and its virtual keys."""
    module: Any = model.module
    config = module.config
    if hasattr(config, "get_text_config"):
        config = config.get_text_config()
    hidden = int(getattr(config, "hidden_size", 1024))
    inner = int(getattr(config, "intermediate_size", None) or 4 * hidden)
    return (16 * hidden + 4 * inner) * model.dtype.itemsize
