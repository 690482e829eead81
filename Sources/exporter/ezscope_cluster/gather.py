"""What comes home: a folder of scores in parts, checked against its manifest, as one table."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ezscope_cluster.scoring import ERROR
from ezscope_convert.parquet import parts_of
from ezscope_convert.writers import cell
from ezscope_export.errors import BAD_DATA, NO_INPUT, ExportError, first_line, printable
from ezscope_export.files import replacing, write_text

MANIFEST = "ezscope-scores.json"


def write_manifest(folder: Path | str, rows: int) -> dict[str, Any]:
    """Counts what an engine wrote into a folder and writes it beside the parts.

    `rows` is the number of sequences that went in; an error if not as many came out.
    """
    folder = Path(folder)
    parts: list[dict[str, Any]] = [
        {"name": part.relative_to(folder).as_posix(), "rows": count, "unscored": unscored}
        for part in _parts(folder)
        for count, unscored in [_counts(part)]
    ]
    found = sum(part["rows"] for part in parts)
    if found != rows:
        raise ExportError(
            f"has {found:,} rows of scores for {rows:,} sequences",
            "score again: parts are missing, or there twice",
            where=str(folder),
            code=BAD_DATA,
        )
    manifest = {
        "version": 1,
        "rows": found,
        "unscored": sum(part["unscored"] for part in parts),
        "parts": parts,
    }
    write_text(folder / MANIFEST, json.dumps(manifest, indent=1) + "\n")
    return manifest


def gather(folder: Path | str, out: Path | str) -> tuple[int, int]:
    """Writes a folder's scores as one CSV that ezscope opens.

    Returns the rows written and those left out because they have no scores. Ids that come twice
    and counts that the manifest contradicts are errors; without a manifest nothing is believed
    complete, so that is one too.
    """
    folder, out = Path(folder), Path(out)
    manifest = _manifest(folder)
    seen: set[tuple[str, str]] = set()
    written = left_out = 0
    header: list[str] | None = None
    with replacing(out) as file:
        for part in manifest["parts"]:
            before = written + left_out
            for batch in _batches(folder / part["name"]):
                names = [name for name in batch.schema.names if name != ERROR]
                if header is None:
                    header = names
                    file.write(_line(names))
                elif header != names:
                    raise _wrong(folder, f"{part['name']} has other columns")
                for row in batch.to_pylist():
                    key = (str(row.get("run")), str(row.get("id")))
                    if key in seen:
                        raise _wrong(folder, f"the id {printable(key[1])!r} comes twice")
                    seen.add(key)
                    if row.get(ERROR) is not None:
                        left_out += 1
                        continue
                    file.write(_line([_spelled(row[name]) for name in names]))
                    written += 1
            if written + left_out - before != part["rows"]:
                raise _wrong(folder, f"{part['name']} has not {part['rows']} rows")
        if written + left_out != manifest["rows"] or not written:
            raise _wrong(folder, f"has {written + left_out} rows, not {manifest['rows']}")
    return written, left_out


def unscored(folder: Path | str) -> Iterator[tuple[str, str]]:
    """The ids without scores and why."""
    for part in _parts(Path(folder)):
        for batch in _batches(part):
            if ERROR in batch.schema.names:
                for row in batch.to_pylist():
                    if row[ERROR] is not None:
                        yield str(row.get("id")), row[ERROR]


def _manifest(folder: Path) -> Any:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        parts = {part["name"]: int(part["rows"]) for part in manifest["parts"]}
        if manifest["version"] != 1 or not isinstance(manifest["rows"], int):
            raise ValueError
    except OSError as error:
        raise ExportError(
            f"has no manifest ({error.strerror}), so it may not be whole",
            "write one where it was scored: ezscope_cluster.write_manifest(folder, rows)",
            where=str(folder / MANIFEST),
            code=NO_INPUT,
        ) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _wrong(folder, f"{MANIFEST} is not understood") from None
    own = {part.relative_to(folder).as_posix() for part in _parts(folder)}
    if own != set(parts):
        differ = sorted(own ^ set(parts))
        raise _wrong(folder, f"{printable(differ[0])} is not in both the folder and the manifest")
    return manifest


def _parts(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise ExportError("is no folder", where=str(folder), code=NO_INPUT)
    return parts_of(folder)


def _counts(part: Path) -> tuple[int, int]:
    try:
        with pq.ParquetFile(part) as file:
            missing = 0
            if ERROR in file.schema_arrow.names:
                errors = file.read(columns=[ERROR]).column(ERROR)
                missing = len(errors) - errors.null_count
            return file.metadata.num_rows, missing
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(part, error) from None


def _batches(part: Path) -> Iterator[pa.RecordBatch]:
    try:
        with pq.ParquetFile(part) as file:
            yield from file.iter_batches(batch_size=4096)
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(part, error) from None


def _unreadable(part: Path, error: Exception) -> ExportError:
    return ExportError(
        f"cannot be read ({first_line(error)})",
        "copy it again",
        where=str(part),
        code=BAD_DATA,
    )


def _wrong(folder: Path, problem: str) -> ExportError:
    return ExportError(problem, "copy or score the folder again", where=str(folder), code=BAD_DATA)


def _spelled(value: Any) -> str:
    if isinstance(value, float) and math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return cell(value)


def _line(fields: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(fields)
    return text.getvalue().encode("utf-8", "replace")
