"""Between native evidence and Parquet, a row group at a time and nothing lost."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ezscope_convert.arrow import EvidenceColumns, batches, is_evidence, schema_of
from ezscope_convert.native import NativeEvidence
from ezscope_export.errors import BAD_DATA, INPUT_OUTPUT, ExportError, first_line, listed
from ezscope_export.files import replacing


def write_parquet(path: Path, source: Path, row_group: int) -> int:
    """Writes a file's evidence as Parquet; returns the number of sequences."""
    evidence = NativeEvidence(source)
    if evidence.others:
        raise ExportError(
            f"has columns that Parquet evidence does not: {listed(evidence.others)}",
            "convert it with ezscope convert first",
            where=str(source),
            code=BAD_DATA,
        )
    schema = schema_of(evidence)
    try:
        with (
            replacing(path) as file,
            pq.ParquetWriter(file, schema, compression="zstd", write_statistics=False) as writer,
        ):
            for batch in batches(evidence, schema, row_group):
                writer.write_batch(batch, row_group_size=row_group)
    except OSError as error:
        raise ExportError(
            f"cannot be written: {error.strerror or first_line(error)}",
            "check the folder and its permissions",
            where=str(path),
            code=INPUT_OUTPUT,
        ) from None
    return evidence.count


def parts_of(path: Path) -> list[Path]:
    """The Parquet files of a path: itself, or those of a folder by their names."""
    if not path.is_dir():
        return [path]
    return sorted(p for p in path.rglob("*.parquet") if p.name[0] not in "._")


def holds_evidence(paths: list[Path]) -> bool:
    """Whether these are Parquet files with the schema of evidence."""
    parts = [part for path in paths for part in parts_of(path)]
    if not parts:
        return False
    for part in parts:
        try:
            with open(part, "rb") as file:
                if file.read(4) != b"PAR1":
                    return False
            if not is_evidence(pq.read_schema(part)):
                return False
        except (OSError, pa.ArrowException):
            return False
    return True


def read_parquet(path: Path, sources: list[Path], run: str) -> int:
    """Writes Parquet files' evidence as one native file; returns the number of sequences."""
    parts = [part for source in sources for part in parts_of(source)]
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        columns: EvidenceColumns | None = None
        for part in parts:
            try:
                with pq.ParquetFile(part) as file:
                    if columns is None:
                        columns = EvidenceColumns(Path(folder), file.schema_arrow, str(part))
                    columns.place = str(part)
                    columns.metadata(file.schema_arrow.metadata or {})
                    for batch in file.iter_batches(batch_size=4096):
                        columns.append(batch)
            except (pa.ArrowException, OSError) as error:
                raise ExportError(
                    f"cannot be read ({first_line(error)})",
                    "write it again",
                    where=str(part),
                    code=BAD_DATA,
                ) from None
        assert columns is not None
        columns.write(path, run)
        return columns.count
