"""The pretraining text as rows of token ids."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from transformers import PreTrainedTokenizerFast

import tokenizer
from corpus import prose, records_of_others


def write_rows(
    folder: Path, inputs: dict[str, Path], *, rows: int, length: int, houses: int, seed: int
) -> None:
    """Writes token ids: half of the rows are records from their beginning, half running prose."""
    tokens = tokenizer.load(inputs["tokenizer"])
    end = tokens.eos_token_id
    records = np.full((rows // 2, length), end, np.uint16)
    for row, ids in zip(records, _encoded(tokens, records_of_others(seed, houses))):
        row[: len(ids)] = ids[:length]
    running = np.empty((rows - rows // 2) * length, np.uint16)
    filled = 0
    for ids in _encoded(tokens, prose(seed)):
        taken = [*ids, end][: len(running) - filled]
        running[filled : filled + len(taken)] = taken
        filled += len(taken)
        if filled == len(running):
            break
    np.save(folder / "records.npy", records)
    np.save(folder / "prose.npy", running.reshape(-1, length))
    print(f"{rows} rows of {length} tokens")


def _encoded(tokens: PreTrainedTokenizerFast, texts: Iterator[str]) -> Iterator[list[int]]:
    """The token ids of each text, encoded many at a time."""
    while True:
        yield from tokens(list(islice(texts, 1000)))["input_ids"]
