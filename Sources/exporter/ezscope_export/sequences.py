"""Token sequences on disk: those to be scored, and those an extra pass derives from them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from ezscope_export.columns import TextColumn, TextColumnWriter
from ezscope_export.errors import ExportError, printable
from ezscope_export.tokenization import Encoded


class SequenceWriter:
    """Appends token sequences; finished by a marker, so that a broken one is never taken up."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        (folder / "complete").unlink(missing_ok=True)
        self.tokens = open(folder / "token_ids", "wb")
        self.scored = open(folder / "scored", "wb")
        self.offsets = [0]
        self.any_unscored = False

    def append(self, ids: list[int], scored: Iterable[bool] | None = None) -> None:
        """Adds a sequence of at least one token."""
        self.tokens.write(np.asarray(ids, dtype=np.int32).tobytes())
        positions = max(len(ids) - 1, 0)
        if scored is None:
            flags = np.ones(positions, dtype=np.uint8)
        else:
            flags = np.fromiter(scored, dtype=np.uint8, count=positions)
        self.any_unscored |= not flags.all()
        self.scored.write(flags.tobytes())
        self.offsets.append(self.offsets[-1] + len(ids))

    def finish(self, **facts: object) -> None:
        """Ends the files and marks them complete."""
        for file in (self.tokens, self.scored):
            file.flush()
            os.fsync(file.fileno())
            file.close()
        np.asarray(self.offsets, dtype=np.int64).tofile(self.folder / "token_offsets")
        facts["unscored"] = self.any_unscored
        write_marker(self.folder / "complete", json.dumps(facts))


class Sequences:
    """Token sequences as a writer left them; only the offsets are kept in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.facts = json.loads((folder / "complete").read_text())
        self.offsets = np.fromfile(folder / "token_offsets", dtype=np.int64)
        self.tokens_file = os.open(folder / "token_ids", os.O_RDONLY)
        self.scored_file = os.open(folder / "scored", os.O_RDONLY)

    @staticmethod
    def exist(folder: Path) -> bool:
        """Whether a complete set is there."""
        return (folder / "complete").exists()

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> np.ndarray:
        """Tokens of each sequence."""
        return np.diff(self.offsets)

    @property
    def tokens(self) -> int:
        """All tokens."""
        return int(self.offsets[-1])

    @property
    def positions(self) -> int:
        """All predicted positions: one fewer a sequence than tokens."""
        return self.tokens - len(self)

    def position_start(self, index: int) -> int:
        """Where a sequence's predicted positions begin."""
        return int(self.offsets[index]) - index

    def ids(self, index: int) -> np.ndarray:
        """The token ids of one sequence."""
        start, stop = int(self.offsets[index]), int(self.offsets[index + 1])
        return np.frombuffer(os.pread(self.tokens_file, 4 * (stop - start), 4 * start), np.int32)

    def scored(self, index: int) -> np.ndarray:
        """Which predicted positions of one sequence count."""
        start = self.position_start(index)
        count = int(self.offsets[index + 1] - self.offsets[index]) - 1
        return np.frombuffer(os.pread(self.scored_file, count, start), np.uint8)

    def close(self) -> None:
        """Gives the files back."""
        os.close(self.tokens_file)
        os.close(self.scored_file)


def write_marker(path: Path, text: str) -> None:
    """Writes a small file that is either whole or absent."""
    part = path.with_name(path.name + ".new")
    with open(part, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def spool(
    folder: Path, encoded: Iterable[Encoded], tell: Callable[[str], None], skip_empty: bool
) -> None:
    """Writes the sequences of a run with their ids, texts, labels and metadata."""
    writer = SequenceWriter(folder)
    columns = {name: TextColumnWriter(folder, name) for name in ("ids", "texts", "metas")}
    labels = bytearray()
    seen: set[int] = set()
    truncated = empty = 0
    starts: set[int] = set()
    for item in encoded:
        record = item.record
        if not item.ids:
            if not skip_empty:
                raise ExportError(
                    "is an empty text", "drop it, or pass --skip-empty", where=record.place
                )
            empty += 1
            continue
        key = hash(record.id)
        if key in seen:
            raise ExportError(
                f"the id {printable(record.id)!r} occurs twice",
                "ids must be unique over all inputs; name another column with --id-field",
                where=record.place,
            )
        seen.add(key)
        starts.add(item.ids[0])
        if item.truncated:
            truncated += 1
            record.meta["truncated"] = True
            record.meta["whole_tokens"] = item.whole_tokens
        writer.append(item.ids, item.scored)
        columns["ids"].append(record.id.encode())
        columns["texts"].append(item.text.encode())
        columns["metas"].append(json_bytes(record.meta) if record.meta else b"{}")
        labels.append(record.label & 0xFF)
    for column in columns.values():
        column.close()
    (folder / "labels").write_bytes(bytes(labels))
    if not labels:
        raise ExportError("no sequences in the inputs")
    if empty:
        tell(f"{empty:,} empty texts skipped")
    writer.finish(
        truncated=truncated, empty=empty, start=next(iter(starts)) if len(starts) == 1 else None
    )


def json_bytes(value: object) -> bytes:
    """A value as compact JSON in UTF-8; dates and the like become texts."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str).encode(
        "utf-8", "replace"
    )


def text_column(folder: Path, name: str) -> TextColumn:
    """A text column that `spool` wrote."""
    return TextColumn(folder, name)
