"""Batches of evidence in, scores out, by the `ezscope` binary; what cannot be scored is named.

A batch is handed over as native evidence in a file in memory: lists of numbers are copied, never
spelled out, and the binary maps them. One start of the binary a batch costs some hundredths of a
second, so batches should have thousands of rows.
"""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from ezscope_convert.arrow import EvidenceColumns, is_evidence, plain_table
from ezscope_export.errors import BAD_DATA, NO_INPUT, USAGE, ExportError, first_line, printable

ERROR = "error"
_BASE = ("run", "id", "label")
# A score of these depends on other sequences, so a batch's would not be the whole's.
_OF_THE_WHOLE = re.compile(r"(rmia|lira|dc-pdd)\b")
# Failing rows of a batch that are found one by one before the rest is given up together.
_MOST_FAILURES = 100


@dataclass(frozen=True)
class Scoring:
    """What is computed, and by which binary. It travels to every worker."""

    attacks: tuple[str, ...]
    run: str = "run"
    # On the workers: a path, or a name that their PATH finds.
    binary: str = "ezscope"
    rows: int = 16_384

    def __post_init__(self) -> None:
        if not self.attacks:
            raise ExportError("no attacks", 'name them: Scoring(("ez", "loss"))', code=USAGE)
        for attack in self.attacks:
            if attack in ("all", "auto") or attack.startswith("-"):
                raise ExportError(
                    f"{attack} leaves the columns open",
                    "name the attacks: every partition must have the same columns",
                    code=USAGE,
                )
            if _OF_THE_WHOLE.match(attack):
                raise ExportError(
                    f"{attack} of a sequence depends on other sequences",
                    "compute it where all of them are: ezscope score",
                    code=USAGE,
                )
        if self.rows < 1:
            raise ExportError("rows must be 1 or more", code=USAGE)


