"""The output: columns of the work folder put together as evidence files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from ezscope_export.columns import COLUMNS, TextColumnWriter
from ezscope_export.safetensors_file import Tensor, write_safetensors
from ezscope_export.sequences import Sequences
from ezscope_export.token_bytes import TokenBytes

_BLOCK = 1 << 18


def sequence_tensors(
    sequences: Sequences, vocabulary: list[Tensor], metas: str = "metas"
) -> list[Tensor]:
    """Ids, labels, texts, metadata, tokens and what counts."""
    folder = sequences.folder
    tensors = [
        *identity_tensors(sequences),
        *text_tensors(folder, "texts", "sequence.texts"),
        *text_tensors(folder, metas, "sequence.metas"),
        Tensor.file("sequence.labels", "i1", folder / "labels"),
        Tensor.file("token_ids", "<i4", folder / "token_ids"),
        *vocabulary,
    ]
    if sequences.facts["unscored"]:
        tensors.append(Tensor.file("scored", "|b1", folder / "scored"))
    return tensors


def identity_tensors(sequences: Sequences) -> list[Tensor]:
    """What every file carries: the ids by which files are merged, and the lengths."""
    return [
        Tensor.array("sequence.token_offsets", sequences.offsets),
        *text_tensors(sequences.folder, "ids", "sequence.ids"),
    ]


def text_tensors(folder: Path, column: str, name: str) -> list[Tensor]:
    """A text column of the work folder as its two tensors."""
    return [
        Tensor.file(f"{name}.bytes", "u1", folder / f"{column}.bytes"),
        Tensor.file(f"{name}.offsets", "<i8", folder / f"{column}.offsets"),
    ]


def model_tensors(folder: Path, role: str, columns: tuple[str, ...]) -> list[Tensor]:
    """A model's columns as `target.*` or `reference.*`."""
    return [Tensor.file(f"{role}.{name}", COLUMNS[name], folder / name) for name in columns]


def vocabulary_tensors(
    sequences: Sequences, top1: list[Path], size: int, spell: TokenBytes
) -> list[Tensor]:
    """The bytes of every token that occurs in a text or as somebody's first choice."""
    present = np.zeros(size, dtype=bool)
    for path in [sequences.folder / "token_ids", *top1]:
        with open(path, "rb") as file:
            while block := file.read(4 * _BLOCK):
                present[np.frombuffer(block, dtype=np.int32)] = True
    ids = np.flatnonzero(present).astype(np.int32)
    texts = [spell(int(token)) for token in ids]
    offsets = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    return [
        Tensor.array("vocabulary.ids", ids),
        Tensor.array("vocabulary.texts.bytes", np.frombuffer(b"".join(texts), dtype=np.uint8)),
        Tensor.array("vocabulary.texts.offsets", offsets),
    ]


def write_text_column(folder: Path, name: str, values: Any) -> None:
    """A text column of the work folder from an iterable of byte strings."""
    folder.mkdir(parents=True, exist_ok=True)
    writer = TextColumnWriter(folder, name)
    for value in values:
        writer.append(value)
    writer.close()


def write_evidence(path: Path, tensors: list[Tensor], run: dict[str, Any] | None) -> None:
    """An evidence file with the run it belongs to."""
    metadata = {"ezscope": "1"}
    if run is not None:
        metadata["run"] = json.dumps(run, ensure_ascii=False)
    write_safetensors(path, tensors, metadata)
