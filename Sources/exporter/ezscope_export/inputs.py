"""Files of texts: JSON Lines, CSV, TSV, Parquet, plain text, folders, Hugging Face data sets."""

from __future__ import annotations

import csv
import gzip
import hashlib
import inspect
import json
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from ezscope_export.errors import NO_INPUT, ExportError, first_line, listed
from ezscope_export.hub import reachable
from ezscope_export.needs import need
from ezscope_export.records import Fields, Record, record_of

HUB = "hf:"
# A line, or a JSON file, beyond these is no text but an attempt to fill the memory.
_LONGEST_LINE = 64 << 20
_LARGEST_JSON = 1 << 30


@dataclass(frozen=True)
class Source:
    """One input and the label of everything in it; None reads the label column."""

    path: str
    label: int | None
    name: str | None = None

    @property
    def stem(self) -> str:
        """What ids of records without one begin with."""
        if self.name is not None:
            return self.name
        name = self.path.removeprefix(HUB).rstrip("/").rsplit("/", 1)[-1]
        for ending in (".gz", ".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet", ".txt"):
            name = name.removesuffix(ending)
        return name.replace(":", "-")


def told_apart(sources: list[Source]) -> list[Source]:
    """Sources whose stems all differ: as much of their folders is added as it takes."""
    stems = [source.stem for source in sources]
    found = []
    for number, source in enumerate(sources):
        if stems.count(source.stem) > 1:
            parts = Path(source.path.removeprefix(HUB)).absolute().parts[:-1]
            twins = [s for s in sources if s is not source and s.stem == source.stem]
            depth = 1
            while depth < len(parts) and any(
                _tail(s, depth) == _tail(source, depth) for s in twins
            ):
                depth += 1
            name = "-".join([*_tail(source, depth), source.stem])
            if any(_tail(s, depth) == _tail(source, depth) for s in twins):
                name += f"-{number + 1}"
            source = replace(source, name=name)
        found.append(source)
    return found


def _tail(source: Source, depth: int) -> tuple[str, ...]:
    return Path(source.path.removeprefix(HUB)).absolute().parts[:-1][-depth:]


def read_source(source: Source, fields: Fields, qualified: bool = False) -> Iterator[Record]:
    """The records of one input, in its order, one at a time.

    With `qualified`, every id begins with its input's name: for files that each count from 0.
    """
    number = 0
    for number, (place, row) in enumerate(rows(source.path), start=1):
        fallback = f"{source.stem}-{number:06}"
        record = record_of(row, fields, source.label, fallback, place)
        record.source = source.stem
        if qualified and record.id != fallback:
            record.id = f"{source.stem}:{record.id}"
        yield record
    if number == 0:
        raise ExportError("has no records", "it is empty: check the path", where=source.path)


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


def _lines(path: Path) -> Iterator[bytes]:
    """The lines of a file, which may be packed; broken packing and endless lines are refused."""
    with _bytes(path) as stream:
        number = 0
        while True:
            number += 1
            line = _read(path, stream, _LONGEST_LINE + 1, whole_line=True)
            if not line:
                return
            if len(line) > _LONGEST_LINE:
                raise ExportError(
                    f"is longer than {_LONGEST_LINE >> 20} MiB",
                    "write a record a line; a text of that length is cut to the context anyway",
                    where=f"{path}:{number}",
                )
            yield line


def _read(path: Path, stream: IO[bytes], most: int, whole_line: bool = False) -> bytes:
    try:
        return stream.readline(most) if whole_line else stream.read(most)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        cut = isinstance(error, EOFError)
        raise ExportError(
            "is cut short: its gzip data end early" if cut else "is not gzip, or is broken",
            "fetch or write the file again",
            where=str(path),
        ) from None
    except OSError as error:
        raise ExportError(
            f"cannot be read: {error.strerror or error}", where=str(path), code=NO_INPUT
        ) from None


def _json_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate(_lines(path), start=1):
        place = f"{path}:{number}"
        if line.strip():
            yield place, _object(_json(_decoded(line, place), place), place)


def _json_rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """An array of objects or texts, `{"data": [..]}`, or columns of equal length."""
    with _bytes(path) as stream:
        data = _read(path, stream, _LARGEST_JSON + 1)
    if len(data) > _LARGEST_JSON:
        raise ExportError("is too large to be read at once", "use JSON Lines", where=str(path))
    value = _json(_decoded(data, str(path)), str(path))
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
    except (ValueError, RecursionError):
        raise ExportError("is JSON with a number or a nesting beyond reason", where=place) from None


