"""Reading tables of every kind in batches; nothing that runs code is ever opened."""

from __future__ import annotations

import ast
import gzip
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ezscope_export.errors import BAD_DATA, NO_INPUT, ExportError
from ezscope_export.needs import need

Row = dict[str, Any]
BATCH = 1024


def rows(path: Path) -> Iterator[Row]:
    """The rows of a file, or of the parts in a folder, one after another."""
    if not path.exists():
        raise ExportError("there is no such file", "check the path", where=str(path), code=NO_INPUT)
    if path.is_dir():
        parts = sorted(
            part
            for part in path.rglob("*")
            if part.suffix in (".parquet", ".arrow", ".feather") and part.name[0] != "."
        )
        if not parts:
            raise _unknown(path, "a folder without .parquet or .arrow files")
        for part in parts:
            yield from rows(part)
        return
    yield from _file(path)


def _file(path: Path) -> Iterator[Row]:
    with open(path, "rb") as file:
        head = file.read(4096)
    if head[:4] == b"PAR1":
        return _parquet(path)
    if head[:6] == b"ARROW1" or head[:4] == b"FEA1":
        return _arrow_file(path, head)
    if head[:4] == b"\xff\xff\xff\xff":
        return _arrow_stream(path)
    if head[:4] == b"PK\x03\x04":
        return _zip(path)
    if head[:6] == b"\x93NUMPY":
        raise _unknown(
            path, "a single array, without labels", "save it with numpy.savez and labels"
        )
    if head[:1] == b"\x80":
        raise _unknown(
            path,
            "a pickle, which runs code when it is opened",
            "open it yourself, if you trust it, and save JSON lines: json.dumps(row)",
        )
    return _text(path)


def _unknown(path: Path, what: str, remedy: str = "name a Parquet or Arrow file") -> ExportError:
    return ExportError(f"is {what}", remedy, where=str(path), code=BAD_DATA)


def _pyarrow(path: Path) -> Any:
    need(str(path), "parquet")
    import pyarrow

    return pyarrow


def _damaged(path: Path, error: Exception) -> ExportError:
    first = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
    return ExportError(
        f"cannot be read ({first})", "write it again", where=str(path), code=BAD_DATA
    )


def _parquet(path: Path) -> Iterator[Row]:
    arrow = _pyarrow(path)
    import pyarrow.parquet as parquet

    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=BATCH):
                yield from _batch(batch)
    except (arrow.ArrowException, OSError) as error:
        raise _damaged(path, error) from None


def _arrow_file(path: Path, head: bytes) -> Iterator[Row]:
    arrow = _pyarrow(path)
    try:
        if head[:4] == b"FEA1":
            from pyarrow import feather

            for batch in feather.read_table(path, memory_map=True).to_batches(BATCH):
                yield from _batch(batch)
            return
        with arrow.memory_map(str(path)) as source, arrow.ipc.open_file(source) as reader:
            for index in range(reader.num_record_batches):
                yield from _slices(reader.get_batch(index))
    except (arrow.ArrowException, OSError) as error:
        raise _damaged(path, error) from None


def _arrow_stream(path: Path) -> Iterator[Row]:
    arrow = _pyarrow(path)
    try:
        with arrow.memory_map(str(path)) as source, arrow.ipc.open_stream(source) as reader:
            for batch in reader:
                yield from _slices(batch)
    except (arrow.ArrowException, OSError) as error:
        raise _damaged(path, error) from None


def _slices(batch: Any) -> Iterator[Row]:
    for start in range(0, batch.num_rows, BATCH):
        yield from _batch(batch.slice(start, BATCH))


def _batch(batch: Any) -> Iterator[Row]:
    """The rows of a batch; tensors, as Ray Data writes them, are plain lists."""
    columns = [plain(column).to_pylist() for column in batch.columns]
    for values in zip(*columns, strict=True):
        yield dict(zip(batch.schema.names, map(_flat, values), strict=True))


def plain(column: Any) -> Any:
    """A column without the extension types around its storage."""
    while hasattr(column, "storage"):
        column = column.storage
    return column