class Scorer:
    """Scores tables of evidence. A worker keeps one; its files go when it does."""

    def __init__(self, scoring: Scoring) -> None:
        self.scoring = scoring
        found = shutil.which(scoring.binary)
        if found is None:
            raise ExportError(
                f"there is no {scoring.binary} on this worker",
                "install it on every node, or name its path: Scoring(…, binary=PATH)",
                code=NO_INPUT,
            )
        self.binary = found
        memory = Path("/dev/shm")
        parent = memory if os.access(memory, os.W_OK) else None
        self.folder = tempfile.TemporaryDirectory(prefix="ezscope-", dir=parent)

    def close(self) -> None:
        """Removes the files in memory."""
        self.folder.cleanup()

    def schema(self, sample: pa.Table) -> pa.Schema:
        """The columns of scores, found out with some rows of the evidence."""
        for row in range(min(sample.num_rows, 100)):
            try:
                header = self._run(sample.slice(row, 1))[0]
                break
            except _Unscored:
                continue
        else:
            raise ExportError(
                "none of the first rows can be scored",
                "see which with Scorer(…).score(sample)",
                code=BAD_DATA,
            )
        kinds = [pa.field(name, _type(name)) for name in header]
        return pa.schema([*kinds, pa.field(ERROR, pa.string())])

    def score(self, table: pa.Table, schema: pa.Schema | None = None) -> pa.Table:
        """The scores of a table's rows in their order.

        A row that cannot be scored is there, without scores and with its `error`.
        """
        if table.num_rows == 0:
            return (schema or pa.schema([])).empty_table()
        schema = schema or self.schema(table)
        parts: list[pa.Table] = []
        for start in range(0, table.num_rows, self.scoring.rows):
            failures = [0]
            block = table.slice(start, self.scoring.rows)
            parts += self._parts(block, schema, failures)
        return pa.concat_tables(parts)

    def _parts(self, table: pa.Table, schema: pa.Schema, failures: list[int]) -> Iterator[pa.Table]:
        """Scores of a block; where it fails, its halves, down to the rows that do."""
        try:
            header, rows = self._run(table)
            yield self._table(table, header, rows, schema)
            return
        except _Unscored as problem:
            message = str(problem)
        if table.num_rows == 1 or failures[0] >= _MOST_FAILURES:
            failures[0] += 1
            yield _failed(table, schema, self.scoring.run, message)
            return
        half = table.num_rows // 2
        yield from self._parts(table.slice(0, half), schema, failures)
        yield from self._parts(table.slice(half), schema, failures)

    def _run(self, table: pa.Table) -> tuple[list[str], list[list[str]]]:
        """The header and the rows that the binary writes for a table."""
        path = Path(self.folder.name) / "batch.safetensors"
        self._write(path, table)
        command = [self.binary, "score", str(path), "--format", "csv"]
        command += ["--attack", ",".join(self.scoring.attacks)]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        said = printable(" ".join(done.stderr.decode("utf-8", "replace").split()), 500)
        if done.returncode == BAD_DATA:
            raise _Unscored(said.replace(str(path), "the batch"))
        if done.returncode:
            raise ExportError(
                f"{self.binary} ends with status {done.returncode}: {said}", code=USAGE
            )
        lines = csv.reader(io.StringIO(done.stdout.decode("utf-8", "replace"), newline=""))
        header = next(lines, [])
        if tuple(header[:3]) != _BASE:
            raise ExportError(f"{self.binary} writes no scores", "is it ezscope?", code=USAGE)
        return header, list(lines)

    def _write(self, path: Path, table: pa.Table) -> None:
        """A table as native evidence in memory."""
        if not is_evidence(table.schema):
            table = _fitting(table)
        # Ids are strangers' texts: the binary is given the numbers of the rows.
        numbers = pa.array([str(row) for row in range(table.num_rows)])
        table = table.set_column(table.schema.get_field_index("id"), "id", numbers)
        with tempfile.TemporaryDirectory(dir=self.folder.name) as folder:
            try:
                columns = EvidenceColumns(Path(folder), table.schema, "the batch")
                for batch in table.combine_chunks().to_batches():
                    columns.append(batch)
                columns.write(path, self.scoring.run)
            except ExportError as error:
                raise _Unscored(error.problem) from None

    def _table(
        self, table: pa.Table, header: list[str], rows: list[list[str]], schema: pa.Schema
    ) -> pa.Table:
        """Rows as typed columns, in the order of the evidence and with its ids."""
        if header != schema.names[:-1]:
            raise _Unscored(f"its scores have other columns: {printable(', '.join(header), 200)}")
        ids = table.column("id").cast(pa.string())
        if [row[1] for row in rows] != [
            str(row) for row in range(table.num_rows)
        ] or ids.null_count:
            raise _Unscored(
                "left out by ezscope score" if table.num_rows == 1 else "some rows were left out"
            )
        columns: list[Any] = []
        for place, field in enumerate(schema):
            if field.name == "id":
                columns.append(ids)
            elif field.name == "run":
                columns.append(pa.array([self.scoring.run] * len(rows)))
            elif field.name == ERROR:
                columns.append(pa.nulls(len(rows), pa.string()))
            else:
                columns.append(pa.array([_value(r[place], field.type) for r in rows], field.type))
        return pa.Table.from_arrays(columns, schema=schema)


class _Unscored(Exception):
    """Rows that the binary does not score."""


def _fitting(table: pa.Table) -> pa.Table:
    """The columns of evidence in a table, in the types that evidence has."""
    try:
        fitted = plain_table(table)
    except pa.ArrowException as error:
        raise _Unscored(f"is no evidence: {first_line(error)}") from None
    if not is_evidence(fitted.schema):
        raise ExportError(
            f"is no evidence: {printable(str(table.schema.names), 200)}",
            "columns and types are those of ezscope-convert's Parquet",
            code=BAD_DATA,
        )
    return fitted


def _failed(table: pa.Table, schema: pa.Schema, run: str, message: str) -> pa.Table:
    count = table.num_rows
    columns: list[Any] = []
    for field in schema:
        if field.name == "run":
            columns.append(pa.array([run] * count, pa.string()))
        elif field.name == "id":
            ids = table.column("id") if "id" in table.schema.names else pa.nulls(count)
            columns.append(ids.cast(pa.string()))
        elif field.name == ERROR:
            columns.append(pa.array([message] * count, pa.string()))
        else:
            columns.append(pa.nulls(count, field.type))
    return pa.table(columns, schema=schema)


def _type(column: str) -> pa.DataType:
    if column in _BASE or column.endswith("_class"):
        return pa.string()
    return pa.int64() if column.endswith("_errors") else pa.float64()


def _value(text: str, kind: pa.DataType) -> Any:
    if kind == pa.string():
        return text
    if not text:
        return None
    return int(text) if kind == pa.int64() else float(text)
