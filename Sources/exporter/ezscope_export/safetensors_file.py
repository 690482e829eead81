"""safetensors files written straight from column files, in constant memory, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ezscope_export.errors import INPUT_OUTPUT, ExportError
from ezscope_export.files import replacing

_NAMES = {"<f4": "F32", "<i4": "I32", "<i8": "I64", "|i1": "I8", "|u1": "U8", "|b1": "BOOL"}
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Tensor:
    """A one-dimensional tensor: an array, or a raw file of its values."""

    name: str
    dtype: np.dtype
    count: int
    source: Path | np.ndarray

    @staticmethod
    def array(name: str, values: np.ndarray) -> Tensor:
        """A tensor of values in memory."""
        return Tensor(name, values.dtype, len(values), values)

    @staticmethod
    def file(name: str, dtype: str, path: Path) -> Tensor:
        """A tensor of the values in a raw file."""
        kind = np.dtype(dtype)
        return Tensor(name, kind, path.stat().st_size // kind.itemsize, path)

    def blocks(self) -> Iterator[bytes]:
        """The values' bytes, a block at a time."""
        if isinstance(self.source, np.ndarray):
            yield np.ascontiguousarray(self.source).tobytes()
            return
        with open(self.source, "rb") as file:
            while block := file.read(_BLOCK):
                yield block


def write_safetensors(path: Path, tensors: list[Tensor], metadata: dict[str, str]) -> None:
    """Writes a file beside its place and moves it there when it is on disk.

    Wide values come first, so that every tensor is aligned.
    """
    tensors = sorted(tensors, key=lambda t: (-t.dtype.itemsize, t.name))
    header: dict[str, object] = {"__metadata__": dict(sorted(metadata.items()))}
    place = 0
    for tensor in tensors:
        size = tensor.count * tensor.dtype.itemsize
        header[tensor.name] = {
            "dtype": _NAMES[tensor.dtype.str],
            "shape": [tensor.count],
            "data_offsets": [place, place + size],
        }
        place += size
    head = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    try:
        with replacing(path) as file:
            file.write(len(head).to_bytes(8, "little") + head)
            for tensor in tensors:
                for block in tensor.blocks():
                    file.write(block)
    except OSError as error:
        raise ExportError(
            f"cannot be written: {error.strerror}",
            "finished batches are kept; run the same command again",
            where=str(path),
            code=INPUT_OUTPUT,
        ) from None
