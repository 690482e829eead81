"""Writing rows as JSON lines, as CSV of scores, or as safetensors evidence: whole or not at all."""

from __future__ import annotations

import base64
import csv
import gzip
import json
import math
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np

from ezscope_convert.names import label_number, role_of_list, role_of_scalar
from ezscope_convert.sources import Row
from ezscope_export.columns import TextColumnWriter
from ezscope_export.errors import BAD_DATA, INPUT_OUTPUT, ExportError
from ezscope_export.safetensors_file import Tensor, write_safetensors

_DTYPES = {"logprobs": "<f4", "ranks": "<i4", "top1_ids": "<i4", "top1_logprobs": "<f4"}


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """A new file that takes the path's place when all is written."""
    try:
        handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(part, 0o644)
        os.replace(part, path)
    except OSError as error:
        raise _unwritable(path, error) from None
    finally:
        Path(part).unlink(missing_ok=True)


def _unwritable(path: Path, error: OSError) -> ExportError:
    return ExportError(
        f"cannot be written: {error.strerror}",
        "check the folder and its permissions",
        where=str(path),
        code=INPUT_OUTPUT,
    )


def _json(value: Any) -> Any:
    """A value as JSON carries it; what is no text is spelled in base64."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)


def write_json_lines(path: Path, rows: Iterator[Row]) -> int:
    """Every row with all its columns, one JSON object a line; returns their number."""
    count = 0
    with _replacing(path) as file:
        target: Any = (
            gzip.GzipFile(fileobj=file, mode="wb", mtime=0) if path.suffix == ".gz" else file
        )
        for row in rows:
            line = json.dumps(row, ensure_ascii=False, default=_json)
            target.write(line.encode("utf-8", "surrogateescape") + b"\n")
            count += 1
        if target is not file:
            target.close()
    return count


def write_csv(path: Path, rows: Iterator[Row]) -> int:
    """Columns of single values: ids, labels and scores; returns the number of rows."""
    count = 0
    names: list[str] = []
    with _replacing(path) as file:
        text = _Utf8(file)
        table = csv.writer(text, lineterminator="\n")
        for row in rows:
            if not names:
                names = [k for k, v in row.items() if not isinstance(v, (list, dict))]
                if not names:
                    raise ExportError(
                        "has lists alone, no scores",
                        "name an output that ends in .safetensors or .jsonl",
                        where=str(path),
                        code=BAD_DATA,
                    )
                table.writerow([cell(name) for name in names])
            table.writerow([cell(row.get(name)) for name in names])
            count += 1
    return count


class _Utf8:
    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def write(self, text: str) -> int:
        return self.file.write(text.encode("utf-8", "replace"))


def cell(value: Any) -> str:
    """A value as a field that no spreadsheet takes for a formula; ezscope takes the mark away."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (int, float)):
        return repr(value)
    text = _json(value) if not isinstance(value, str) else value
    bare = text.lstrip("'")
    return "'" + text if bare[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def write_evidence(path: Path, rows: Iterator[Row], side: str, run: str) -> int:
    """Safetensors evidence: columns kept on disk until all rows are read; returns their number."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        columns = _Evidence(Path(folder), side, str(path))
        for row in rows:
            columns.append(row)
        tensors = columns.finish()
        metadata = {"ezscope": "1", "run": json.dumps({"name": run})}
        write_safetensors(path, tensors, metadata)
        return columns.count


class _Evidence:
    """The columns of evidence, growing on disk."""

    def __init__(self, folder: Path, side: str, where: str) -> None:
        self.folder = folder
        self.side = side
        self.where = where
        self.count = 0
        self.roles: dict[str, str] = {}
        self.scalars: dict[str, str | None] = {}
        self.texts = {name: TextColumnWriter(folder, name) for name in ("ids", "texts", "metas")}
        self.files: dict[str, IO[bytes]] = {}
        self.ends = 0
        self.vocabulary: dict[int, bytes] = {}
        self.seen: set[str] = set()

    def append(self, row: Row) -> None:
        """Adds a row: lists are evidence, single values ids, labels, texts or metadata."""
        row = _flattened(row)
        if self.count == 0:
            self._learn(row)
        self._append_scalars(row)
        lists = {role: row.get(name) for name, role in self.roles.items()}
        length = self._length(lists)
        for role, values in lists.items():
            if "." in role:
                self._append_model(role, values, length)
        ids = lists.get("token_ids")
        if ids is not None:
            self._write("token_ids", np.asarray(ids, dtype="<i4"))
            for token, text in zip(ids, lists.get("tokens") or [], strict=False):
                if text is not None:
                    self.vocabulary.setdefault(int(token), _bytes(text))
        self.ends += length
        self._write("sequence.token_offsets", np.asarray([self.ends], dtype="<i8"))
        self.count += 1

    def _fail(self, field: str, problem: str, remedy: str) -> ExportError:
        return ExportError(
            f"row {self.count}: {field} {problem}", remedy, where=self.where, code=BAD_DATA
        )

    def _learn(self, row: Row) -> None:
        for name, value in row.items():
            role = role_of_list(name)
            if role is None or not isinstance(value, (list, tuple)):
                continue
            self.roles[name] = role.replace("side.", f"{self.side}.")
        if len(set(self.roles.values())) < len(self.roles):
            twice = sorted(self.roles)
            raise self._fail(
                ", ".join(twice),
                "say the same thing twice",
                "keep one column for each of target.logprobs, reference.logprobs, token_ids, …",
            )
        if not any(role.endswith(".logprobs") for role in self.roles.values()):
            raise self._fail(
                "has",
                f"no list of log-probabilities (columns: {', '.join(list(row)[:12])})",
                "name it target_logprobs or reference_logprobs; scores go to a .csv, and "
                "everything to a .jsonl",
            )
        if "tokens" in self.roles.values() and "token_ids" not in self.roles.values():
            raise self._fail(
                "has",
                "texts of tokens but no token_ids, which safetensors evidence needs",
                "name an output that ends in .jsonl",
            )
        names = [name for name in row if name not in self.roles]
        self.scalars = {role: role_of_scalar(names, role) for role in ("id", "label", "text")}
        self._write("sequence.token_offsets", np.asarray([0], dtype="<i8"))

    def _append_scalars(self, row: Row) -> None:
        def value(role: str) -> Any:
            name = self.scalars[role]
            return row.get(name) if name else None

        identity = value("id")
        name = str(self.count + 1) if identity is None else str(identity)
        if name in self.seen:
            raise self._fail(
                "id", f"{name!r} is that of an earlier row", "give every row its own id"
            )
        self.seen.add(name)
        self.texts["ids"].append(name.encode("utf-8", "replace"))
        label = label_number(value("label"))
        if label is None:
            raise self._fail(
                "label",
                f"{value('label')!r} is not a label",
                "use 1 member, 0 non-member, or nothing",
            )
        self._write("sequence.labels", np.asarray([label], dtype="i1"))
        text = value("text")
        self.texts["texts"].append(_bytes(text) if text is not None else b"")
        used = {*self.roles, *(name for name in self.scalars.values() if name)}
        meta = {
            key: entry
            for key, entry in row.items()
            if key not in used and isinstance(entry, (str, int, float, bool)) and entry == entry
        }
        encoded = json.dumps(meta, ensure_ascii=False).encode() if meta else b""
        self.texts["metas"].append(encoded)

    def _length(self, lists: dict[str, Any]) -> int:
        """The number of tokens: what token ids or texts say, or one more than the predictions."""
        for role in ("token_ids", "tokens"):
            if lists.get(role) is not None:
                return len(lists[role])
        for role, values in lists.items():
            if role.endswith(".logprobs") and values is not None:
                return len(values) + (0 if values and values[0] is None else 1)
        raise self._fail("logprobs", "is null", "leave the row out")

    def _append_model(self, role: str, values: Any, length: int) -> None:
        kind = role.split(".")[1]
        if values is None:
            raise self._fail(role, "is null where other rows have it", "leave the row out")
        values = list(values)
        if len(values) == length:
            first = values.pop(0)
            if kind == "logprobs" and not (first is None or first == 0 or first != first):
                raise self._fail(
                    role,
                    f"has {length} entries for {length} tokens, the first of them not null",
                    "give an entry for every token but the first, or null for the first",
                )
        if len(values) != length - 1:
            raise self._fail(
                role, f"has {len(values)} entries for {length} tokens", "write both from one pass"
            )
        if any(value is None for value in values):
            raise self._fail(role, "is null behind its first entry", "leave the row out")
        array = np.asarray(values, dtype=_DTYPES[kind])
        if kind.endswith("logprobs"):
            array = np.where(array <= -3e38, -np.inf, array).astype("<f4")
            if not (array <= 1e-4).all():
                raise self._fail(
                    role,
                    "holds a value above 0, or NaN",
                    "give natural logarithms of probabilities",
                )
            array = np.minimum(array, 0).astype("<f4")
        self._write(role, array)

    def _write(self, name: str, values: np.ndarray) -> None:
        if name not in self.files:
            self.files[name] = open(self.folder / name, "wb")
        self.files[name].write(np.ascontiguousarray(values).tobytes())

    def finish(self) -> list[Tensor]:
        """The tensors; their files are closed."""
        if self.count == 0:
            raise ExportError("has no rows", "write it again", where=self.where, code=BAD_DATA)
        for file in self.files.values():
            file.close()
        for column in self.texts.values():
            column.close()
        kinds = {
            "sequence.token_offsets": "<i8",
            "sequence.labels": "i1",
            "token_ids": "<i4",
        }
        tensors = [
            Tensor.file(name, kinds.get(name) or _DTYPES[name.split(".")[1]], self.folder / name)
            for name in self.files
        ]
        for name in ("ids", "texts", "metas"):
            bytes_path = self.folder / f"{name}.bytes"
            if name != "ids" and bytes_path.stat().st_size == 0:
                continue
            tensors.append(Tensor.file(f"sequence.{name}.bytes", "u1", bytes_path))
            offsets = self.folder / f"{name}.offsets"
            tensors.append(Tensor.file(f"sequence.{name}.offsets", "<i8", offsets))
        return tensors + vocabulary_tensors(self.vocabulary)


def vocabulary_tensors(vocabulary: dict[int, bytes]) -> list[Tensor]:
    """The texts of tokens by id as evidence holds them; none of an empty vocabulary."""
    if not vocabulary:
        return []
    ids = sorted(vocabulary)
    words = [vocabulary[token] for token in ids]
    ends = np.cumsum([0, *map(len, words)], dtype="<i8")
    joined = np.frombuffer(b"".join(words), dtype="u1")
    return [
        Tensor.array("vocabulary.ids", np.asarray(ids, dtype="<i4")),
        Tensor.array("vocabulary.texts.bytes", joined),
        Tensor.array("vocabulary.texts.offsets", ends),
    ]


def _bytes(text: Any) -> bytes:
    return text if isinstance(text, bytes) else str(text).encode("utf-8", "replace")


def _flattened(row: Row) -> Row:
    """Objects named after a model hold its lists: `target: {logprobs: […]}`."""
    result: Row = {}
    for name, value in row.items():
        if isinstance(value, dict) and name in ("target", "reference"):
            result |= {f"{name}.{key}": entry for key, entry in value.items()}
        else:
            result[name] = value
    return result
