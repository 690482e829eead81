"""Tables of every kind, as the libraries that write them do, become what ezscope opens."""

from __future__ import annotations

import csv
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ezscope_convert.cli import main
from safetensors.numpy import load_file

arrow = pytest.importorskip("pyarrow")

ROWS: list[dict[str, Any]] = [
    {
        "id": f"s{index}",
        "label": index % 2,
        "text": f"line {index}",
        "family": "mail",
        "token_ids": [5, 6, 7][: 2 + index % 2],
        "tokens": ["a", " b", " c"][: 2 + index % 2],
        "target_logprobs": [-0.5, -1.25][: 1 + index % 2],
        "reference_logprobs": [None, -0.75, -2.0][: 2 + index % 2],
        "target_ranks": [1, 3][: 1 + index % 2],
    }
    for index in range(5)
]


def write(path: Path, kind: str) -> Path:
    """The rows as a library writes them."""
    import pyarrow.parquet as parquet
    from pyarrow import feather

    table = arrow.Table.from_pylist(ROWS)
    if kind == "parquet":
        parquet.write_table(table, path, row_group_size=2)
    elif kind == "large":
        fields = [
            arrow.field(f.name, arrow.large_list(f.type.value_type))
            if arrow.types.is_list(f.type)
            else f
            for f in table.schema
        ]
        parquet.write_table(table.cast(arrow.schema(fields)), path)
    elif kind == "feather":
        feather.write_feather(table, path, compression="uncompressed")
    elif kind == "stream":
        with arrow.OSFile(str(path), "wb") as sink, arrow.ipc.new_stream(sink, table.schema) as out:
            out.write_table(table, max_chunksize=2)
    elif kind == "folder":
        path.mkdir()
        parquet.write_table(table.slice(0, 2), path / "part-0.parquet")
        parquet.write_table(table.slice(2), path / "part-1.parquet")
    elif kind == "json":
        path.write_text("\n".join(json.dumps(row) for row in ROWS))
    elif kind == "repr":
        path.write_text("\n".join(repr(row) for row in ROWS))
    return path


@pytest.mark.parametrize(
    "kind", ["parquet", "large", "feather", "stream", "folder", "json", "repr"]
)
def test_lists_become_evidence(tmp_path: Path, kind: str) -> None:
    out = tmp_path / "out.safetensors"
    assert main([str(write(tmp_path / "in", kind)), str(out)]) == 0
    tensors = load_file(out)
    assert tensors["sequence.token_offsets"].tolist() == [0, 2, 5, 7, 10, 12]
    assert tensors["sequence.labels"].tolist() == [0, 1, 0, 1, 0]
    expected = [-0.5, -0.5, -1.25, -0.5, -0.5, -1.25, -0.5]
    assert tensors["target.logprobs"].tolist() == expected
    assert tensors["reference.logprobs"].tolist() == [-0.75, -0.75, -2, -0.75, -0.75, -2, -0.75]
    assert tensors["target.ranks"].tolist() == [1, 1, 3, 1, 1, 3, 1]
    assert tensors["vocabulary.ids"].tolist() == [5, 6, 7]
    assert bytes(tensors["vocabulary.texts.bytes"]) == b"a b c"
    assert b'"family": "mail"' in bytes(tensors["sequence.metas.bytes"])


@pytest.mark.parametrize("kind", ["parquet", "repr"])
def test_rows_become_json_lines(tmp_path: Path, kind: str) -> None:
    out = tmp_path / "out.jsonl"
    assert main([str(write(tmp_path / "in", kind)), str(out)]) == 0
    assert [json.loads(line) for line in out.read_text().splitlines()] == ROWS


