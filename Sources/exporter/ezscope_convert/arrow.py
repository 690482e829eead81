"""Evidence as Arrow and Parquet: a row a sequence, lists for what there is of every token.

The schema, which Parquet files carry in their metadata too:

    id                string            unique
    label             int8              1 member, 0 non-member, null unknown
    text, meta        string            meta, extra and continuations are JSON
    token_ids         list<int32>       L entries
    scored            list<bool>        L - 1 entries, as everything below
    target_logprobs   list<float>       natural logarithms
    target_ranks, target_top1_ids       list<int32>
    target_top1_logprobs, target_logprob_means, target_logprob_stds   list<float>
    reference_...     the same
    extra, continuations   string

The metadata has `ezscope` (1), `ezscope.run` (JSON) and `ezscope.vocabulary`: the base64 of an
Arrow stream of `id` and `text`, the bytes of each token that occurs.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ezscope_convert.native import TEXTS, NativeEvidence
from ezscope_convert.writers import vocabulary_tensors
from ezscope_export.columns import TextColumnWriter
from ezscope_export.errors import BAD_DATA, ExportError, first_line, printable
from ezscope_export.files import open_to_write
from ezscope_export.safetensors_file import Tensor, write_safetensors

ROW_GROUP = 16_384
VERSION, RUN, VOCABULARY = b"ezscope", b"ezscope.run", b"ezscope.vocabulary"
_TYPES = {"F32": pa.float32(), "I32": pa.int32(), "U8": pa.uint8(), "BOOL": pa.bool_()}
_MODELS = ("target", "reference")
_KINDS = {
    "logprobs": pa.float32(),
    "ranks": pa.int32(),
    "top1_ids": pa.int32(),
    "top1_logprobs": pa.float32(),
    "logprob_means": pa.float32(),
    "logprob_stds": pa.float32(),
    "logprob_means_unweighted": pa.float32(),
    "logprob_stds_unweighted": pa.float32(),
}
_LISTS = {f"{model}_{kind}": kept for model in _MODELS for kind, kept in _KINDS.items()}
_LISTS["token_ids"] = pa.int32()


def schema_of(evidence: NativeEvidence) -> pa.Schema:
    """The schema of a file's evidence, with its run and vocabulary."""
    fields = []
    for column, name in TEXTS.items():
        if f"{name}.bytes" in evidence.tensors:
            fields.append(pa.field(column, pa.string(), nullable=False))
        if column == "id" and "sequence.labels" in evidence.tensors:
            fields.append(pa.field("label", pa.int8()))
    if "token_ids" in evidence.tensors:
        fields.append(_list_field("token_ids", pa.int32()))
    for name in sorted(evidence.positions(), key=_order):
        column = name.replace(".", "_", 1)
        kind = _TYPES.get(evidence.kinds[name])
        if kind is None or (name != "scored" and _LISTS.get(column) != kind):
            raise ExportError(
                f"{printable(name)} is {evidence.kinds[name]}, which the schema does not have",
                "convert the file with ezscope convert first",
                where=str(evidence.path),
                code=BAD_DATA,
            )
        fields.append(_list_field(column, kind))
    metadata = {VERSION: b"1"}
    if "run" in evidence.metadata:
        metadata[RUN] = str(evidence.metadata["run"]).encode()
    vocabulary = evidence.vocabulary()
    if vocabulary is not None:
        metadata[VOCABULARY] = _packed(*vocabulary)
    return pa.schema(fields, metadata=metadata)


def _list_field(name: str, kind: Any) -> pa.Field:
    return pa.field(name, pa.list_(pa.field("element", kind, nullable=False)), nullable=False)


def _order(name: str) -> tuple[int, int]:
    model, _, kind = name.partition(".")
    kinds = list(_KINDS)
    return (
        ("scored", *_MODELS).index(model),
        kinds.index(kind) if kind in kinds else len(kinds),
    )


def batches(evidence: NativeEvidence, schema: pa.Schema, rows: int) -> Iterator[pa.RecordBatch]:
    """The sequences, so many at a time; lists are views of the file."""
    for start in range(0, evidence.count, rows):
        stop = min(start + rows, evidence.count)
        columns = [_column(evidence, field, start, stop) for field in schema]
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _column(evidence: NativeEvidence, field: pa.Field, start: int, stop: int) -> pa.Array:
    name = field.name
    if name in TEXTS:
        return _texts(evidence, name, start, stop)
    if name == "label":
        labels = evidence.tensors["sequence.labels"][start:stop]
        return pa.array(labels, pa.int8(), mask=labels < 0)
    offsets = evidence.offsets[start : stop + 1]
    if name == "token_ids":
        native = name
    else:
        offsets = offsets - np.arange(start, stop + 1)
        native = "scored" if name == "scored" else name.replace("_", ".", 1)
    values = evidence.tensors[native][int(offsets[0]) : int(offsets[-1])]
    kept = pa.array(values.astype(bool) if field.type.value_type == pa.bool_() else values)
    places = _narrow(offsets - offsets[0], evidence)
    return pa.ListArray.from_arrays(places, kept, type=field.type)


