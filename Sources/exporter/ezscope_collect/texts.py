"""The texts of a collection on disk, with their tokens where a tokenizer is at hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ezscope_collect.dialects import Prompt
from ezscope_collect.settings import Settings
from ezscope_export.chat import is_templated, rendered
from ezscope_export.columns import TextColumn, TextColumnWriter
from ezscope_export.errors import ExportError
from ezscope_export.files import write_text
from ezscope_export.inputs import read_source
from ezscope_export.progress import Reporter
from ezscope_export.records import Record
from ezscope_export.sequences import Census, IdsRestart, Sequences, json_bytes, spool
from ezscope_export.tokenization import Encoder

_COLUMNS = ("ids", "texts", "metas")


class Texts:
    """The texts that are asked about; only their places are kept in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.columns = {name: TextColumn(folder, name) for name in _COLUMNS}
        self.labels = np.fromfile(folder / "labels", dtype=np.int8)
        # With a tokenizer, the tokens that are sent.
        self.sequences = Sequences(folder) if Sequences.exist(folder) else None

    def __len__(self) -> int:
        return len(self.labels)

    def id(self, index: int) -> str:
        """The id of a text."""
        return self.columns["ids"][index].decode("utf-8", "replace")

    def text(self, index: int) -> str:
        """A text as it was read."""
        return self.columns["texts"][index].decode("utf-8", "replace")

    def prompt(self, index: int) -> Prompt:
        """What is sent: token ids, or the text itself."""
        if self.sequences is None:
            return self.text(index)
        ids: list[int] = self.sequences.ids(index).tolist()
        return ids

    def close(self) -> None:
        """Gives the files back."""
        for column in self.columns.values():
            column.close()
        if self.sequences is not None:
            self.sequences.close()


def read_texts(
    settings: Settings, folder: Path, encoder: Encoder | None, report: Reporter
) -> Texts:
    """Reads the inputs into a folder, or takes up what an earlier run read."""
    if not (folder / "read").exists():
        _read(settings, folder, encoder, report)
        write_text(folder / "read", "")
    return Texts(folder)


def _read(settings: Settings, folder: Path, encoder: Encoder | None, report: Reporter) -> None:
    for qualified in (False, True):
        try:
            records = _records(settings, qualified)
            if encoder is not None:
                skip = settings.skip_empty
                spool(folder, encoder.encode(records), report.say, report.warn, skip)
            else:
                _spool_plain(folder, records, settings, report)
            return
        except IdsRestart:
            report.say("ids begin anew in some files: each now begins with its file's name")
    raise ExportError("ids of different files are the same", "rename the files")


def _records(settings: Settings, qualified: bool) -> Iterator[Record]:
    for source in settings.sources:
        yield from read_source(source, settings.fields, qualified)


def _spool_plain(
    folder: Path, records: Iterable[Record], settings: Settings, report: Reporter
) -> None:
    """Writes texts as they are: the server cuts them into tokens."""
    folder.mkdir(parents=True, exist_ok=True)
    columns = {name: TextColumnWriter(folder, name) for name in _COLUMNS}
    census = Census()
    wanted: dict[int, str] = {}
    for record in records:
        wanted.setdefault(record.label, record.source)
        census.contradicts(record)
        text = _plain(record, settings)
        if not text.strip():
            if not settings.skip_empty:
                raise ExportError(
                    "is an empty text", "drop it, or pass --skip-empty", where=record.place
                )
            census.empty += 1
            continue
        census.add_id(record)
        census.see_text(record, text, record.layout)
        columns["ids"].append(record.id.encode("utf-8", "replace"))
        columns["texts"].append(text.encode("utf-8", "replace"))
        columns["metas"].append(json_bytes(record.meta) if record.meta else b"{}")
    for column in columns.values():
        column.close()
    census.conclude(wanted, report.say, report.warn)
    (folder / "labels").write_bytes(bytes(census.labels))


def _plain(record: Record, settings: Settings) -> str:
    no_tokenizer: Any = None
    if is_templated(record, no_tokenizer, settings.alpaca):
        raise ExportError(
            "holds a conversation, and only its model's tokenizer knows how that is spelled",
            "pass --tokenizer DIR_OR_ID, or give a text column",
            where=record.place,
        )
    return rendered(record, no_tokenizer, False, settings.alpaca)[0]
