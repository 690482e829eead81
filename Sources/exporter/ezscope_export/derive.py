"""Sequences that extra passes score: lower case, behind prefixes, and in slightly other words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ezscope_export.columns import TextColumn
from ezscope_export.errors import ExportError, printable
from ezscope_export.inputs import Source, read_source
from ezscope_export.records import UNKNOWN, Fields
from ezscope_export.sequences import Sequences, SequenceWriter
from ezscope_export.tokenization import Encoder

SEPARATOR = "\n\n"


@dataclass(frozen=True)
class Prefix:
    """Shots put before every text."""

    ids: list[int]
    shots: int
    cut: bool


def lowercase(folder: Path, sequences: Sequences, encoder: Encoder) -> None:
    """Every text in lower case (Unicode's, free of locales), tokenized anew."""
    texts = TextColumn(sequences.folder, "texts")
    writer = SequenceWriter(folder)
    for index in range(len(sequences)):
        ids = sequences.ids(index)
        text = _scored_text(texts[index].decode(), ids, sequences, index, encoder)
        writer.append(encoder.like(text.lower(), ids.tolist()))
    texts.close()
    writer.finish()


def _scored_text(
    text: str, ids: np.ndarray, sequences: Sequences, index: int, encoder: Encoder
) -> str:
    """The part of a text that the model saw: a cut text's rest must not count in one pass only."""
    if len(ids) < encoder.options.max_length:
        return text
    return encoder.cut(text, len(ids))


def read_prefix(
    path: str, shots: int, room: int, sequences: Sequences, encoder: Encoder, fields: Fields
) -> Prefix:
    """The first shots of a file that fit into `room` tokens, none of them a text to be scored."""
    texts = []
    for record in read_source(Source(path, UNKNOWN), fields):
        if record.text is None or record.messages is not None:
            raise ExportError("a prefix needs plain texts", where=record.place)
        texts.append(record.text)
        if len(texts) == shots:
            break
    _refuse_scored(path, set(texts), sequences)
    if not texts:
        raise ExportError("has no texts", where=path)
    count = len(texts)
    while count:
        ids = encoder.plain("".join(text + SEPARATOR for text in texts[:count]))
        if len(ids) <= room:
            return Prefix(ids, count, False)
        count -= 1
    if room < 8:
        raise ExportError(
            f"the models' context leaves {room} tokens for a prefix",
            "pass a smaller --max-length",
            where=path,
        )
    return Prefix(encoder.plain(texts[0] + SEPARATOR)[-room:], 1, True)


def _refuse_scored(path: str, shots: set[str], sequences: Sequences) -> None:
    texts = TextColumn(sequences.folder, "texts")
    ids = TextColumn(sequences.folder, "ids")
    for index in range(len(texts)):
        if texts[index].decode() in shots:
            name = printable(ids[index].decode())
            raise ExportError(
                f"holds the text of {name!r}, which is scored too",
                "take the shots out of the scored files: a text behind itself is no evidence",
                where=path,
            )
    texts.close()
    ids.close()


def behind(folder: Path, sequences: Sequences, prefix: Prefix, start: int | None) -> None:
    """Every text behind a prefix; what counts is what counts without it, token by token."""
    writer = SequenceWriter(folder)
    for index in range(len(sequences)):
        ids = sequences.ids(index).tolist()
        lead = 1 if start is not None and ids[:1] == [start] else 0
        flags = np.zeros(len(prefix.ids) + len(ids) - 1, dtype=bool)
        own = sequences.scored(index)
        if len(own):
            flags[-len(own) :] = own
        writer.append([*ids[:lead], *prefix.ids, *ids[lead:]], flags.tolist())
    writer.finish(prefix_tokens=len(prefix.ids), shots=prefix.shots, cut=prefix.cut)


def given_neighbors(
    folder: Path, path: str, sequences: Sequences, encoder: Encoder, fields: Fields
) -> int:
    """Neighbours from a file of `id` and `neighbors`; returns how many ids are not ours."""
    names = TextColumn(sequences.folder, "ids")
    places = {names[index]: index for index in range(len(names))}
    names.close()
    strangers = 0
    writer = SequenceWriter(folder)
    owners: list[int] = []
    for identity, texts, place in _neighbor_rows(path, fields):
        index = places.get(identity.encode())
        if index is None:
            strangers += 1
            continue
        own = sequences.ids(index).tolist()
        for text in texts:
            ids = encoder.like(text, own)
            if len(ids) < 2:
                raise ExportError("a neighbour has nothing to score", where=place)
            writer.append(ids)
            owners.append(index)
    np.asarray(owners, dtype=np.int64).tofile(folder / "owners")
    writer.finish()
    return strangers


def _neighbor_rows(path: str, fields: Fields) -> Iterator[tuple[str, list[str], str]]:
    from ezscope_export.inputs import rows

    for place, row in rows(path):
        texts = row.get("neighbors")
        if row.get(fields.id) is None or not isinstance(texts, list):
            raise ExportError(
                f"needs `{fields.id}` and a list `neighbors`",
                "use JSON Lines or Parquet",
                where=place,
            )
        if not all(isinstance(text, str) for text in texts):
            raise ExportError("a neighbour is not a text", where=place)
        yield str(row[fields.id]), texts, place