def _texts(evidence: NativeEvidence, name: str, start: int, stop: int) -> pa.Array:
    tensor = TEXTS[name]
    offsets = evidence.tensors[f"{tensor}.offsets"][start : stop + 1]
    data = evidence.tensors[f"{tensor}.bytes"][int(offsets[0]) : int(offsets[-1])]
    places = _narrow(offsets - offsets[0], evidence)
    array = pa.Array.from_buffers(
        pa.string(), stop - start, [None, places.buffers()[1], pa.py_buffer(data)]
    )
    try:
        array.validate(full=True)
    except pa.ArrowInvalid as error:
        raise ExportError(
            f"{name} is not UTF-8 in sequences {start} to {stop} ({first_line(error)})",
            "write the evidence again",
            where=str(evidence.path),
            code=BAD_DATA,
        ) from None
    return array


def _narrow(offsets: np.ndarray, evidence: NativeEvidence) -> pa.Array:
    if len(offsets) and int(offsets[-1]) >= 2**31:
        raise ExportError(
            "has more than 2 GiB in one row group",
            "pass a smaller --row-group",
            where=str(evidence.path),
            code=BAD_DATA,
        )
    return pa.array(offsets.astype(np.int32))


def _packed(ids: np.ndarray, texts: list[bytes]) -> bytes:
    table = pa.table({"id": pa.array(ids, pa.int32()), "text": pa.array(texts, pa.binary())})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return base64.b64encode(sink.getvalue().to_pybytes())


def _unpacked(data: bytes, place: str) -> tuple[np.ndarray, list[bytes]]:
    try:
        with pa.ipc.open_stream(base64.b64decode(data, validate=True)) as stream:
            table = stream.read_all()
        ids = table.column("id").to_numpy().astype("<i4")
        return ids, table.column("text").to_pylist()
    except (pa.ArrowException, ValueError, KeyError, TypeError) as error:
        raise ExportError(
            f"has a vocabulary that cannot be read ({first_line(error)})",
            "write it again",
            where=place,
            code=BAD_DATA,
        ) from None


def is_evidence(schema: pa.Schema) -> bool:
    """Whether a table has the schema above, so that nothing of it must be guessed.

    Engines drop the metadata; then the columns' names and types decide.
    """
    if "id" not in schema.names or schema.field("id").type != pa.string():
        return False
    for field in schema:
        if field.name in TEXTS:
            fits = field.type == pa.string()
        elif field.name == "label":
            fits = field.type == pa.int8()
        elif field.name == "scored":
            fits = _is_list(field.type) and field.type.value_type in (pa.bool_(), pa.uint8())
        else:
            fits = _is_list(field.type) and field.type.value_type == _LISTS.get(field.name)
        if not fits:
            return False
    return any(name.endswith("_logprobs") for name in schema.names)


def plain_table(table: pa.Table) -> pa.Table:
    """A table's columns of evidence in the types of the schema, where nothing is lost by it.

    Engines widen what they read: labels to int64, texts and lists to their large kinds, and their
    tensors are lists in an extension. Columns of other names are left out.
    """
    columns = {}
    for name in table.schema.names:
        column = table.column(name)
        while isinstance(column.type, pa.BaseExtensionType):
            column = pa.chunked_array([chunk.storage for chunk in column.chunks])
        wanted = _wanted(name, column.type)
        if wanted is not None:
            columns[name] = column.cast(wanted)
    return pa.table(columns)


def _wanted(name: str, kind: pa.DataType) -> pa.DataType | None:
    if name in TEXTS:
        return pa.string()
    if name == "label":
        return pa.int8()
    if name == "scored":
        return pa.list_(pa.bool_())
    return pa.list_(_LISTS[name]) if name in _LISTS else None


def _is_list(kind: Any) -> bool:
    return pa.types.is_list(kind) or pa.types.is_large_list(kind)