def _object(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ExportError("is not a JSON object", 'write {"text": …} on a line', where=place)
    return value


def _table_rows(path: Path, delimiter: str) -> Iterator[tuple[str, dict[str, Any]]]:
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))

    def lines() -> Iterator[str]:
        for number, line in enumerate(_lines(path), start=1):
            text = _decoded(line, f"{path}:{number}")
            yield text.removeprefix("\ufeff") if number == 1 else text

    reader = csv.DictReader(lines(), delimiter=delimiter)
    for row in _guarded(reader, str(path), (csv.Error,), "is no table"):
        place = f"{path}:{reader.line_num}"
        if None in row or None in row.values():
            raise ExportError(
                "has another number of fields than the header",
                "quote texts with commas",
                where=place,
            )
        yield place, row


def _text_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate(_lines(path), start=1):
        place = f"{path}:{number}"
        text = _decoded(line, place).rstrip("\r\n")
        if text.strip():
            yield place, {"text": text}


def _folder_rows(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """A data set saved to disk, or one text file a record."""
    if (folder / "dataset_info.json").exists() or (folder / "dataset_dict.json").exists():
        datasets = _datasets()
        data = _called(lambda: datasets.load_from_disk(str(folder)), str(folder))
        yield from _dataset_rows(data, str(folder))
        return
    files = sorted(folder.rglob("*.txt"))
    if not files:
        others = [path.name for path in sorted(folder.iterdir())]
        raise ExportError(
            "has no .txt files",
            f"name its files one by one: {listed(others)}" if others else "it is empty",
            where=str(folder),
            code=NO_INPUT,
        )
    for file in files:
        with _opened(file) as stream:
            text = _decoded(stream.read(), str(file))
        yield str(file), {"id": file.relative_to(folder).with_suffix("").as_posix(), "text": text}


def _parquet_rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    need(str(path), "parquet")
    import pyarrow
    import pyarrow.parquet as parquet

    _opened(path).close()
    broken = (pyarrow.ArrowException, OSError)
    number = 0
    file = next(iter(_guarded((parquet.ParquetFile(p) for p in [path]), str(path), broken)))
    for batch in _guarded(file.iter_batches(batch_size=256), str(path), broken):
        for row in batch.to_pylist():
            number += 1
            yield f"{path}, row {number}", row


def _datasets() -> Any:
    need("a data set of the hub", "datasets")
    import datasets

    return datasets


def _hub_rows(path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """`hf:NAME:SPLIT` or `hf:NAME:CONFIG:SPLIT`, streamed."""
    parts = path.removeprefix(HUB).split(":")
    if len(parts) not in (2, 3):
        raise ExportError(
            "names no split", "write hf:NAME:SPLIT or hf:NAME:CONFIG:SPLIT", where=path
        )
    name, config, split = parts[0], parts[1] if len(parts) == 3 else None, parts[-1]
    datasets = _datasets()
    if not Path(name).is_dir() and not reachable():
        raise ExportError(
            "the hub cannot be reached", "give the data as a file", where=path, code=NO_INPUT
        )
    options: dict[str, Any] = {"split": split, "streaming": True}
    if "trust_remote_code" in inspect.signature(datasets.load_dataset).parameters:
        options["trust_remote_code"] = False
    data = _called(lambda: datasets.load_dataset(name, config, **options), path)
    yield from _dataset_rows(data, path)


def _called(load: Callable[[], Any], place: str) -> Any:
    """What a library gives, or its complaint in one line: it raises whatever it likes."""
    try:
        return load()
    except Exception as error:
        raise ExportError(
            f"cannot be opened: {first_line(error)}", where=place, code=NO_INPUT
        ) from None


def _guarded(
    values: Iterable[Any], place: str, errors: tuple[type[Exception], ...], what: str = "is broken"
) -> Iterator[Any]:
    """Values of a library's iterator, its errors in one line."""
    try:
        yield from values
    except errors as error:
        raise ExportError(
            f"{what}: {first_line(error)}", "fetch or write the file again", where=place
        ) from None


def _dataset_rows(data: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if hasattr(data, "keys"):
        raise ExportError(
            f"has several splits: {', '.join(data.keys())}",
            "give the folder of one split",
            where=place,
        )
    for number, row in enumerate(_guarded(data, place, (Exception,), "cannot be read"), start=1):
        yield f"{place}, row {number}", dict(row)