def test_tensors_of_ray_data(tmp_path: Path) -> None:
    """Ray Data keeps arrays of one length as tensors, and of several as data with a shape."""
    import pyarrow.parquet as parquet

    kind = arrow.fixed_shape_tensor(arrow.float32(), [2])
    flat = arrow.FixedSizeListArray.from_arrays(
        arrow.array([-1.0, -2.0, -3.0, -4.0], arrow.float32()), 2
    )
    table = arrow.table(
        {
            "id": ["a", "b"],
            "target_logprobs": arrow.ExtensionArray.from_storage(kind, flat),
            "reference_logprobs": [
                {"data": [-1.5, -2.5], "shape": [2]},
                {"data": [-3.5, -4.5], "shape": [2]},
            ],
        }
    )
    parquet.write_table(table, tmp_path / "in.parquet")
    out = tmp_path / "out.safetensors"
    assert main([str(tmp_path / "in.parquet"), str(out)]) == 0
    tensors = load_file(out)
    assert tensors["target.logprobs"].tolist() == [-1, -2, -3, -4]
    assert tensors["reference.logprobs"].tolist() == [-1.5, -2.5, -3.5, -4.5]


def test_arrays_become_scores(tmp_path: Path) -> None:
    np.savez(tmp_path / "in.npz", scores=np.array([0.5, -1.0]), memberships=np.array([True, False]))
    out = tmp_path / "out.csv"
    assert main([str(tmp_path / "in.npz"), str(out)]) == 0
    assert list(csv.DictReader(out.open())) == [
        {"scores": "0.5", "memberships": "1"},
        {"scores": "-1.0", "memberships": "0"},
    ]


def test_formulas_are_marked(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": "=1+1", "label": 1, "score": 2.5}')
    assert main([str(tmp_path / "in.jsonl"), str(tmp_path / "out.csv")]) == 0
    assert (tmp_path / "out.csv").read_text() == "id,label,score\n'=1+1,1,2.5\n"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"id": "a", "score": 1}, "no list of log-probabilities"),
        ({"id": "a", "target_logprobs": [-1, None]}, "null behind its first"),
        ({"id": "a", "target_logprobs": [-1, 0.5]}, "above 0"),
        ({"id": "a", "target_logprobs": [-1], "target_ranks": [1, 2, 3]}, "3 entries for 2 tokens"),
        ({"id": "a", "token_ids": [1, 2], "target_logprobs": [-1, -2]}, "the first of them not"),
        ({"id": "a", "label": "perhaps", "target_logprobs": [-1]}, "is not a label"),
        ({"id": "a", "tokens": ["x", "y"], "target_logprobs": [-1]}, "ends in .jsonl"),
        ({"id": "a", "logprobs": [-1], "target_logprobs": [-1]}, "the same thing twice"),
    ],
)
def test_rows_that_cannot_be_evidence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], row: dict[str, Any], words: str
) -> None:
    (tmp_path / "in.jsonl").write_text(json.dumps(row))
    out = tmp_path / "out.safetensors"
    assert main([str(tmp_path / "in.jsonl"), str(out)]) == 65
    assert words in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl"]


def test_files_that_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in.pkl").write_bytes(pickle.dumps(ROWS))
    (tmp_path / "cut.parquet").write_bytes(write(tmp_path / "whole", "parquet").read_bytes()[:-20])
    (tmp_path / "empty.jsonl").write_text("")
    (tmp_path / "noise").write_bytes(bytes(range(256)))
    for name, status, words in [
        ("in.pkl", 65, "runs code"),
        ("cut.parquet", 65, "cannot be read"),
        ("empty.jsonl", 65, "no rows"),
        ("noise", 65, "of no kind known here"),
        ("missing", 66, "no such file"),
    ]:
        assert main([str(tmp_path / name), str(tmp_path / "out.jsonl")]) == status
        assert words in capsys.readouterr().err
        assert not (tmp_path / "out.jsonl").exists()
    assert main([str(tmp_path / "in.pkl"), str(tmp_path / "in.pkl")]) == 64
    assert main([str(tmp_path / "in.pkl"), str(tmp_path / "out.bin")]) != 0


def test_a_column_may_be_renamed_and_a_side_named(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": "a", "lp": [-1.5]}')
    out = tmp_path / "out.safetensors"
    arguments = [str(tmp_path / "in.jsonl"), str(out), "--side", "reference"]
    assert main([*arguments, "--rename", "lp=token_logprobs"]) == 0
    assert load_file(out)["reference.logprobs"].tolist() == [-1.5]