class EvidenceColumns:
    """Native columns that grow on disk, a batch at a time."""

    def __init__(self, folder: Path, schema: pa.Schema, place: str) -> None:
        self.folder = folder
        self.schema = schema
        self.place = place
        self.count = 0
        self.tokens = 0
        self.seen: set[int] = set()
        self.texts = {n: TextColumnWriter(folder, n) for n in schema.names if n in TEXTS}
        lists = [n for n in schema.names if n not in TEXTS]
        self.files = {
            name: open(open_to_write(folder / name, empty=True), "wb")
            for name in [*lists, "token_offsets"]
        }
        self.files["token_offsets"].write(np.int64(0).tobytes())
        self.vocabulary: dict[int, bytes] = {}
        self.run: bytes | None = None
        self.metadata(schema.metadata or {})

    def metadata(self, known: dict[bytes, bytes]) -> None:
        """Takes up what one more file says of its run and its tokens."""
        self.run = self.run or known.get(RUN)
        if VOCABULARY in known:
            for token, text in zip(*_unpacked(known[VOCABULARY], self.place)):
                if self.vocabulary.setdefault(int(token), text) != text:
                    raise self._wrong(f"token {token} has different texts in different files")

    def append(self, batch: pa.RecordBatch) -> None:
        """Adds the rows of a batch."""
        if batch.schema.names != self.schema.names or not is_evidence(batch.schema):
            raise self._wrong("has other columns than the file before it")
        lengths = self._lengths(batch)
        for name in batch.schema.names:
            column = batch.column(name)
            if name == "label":
                self.files[name].write(column.fill_null(-1).to_numpy().astype("i1").tobytes())
            elif name in TEXTS:
                self._append_texts(name, column)
            else:
                expected = lengths if name == "token_ids" else lengths - 1
                self._append_list(name, column, expected)
        ends = self.tokens + np.cumsum(lengths, dtype="<i8")
        self.files["token_offsets"].write(ends.tobytes())
        self.tokens = int(ends[-1]) if len(ends) else self.tokens
        self.count += batch.num_rows

    def _lengths(self, batch: pa.RecordBatch) -> np.ndarray:
        """The tokens of each row: one more than log-probabilities."""
        for name in batch.schema.names:
            if name == "token_ids" or name.endswith("_logprobs"):
                found = batch.column(name).value_lengths()
                if found.null_count:
                    raise self._wrong(f"{name} is null in some row from row {self.count + 1} on")
                more = 0 if name == "token_ids" else 1
                lengths: np.ndarray = found.to_numpy().astype(np.int64) + more
                if len(lengths) and lengths.min() < 1:
                    raise self._wrong(f"a row from row {self.count + 1} on has no tokens")
                return lengths
        raise self._wrong("has no log-probabilities")

    def _append_list(self, name: str, column: pa.Array, expected: np.ndarray) -> None:
        lengths = column.value_lengths().fill_null(-1).to_numpy()
        wrong = np.flatnonzero(lengths != expected)
        if len(wrong):
            row = int(wrong[0])
            have = "is null" if lengths[row] < 0 else f"has {lengths[row]} entries"
            raise self._wrong(f"row {self.count + row + 1}: {name} {have}, not {expected[row]}")
        values = column.flatten()
        if values.null_count:
            raise self._wrong(f"{name} has an entry that is null from row {self.count + 1} on")
        if values.type == pa.bool_():
            values = values.cast(pa.uint8())
        self.files[name].write(values.to_numpy(zero_copy_only=False).tobytes())

    def _append_texts(self, name: str, column: pa.Array) -> None:
        if name == "id":
            self._check_ids(column)
        column = column.fill_null("")
        places = np.frombuffer(column.buffers()[1], np.int32)
        places = places[column.offset : column.offset + len(column) + 1]
        data = column.buffers()[2]
        kept = data[int(places[0]) : int(places[-1])].to_pybytes() if data else b""
        self.texts[name].extend(kept, np.diff(places))

    def _check_ids(self, column: pa.Array) -> None:
        for row, text in enumerate(column.to_pylist(), start=self.count + 1):
            if text is None:
                raise self._wrong(f"row {row} has no id")
            key = hash(text)
            if key in self.seen:
                raise self._wrong(f"row {row}: id {printable(text)!r} is that of an earlier row")
            self.seen.add(key)

    def write(self, path: Path, run: str) -> None:
        """Writes the evidence, whole or not at all."""
        if not self.count:
            raise self._wrong("has no rows")
        for file in self.files.values():
            file.close()
        for column in self.texts.values():
            column.close()
        tensors = [Tensor.file("sequence.token_offsets", "<i8", self.folder / "token_offsets")]
        for name in self.texts:
            for part, dtype in (("bytes", "u1"), ("offsets", "<i8")):
                place = self.folder / f"{name}.{part}"
                tensors.append(Tensor.file(f"{TEXTS[name]}.{part}", dtype, place))
        for name in self.files:
            if name != "token_offsets":
                tensors.append(self._tensor(name))
        tensors += vocabulary_tensors(self.vocabulary)
        metadata = {"ezscope": "1", "run": json.dumps({"name": run})}
        if self.run is not None:
            metadata["run"] = self.run.decode("utf-8", "replace")
        elif VERSION in (self.schema.metadata or {}):
            del metadata["run"]
        write_safetensors(path, tensors, metadata)

    def _tensor(self, name: str) -> Tensor:
        place = self.folder / name
        if name == "label":
            return Tensor.file("sequence.labels", "i1", place)
        if name == "token_ids":
            return Tensor.file(name, "<i4", place)
        kind = self.schema.field(name).type.value_type
        dtypes = {pa.float32(): "<f4", pa.int32(): "<i4", pa.uint8(): "u1", pa.bool_(): "|b1"}
        native = name if name == "scored" else name.replace("_", ".", 1)
        return Tensor.file(native, dtypes[kind], place)

    def _wrong(self, problem: str) -> ExportError:
        return ExportError(problem, "write the table again", where=self.place, code=BAD_DATA)
