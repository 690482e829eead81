"""Files of texts: JSON Lines, CSV, TSV, Parquet, plain text, folders, Hugging Face data sets."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ezscope_export.errors import NO_INPUT, ExportError
from ezscope_export.records import Fields, Record, record_of

HUB = "hf:"


@dataclass(frozen=True)
class Source:
    """One input and the label of everything in it; None reads the label column."""

    path: str
    label: int | None

    @property
    def stem(self) -> str:
        """What ids of records without one begin with."""
        name = self.path.removeprefix(HUB).rstrip("/").rsplit("/", 1)[-1]
        for ending in (".gz", ".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet", ".txt"):
            name = name.removesuffix(ending)
        return name.replace(":", "-")


def read_source(source: Source, fields: Fields) -> Iterator[Record]:
    """The records of one input, in its order, one at a time."""
    for number, (place, row) in enumerate(rows(source.path), start=1):
        fallback = f"{source.stem}-{number:06}"
        yield record_of(row, fields, source.label, fallback, place)


def fingerprint(source: Source) -> str:
    """A digest of the input's content: the same bytes, the same work."""
    if source.path.startswith(HUB):
        return source.path
    digest = hashlib.sha256()
    path = Path(source.path)
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    for file in files:
        digest.update(f"{file.name}\0".encode())
        with _opened(file) as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _opened(path: Path) -> IO[bytes]:
    try:
        return open(path, "rb")
    except OSError as error:
        raise ExportError(
            f"cannot be read: {error.strerror}", "check the path", where=str(path), code=NO_INPUT
        ) from None


def rows(path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of an input with their places, whatever their columns."""
    if path.startswith(HUB):
        return _hub_rows(path)
    file = Path(path)
    if file.is_dir():
        return _folder_rows(file)
    name = file.name.removesuffix(".gz")
    if name.endswith((".jsonl", ".ndjson")):
        return _json_lines(file)
    if name.endswith(".json"):
        return _json_rows(file)
    if name.endswith(".csv"):
        return _table_rows(file, ",")
    if name.endswith(".tsv"):
        return _table_rows(file, "\t")
    if name.endswith((".parquet", ".pq")):
        return _parquet_rows(file)
    if name.endswith((".txt", ".text")):
        return _text_lines(file)
    raise ExportError(
        "is of no known kind",
        "use .jsonl, .json, .csv, .tsv, .parquet, .txt (a text a line), a folder of .txt, or "
        "hf:NAME:SPLIT",
        where=path,
        code=NO_INPUT,
    )


def _bytes(path: Path) -> IO[bytes]:
    stream = _opened(path)
    return gzip.open(stream) if path.name.endswith(".gz") else stream  # type: ignore[return-value]


def _decoded(line: bytes, place: str) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ExportError(
            f"is not UTF-8 at byte {error.start}", "convert the file to UTF-8", where=place
        ) from None


def _json_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    with _bytes(path) as stream:
        for number, line in enumerate(stream, start=1):
            place = f"{path}:{number}"
            if line.strip():
                yield place, _object(_json(_decoded(line, place), place), place)


def _json_rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """An array of objects or texts, `{"data": [..]}`, or columns of equal length."""
    with _bytes(path) as stream:
        value = _json(_decoded(stream.read(), str(path)), str(path))
    if isinstance(value, dict) and isinstance(value.get("data"), (list, dict)):
        value = value["data"]
    if isinstance(value, dict) and value and all(isinstance(v, list) for v in value.values()):
        lengths = {len(column) for column in value.values()}
        if len(lengths) != 1:
            raise ExportError("has columns of different lengths", where=str(path))
        value = [dict(zip(value, row)) for row in zip(*value.values())]
    if not isinstance(value, list):
        raise ExportError(
            "is not a list of records",
            "write an array, or one object a line (.jsonl)",
            where=str(path),
        )
    for number, row in enumerate(value, start=1):
        place = f"{path}, record {number}"
        yield place, {"text": row} if isinstance(row, str) else _object(row, place)


def _json(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ExportError(f"is not JSON: {error.msg} (column {error.colno})", where=place) from None


def _object(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ExportError("is not a JSON object", 'write {"text": …} on a line', where=place)
    return value


def _table_rows(path: Path, delimiter: str) -> Iterator[tuple[str, dict[str, Any]]]:
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))

    def lines() -> Iterator[str]:
        with _bytes(path) as stream:
            for number, line in enumerate(stream, start=1):
                text = _decoded(line, f"{path}:{number}")
                yield text.removeprefix("\ufeff") if number == 1 else text

    reader = csv.DictReader(lines(), delimiter=delimiter)
    for row in reader:
        place = f"{path}:{reader.line_num}"
        if None in row or None in row.values():
            raise ExportError(
                "has another number of fields than the header",
                "quote texts with commas",
                where=place,
            )
        yield place, row


def _text_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    with _bytes(path) as stream:
        for number, line in enumerate(stream, start=1):
            place = f"{path}:{number}"
            text = _decoded(line, place).rstrip("\r\n")
            if text:
                yield place, {"text": text}


def _folder_rows(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """A data set saved to disk, or one text file a record."""
    if (folder / "dataset_info.json").exists() or (folder / "dataset_dict.json").exists():
        yield from _dataset_rows(_datasets().load_from_disk(str(folder)), str(folder))
        return
    files = sorted(folder.rglob("*.txt"))
    if not files:
        raise ExportError("has no .txt files", where=str(folder), code=NO_INPUT)
    for file in files:
        with _opened(file) as stream:
            text = _decoded(stream.read(), str(file))
        yield str(file), {"id": file.relative_to(folder).with_suffix("").as_posix(), "text": text}


def _parquet_rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        import pyarrow.parquet as parquet
    except ImportError:
        raise ExportError(
            "needs pyarrow", "pip install 'ezscope-export[parquet]'", where=str(path)
        ) from None
    _opened(path).close()
    number = 0
    for batch in parquet.ParquetFile(path).iter_batches(batch_size=256):
        for row in batch.to_pylist():
            number += 1
            yield f"{path}, row {number}", row


def _datasets() -> Any:
    try:
        import datasets
    except ImportError:
        raise ExportError(
            "data sets need the `datasets` package", "pip install 'ezscope-export[datasets]'"
        ) from None
    return datasets


def _hub_rows(path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """`hf:NAME:SPLIT` or `hf:NAME:CONFIG:SPLIT`, streamed."""
    parts = path.removeprefix(HUB).split(":")
    if len(parts) not in (2, 3):
        raise ExportError(
            "names no split", "write hf:NAME:SPLIT or hf:NAME:CONFIG:SPLIT", where=path
        )
    name, config, split = parts[0], parts[1] if len(parts) == 3 else None, parts[-1]
    data = _datasets().load_dataset(name, config, split=split, streaming=True)
    yield from _dataset_rows(data, path)


def _dataset_rows(data: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if hasattr(data, "keys"):
        raise ExportError(
            f"has several splits: {', '.join(data.keys())}",
            "give the folder of one split",
            where=place,
        )
    for number, row in enumerate(data, start=1):
        yield f"{place}, row {number}", dict(row)