def _flat(value: Any) -> Any:
    """A tensor of any shape kept as `{data, shape}` is its data."""
    if isinstance(value, dict) and set(value) == {"data", "shape"}:
        return value["data"]
    return value


def _zip(path: Path) -> Iterator[Row]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile as error:
        raise _damaged(path, error) from None
    if names and names[0].endswith(".npy"):
        return _npz(path)
    if any(name.startswith("xl/") for name in names):
        return _workbook(path)
    if any(name.endswith("data.pkl") for name in names):
        return _torch(path)
    raise _unknown(path, "a zip archive", f"unpack it: unzip {path}")


def _npz(path: Path) -> Iterator[Row]:
    import numpy as np

    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except ValueError as error:
        raise _damaged(path, error) from None
    lengths = [len(array) for array in arrays.values() if array.ndim >= 1]
    if not lengths:
        raise _unknown(path, "an npz file without a column", "save one value a sequence")
    count = max(set(lengths), key=lengths.count)
    columns = {k: v for k, v in arrays.items() if v.ndim >= 1 and len(v) == count}
    for index in range(count):
        yield {name: array[index].tolist() for name, array in columns.items()}


def _workbook(path: Path) -> Iterator[Row]:
    try:
        import openpyxl
    except ImportError:
        raise ExportError(
            "is an Excel workbook, which needs openpyxl to be read",
            "pip install openpyxl, or save the sheet as CSV",
            where=str(path),
            code=BAD_DATA,
        ) from None
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        sheet = book.worksheets[0]
        lines = sheet.iter_rows(values_only=True)
        header = [str(cell) if cell is not None else "" for cell in next(lines, ())]
        for line in lines:
            if any(cell is not None for cell in line):
                yield {name: cell for name, cell in zip(header, line, strict=False) if name}
    finally:
        book.close()


def _torch(path: Path) -> Iterator[Row]:
    need(f"{path}, a PyTorch file,", "export", "torch")
    import torch

    try:
        held = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises whatever its unpickler met
        raise _damaged(path, error) from None
    return _structure(path, held)


def _structure(path: Path, held: Any) -> Iterator[Row]:
    """Rows of a list of dicts, of a dict of columns, or of a dict by id."""

    def value(item: Any) -> Any:
        return item.tolist() if hasattr(item, "tolist") else item

    if isinstance(held, list) and all(isinstance(item, dict) for item in held):
        for item in held:
            yield {str(key): value(entry) for key, entry in item.items()}
        return
    if isinstance(held, dict) and held:
        columns = {str(key): value(entry) for key, entry in held.items()}
        if all(isinstance(entry, list) for entry in columns.values()):
            count = max(len(entry) for entry in columns.values())
            whole = {name: entry for name, entry in columns.items() if len(entry) == count}
            for index in range(count):
                yield {name: entry[index] for name, entry in whole.items()}
            return
        if all(isinstance(entry, dict) for entry in columns.values()):
            for key, entry in columns.items():
                yield {"id": key, **{str(k): value(v) for k, v in entry.items()}}
            return
    raise _unknown(path, "no table: neither rows nor columns", "save a list of dicts")


def _text(path: Path) -> Iterator[Row]:
    """JSON lines, or Python's own spelling of the same, one object a line or one list."""
    opened: Any = gzip.open(path, "rb") if path.suffix == ".gz" else open(path, "rb")
    with opened as file:
        reader = io.TextIOWrapper(file, encoding="utf-8-sig")
        try:
            yield from _objects(path, reader)
        except UnicodeDecodeError:
            raise _unknown(path, "no text in UTF-8 and of no kind known here") from None


def _objects(path: Path, lines: Iterable[str]) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        held = _parsed(line)
        for item in held if isinstance(held, list) else [held]:
            if not isinstance(item, dict):
                raise ExportError(
                    "is neither JSON nor Python's spelling of a dict",
                    "write one object a line",
                    where=f"{path}:{number}",
                    code=BAD_DATA,
                )
            yield {str(key): value for key, value in item.items()}


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        pass
    try:
        return ast.literal_eval(line.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
