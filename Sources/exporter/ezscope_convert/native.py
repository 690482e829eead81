"""Native evidence, mapped rather than read: the tensors of a safetensors file, checked."""

from __future__ import annotations

import json
import mmap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ezscope_export.checkpoint import safetensors_header
from ezscope_export.errors import BAD_DATA, ExportError, printable

DTYPES = {
    "F32": "<f4",
    "I32": "<i4",
    "I64": "<i8",
    "I8": "i1",
    "U8": "u1",
    "BOOL": "u1",
}
# Columns with an entry a sequence and a text column's two tensors.
TEXTS = {
    "id": "sequence.ids",
    "text": "sequence.texts",
    "meta": "sequence.metas",
    "extra": "extra",
    "continuations": "continuations",
}


class NativeEvidence:
    """The columns of an evidence file. Nothing is copied before it is asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        facts = safetensors_header(path)
        with open(path, "rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        length = int.from_bytes(data[:8], "little")
        header: Mapping[str, Any] = json.loads(data[8 : 8 + length])
        metadata = header.get("__metadata__")
        self.metadata = metadata if isinstance(metadata, dict) else {}
        self.kinds = {name: fact.dtype for name, fact in facts.items()}
        self.tensors: dict[str, np.ndarray] = {}
        for name, fact in facts.items():
            if fact.dtype not in DTYPES or len(fact.shape) != 1:
                raise self._wrong(f"{printable(name)} is {fact.dtype} of shape {list(fact.shape)}")
            start, stop = header[name]["data_offsets"]
            dtype = np.dtype(DTYPES[fact.dtype])
            whole = 8 + length + stop <= len(data) and 0 <= start <= stop
            if not whole or stop - start != fact.shape[0] * dtype.itemsize:
                raise self._wrong(f"{printable(name)} does not lie where the header says")
            self.tensors[name] = np.frombuffer(data, dtype, fact.shape[0], 8 + length + start)
        self._check()

    def _check(self) -> None:
        """Offsets must lead somewhere, and columns be as long as they say."""
        if "sequence.token_offsets" not in self.tensors:
            raise self._wrong("has no sequence.token_offsets, so it is no evidence")
        self.offsets = self._offsets("sequence.token_offsets", None)
        self.count = len(self.offsets) - 1
        if self.count and int(np.diff(self.offsets).min()) < 1:
            raise self._wrong("has a sequence without tokens")
        for column, name in TEXTS.items():
            if f"{name}.bytes" in self.tensors:
                self._offsets(f"{name}.offsets", len(self.tensors[f"{name}.bytes"]))
                if len(self.tensors[f"{name}.offsets"]) != self.count + 1:
                    raise self._wrong(f"{name}.offsets has another number of sequences")
            elif column == "id":
                raise self._wrong("has no ids")
        tokens = int(self.offsets[-1])
        for name, values in self.tensors.items():
            length = self.length_of(name, tokens)
            if length is not None and len(values) != length:
                raise self._wrong(f"{printable(name)} has {len(values)} entries, not {length}")

    def length_of(self, name: str, tokens: int) -> int | None:
        """The entries that a column must have; None for what is no column of sequences."""
        if name == "sequence.labels":
            return self.count
        if name == "token_ids":
            return tokens
        if name in self.positions():
            return tokens - self.count
        return None

    def positions(self) -> list[str]:
        """The columns with an entry a predicted position."""
        return [
            name
            for name in self.tensors
            if name == "scored" or name.startswith(("target.", "reference."))
        ]

    @property
    def others(self) -> list[str]:
        """Tensors that are no column of evidence known here."""
        known = {"sequence.token_offsets", "sequence.labels", "token_ids", *self.positions()}
        known |= {f"{name}.{part}" for name in TEXTS.values() for part in ("bytes", "offsets")}
        known |= {"vocabulary.ids", "vocabulary.texts.bytes", "vocabulary.texts.offsets"}
        return sorted(set(self.tensors) - known)

    def _offsets(self, name: str, end: int | None) -> np.ndarray:
        values = self.tensors.get(name)
        if values is None or values.dtype != np.int64 or not len(values) or values[0] != 0:
            raise self._wrong(f"{name} does not begin with 0")
        if len(values) > 1 and int(np.diff(values).min()) < 0:
            raise self._wrong(f"{name} goes back")
        if end is not None and int(values[-1]) != end:
            raise self._wrong(f"{name} does not end where its bytes do")
        return values

    def vocabulary(self) -> tuple[np.ndarray, list[bytes]] | None:
        """The ids and texts of tokens."""
        if "vocabulary.ids" not in self.tensors:
            return None
        ids = self.tensors["vocabulary.ids"]
        data = self.tensors.get("vocabulary.texts.bytes", np.zeros(0, np.uint8))
        offsets = self._offsets("vocabulary.texts.offsets", len(data))
        if len(offsets) != len(ids) + 1:
            raise self._wrong("vocabulary.texts.offsets has another number of tokens")
        raw = data.tobytes()
        return ids, [raw[a:b] for a, b in zip(offsets[:-1].tolist(), offsets[1:].tolist())]

    def _wrong(self, problem: str) -> ExportError:
        return ExportError(
            problem,
            "write it again: ezscope check says what else is wrong",
            where=str(self.path),
            code=BAD_DATA,
        )
