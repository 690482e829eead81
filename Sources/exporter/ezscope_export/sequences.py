"""Token sequences on disk: those to be scored, and those an extra pass derives from them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from ezscope_export.columns import TextColumn, TextColumnWriter
from ezscope_export.errors import ExportError, printable
from ezscope_export.files import open_to_write, write_text
from ezscope_export.records import MEMBER, NON_MEMBER, Record
from ezscope_export.tokenization import Encoded


class SequenceWriter:
    """Appends token sequences; finished by a marker, so that a broken one is never taken up."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        (folder / "complete").unlink(missing_ok=True)
        self.tokens = os.fdopen(open_to_write(folder / "token_ids", empty=True), "wb")
        self.scored = os.fdopen(open_to_write(folder / "scored", empty=True), "wb")
        self.offsets = [0]
        self.any_unscored = False
        self.highest = (-1, "")

    def append(self, ids: list[int], scored: Iterable[bool] | None = None) -> None:
        """Adds a sequence of at least one token."""
        self.tokens.write(np.asarray(ids, dtype=np.int32).tobytes())
        self.highest = max(self.highest, (max(ids, default=-1), ""))
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
        facts.setdefault("highest", self.highest)
        write_text(self.folder / "complete", json.dumps(facts))


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


class IdsRestart(Exception):
    """Two inputs use the same ids."""


class Census:
    """What the texts of a run have in common, and what was odd about them."""

    def __init__(self) -> None:
        self.layouts: dict[str, int] = {}
        self.contradictions: dict[tuple[str, int, str], int] = {}
        self.empty = self.truncated = self.uncounted = 0
        self.starts: set[int] = set()
        self.highest = (-1, "")
        self.labels = bytearray()
        self.texts: dict[int, set[int]] = {}
        self.ids: dict[int, str] = {}

    def see(self, item: Encoded) -> None:
        """Counts one sequence."""
        self.see_text(item.record, item.text, item.layout)
        self.starts.add(item.ids[0])
        top = max(item.ids)
        if top > self.highest[0]:
            self.highest = (top, item.record.id)
        if item.scored is not None and not any(item.scored):
            self.uncounted += 1

    def see_text(self, record: Record, text: str, layout: str) -> None:
        """Counts one text."""
        self.layouts[layout] = self.layouts.get(layout, 0) + 1
        self.labels.append(record.label & 0xFF)
        self.texts.setdefault(record.label, set()).add(hash(text))

    def contradicts(self, record: Record) -> None:
        """Counts a row whose own label says the opposite of its input's."""
        if record.contradiction is not None:
            key = (record.source, record.label, printable(str(record.contradiction), 20))
            self.contradictions[key] = self.contradictions.get(key, 0) + 1

    def add_id(self, record: Record) -> None:
        """Refuses an id that was there before."""
        key = hash(record.id)
        if key in self.ids:
            if self.ids[key] != record.source:
                raise IdsRestart
            raise ExportError(
                f"the id {printable(record.id)!r} occurs twice",
                "ids must be unique; name another column with --id-field",
                where=record.place,
            )
        self.ids[key] = record.source

    @property
    def shared(self) -> int:
        """Texts that are both members' and non-members'."""
        return len(self.texts.get(MEMBER, set()) & self.texts.get(NON_MEMBER, set()))

    def conclude(
        self, wanted: dict[int, str], tell: Callable[[str], None], warn: Callable[[str], None]
    ) -> None:
        """Refuses what cannot be scored; says what somebody should know before anything is.

        `wanted` has the labels of all that was read, each with an input that gave it.
        """
        for label, source in wanted.items():
            if label not in self.texts:
                raise ExportError("has only empty texts", "there is nothing to score", where=source)
        if not self.labels:
            raise ExportError("no sequences in the inputs")
        if self.shared and self.shared == len(self.texts[MEMBER]):
            raise ExportError(
                f"all {self.shared:,} texts of the members are also given as non-members",
                "give texts that the target was not trained on as --non-members",
            )
        if self.empty:
            tell(f"{self.empty:,} empty texts skipped")
        for warning in self.warnings():
            warn(warning)

    def warnings(self) -> list[str]:
        """What somebody should know before anything is scored."""
        found = []
        for (source, label, word), count in self.contradictions.items():
            option = "--members" if label == MEMBER else "--non-members"
            found.append(
                f"{count:,} rows of {source} are given as {option} although their own label is "
                f"{word}: --data reads labels, --label-field names another column"
            )
        if self.shared:
            members, others = len(self.texts[MEMBER]), len(self.texts[NON_MEMBER])
            found.append(
                f"{self.shared:,} texts are among both the members ({members:,} different texts) "
                f"and the non-members ({others:,}): nothing can tell those apart"
            )
        if self.uncounted:
            found.append(
                f"{self.uncounted:,} texts are cut before anything that counts: their completion "
                "begins beyond --max-length"
            )
        return found


def spool(
    folder: Path,
    encoded: Iterable[Encoded],
    tell: Callable[[str], None],
    warn: Callable[[str], None],
    skip_empty: bool,
) -> None:
    """Writes the sequences of a run with their ids, texts, labels and metadata."""
    writer = SequenceWriter(folder)
    columns = {name: TextColumnWriter(folder, name) for name in ("ids", "texts", "metas")}
    census = Census()
    wanted: dict[int, str] = {}
    for item in encoded:
        record = item.record
        wanted.setdefault(record.label, record.source)
        census.contradicts(record)
        if item.is_empty:
            if not skip_empty:
                raise _empty(item)
            census.empty += 1
            continue
        census.add_id(record)
        census.see(item)
        if item.truncated:
            census.truncated += 1
            record.meta["truncated"] = True
            record.meta["whole_tokens"] = item.whole_tokens
        writer.append(item.ids, item.scored)
        columns["ids"].append(record.id.encode("utf-8", "replace"))
        columns["texts"].append(item.text.encode())
        columns["metas"].append(json_bytes(record.meta) if record.meta else b"{}")
    for column in columns.values():
        column.close()
    (folder / "labels").write_bytes(bytes(census.labels))
    census.conclude(wanted, tell, warn)
    writer.finish(
        truncated=census.truncated,
        empty=census.empty,
        start=next(iter(census.starts)) if len(census.starts) == 1 else None,
        layouts=census.layouts,
        shared=census.shared,
        contradictions=sum(census.contradictions.values()),
        uncounted=census.uncounted,
        highest=census.highest,
    )


def _empty(item: Encoded) -> ExportError:
    """What to say of a text without a predicted position that counts."""
    return ExportError(
        "is an empty text"
        if len(item.ids) < 2 and not item.text.strip()
        else "has no predicted position: its only token is never scored"
        if len(item.ids) < 2
        else "has nothing that counts: its completion is empty",
        "drop it, or pass --skip-empty",
        where=item.record.place,
    )


def json_bytes(value: object) -> bytes:
    """A value as compact JSON in UTF-8; dates and the like become texts."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str).encode(
        "utf-8", "replace"
    )


def text_column(folder: Path, name: str) -> TextColumn:
    """A text column that `spool` wrote."""
    return TextColumn(folder, name)
