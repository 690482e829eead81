"""Evidence goes to Parquet and back without a bit lost, and Parquet of strangers is checked."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ezscope_convert.cli import main
from ezscope_export.safetensors_file import Tensor, write_safetensors

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

SAMPLE = Path(__file__).resolve().parents[2] / "SampleData"
TOKENS = [3, 1, 6, 2, 9]


def texts(name: str, values: list[bytes]) -> list[Tensor]:
    """A text column's two tensors."""
    ends = np.cumsum([0, *map(len, values)], dtype="<i8")
    data = np.frombuffer(b"".join(values), dtype="u1")
    return [Tensor.array(f"{name}.bytes", data), Tensor.array(f"{name}.offsets", ends)]


def write(path: Path, **changed: Any) -> Path:
    """Evidence of five sequences with every column there is, and odd values in all of them."""
    draw = np.random.default_rng(7)
    count, tokens = len(TOKENS), sum(TOKENS)
    ids = [b"a", "é\u202e".encode(), b"", b"=1+1", b"x" * 300]
    metas = [b"{}", b'{"family":"mail"}', b"", b"{}", b'{"n":1e999}']
    columns = [
        Tensor.array("sequence.token_offsets", np.cumsum([0, *TOKENS], dtype="<i8")),
        Tensor.array("sequence.labels", np.array([1, 0, -1, 1, 0], "i1")),
        Tensor.array("token_ids", draw.integers(-1, 50, tokens).astype("<i4")),
        Tensor.array("scored", (draw.random(tokens - count) < 0.5).astype("|b1")),
        *texts("sequence.ids", ids),
        *texts("sequence.texts", [b"one", "zw\u00f6lf".encode(), b"", b"\x00\x1b", b"y"]),
        *texts("sequence.metas", metas),
        *texts("extra", [b"", b'{"lowercase":-1.5}', b"", b"", b""]),
        *texts("continuations", [b"[]", b"", b"", b"", b""]),
        *texts("vocabulary.texts", [b"\xe6\x97", b" a", b""]),
        Tensor.array("vocabulary.ids", np.array([2, 5, 49], "<i4")),
    ]
    odd = np.array([-np.inf, -0.0, -3.4028235e38, -1e-45], "<f4")
    for model in ("target", "reference"):
        for kind in ("logprobs", "top1_logprobs", "logprob_means", "logprob_stds"):
            values = -draw.random(tokens - count).astype("<f4")
            values[:4] = odd
            columns.append(Tensor.array(f"{model}.{kind}", values))
        for kind in ("ranks", "top1_ids"):
            values = draw.integers(1, 2**31 - 1, tokens - count).astype("<i4")
            columns.append(Tensor.array(f"{model}.{kind}", values))
    kept = [changed.pop(c.name, c) for c in columns]
    kept += changed.values()
    run = {"name": "r\u00fcn", "epoch": 3}
    write_safetensors(
        path, [c for c in kept if c is not None], {"ezscope": "1", "run": json.dumps(run)}
    )
    return path


def there_and_back(tmp_path: Path, source: Path, *words: object) -> None:
    """Converts to Parquet and back, and compares every byte."""
    table, back = tmp_path / "table.parquet", tmp_path / "back.safetensors"
    assert main([str(source), str(table), *map(str, words)]) == 0
    assert main([str(table), str(back)]) == 0
    assert back.read_bytes() == source.read_bytes()


@pytest.mark.parametrize("rows", [1, 2, 5, 100])
def test_every_column_and_bit_comes_back(tmp_path: Path, rows: int) -> None:
    there_and_back(tmp_path, write(tmp_path / "run.safetensors"), "--row-group", rows)
    file = pq.ParquetFile(tmp_path / "table.parquet")
    assert file.num_row_groups == -(-5 // rows)
    assert file.schema_arrow.field("target_ranks").type.value_type == pa.int32()
    first = file.read().to_pylist()[1]
    assert first["id"] == "é\u202e" and first["label"] == 0 and first["target_logprobs"] == []
    assert file.read().column("label").to_pylist() == [1, 0, None, 1, 0]


@pytest.mark.parametrize("name", ["target.ranks", "scored", "sequence.labels", "token_ids"])
def test_columns_that_are_not_there_stay_away(tmp_path: Path, name: str) -> None:
    changed: dict[str, Any] = {name: None}
    there_and_back(tmp_path, write(tmp_path / "run.safetensors", **changed))


@pytest.mark.skipif(not SAMPLE.exists(), reason="needs the sample data")
def test_real_evidence_comes_back(tmp_path: Path) -> None:
    """Of the sample's runs: the same tensors, bit by bit."""
    from safetensors.numpy import load_file

    for name in ("full-e3", "base-main"):
        source = SAMPLE / f"{name}.safetensors"
        table, back = tmp_path / "table.parquet", tmp_path / "back.safetensors"
        assert main([str(source), str(table), "--row-group", "100"]) == 0
        assert main([str(table), str(back)]) == 0
        known, found = load_file(source), load_file(back)
        assert known.keys() == found.keys()
        assert all(known[key].tobytes() == found[key].tobytes() for key in known)


def test_parts_of_an_engine_are_one_file(tmp_path: Path) -> None:
    """Engines write folders, other list types, and no metadata of ours."""
    source = write(tmp_path / "run.safetensors")
    assert main([str(source), str(tmp_path / "all.parquet")]) == 0
    table = pq.read_table(tmp_path / "all.parquet").replace_schema_metadata(None)
    fields = [
        pa.field(f.name, pa.large_list(f.type.value_type)) if pa.types.is_list(f.type) else f
        for f in table.schema
    ]
    table = table.cast(pa.schema(fields))
    folder = tmp_path / "parts"
    folder.mkdir()
    (folder / "_SUCCESS").write_text("")
    pq.write_table(table.slice(0, 2), folder / "part-0.parquet")
    pq.write_table(table.slice(2), folder / "part-1.parquet")
    back = tmp_path / "back.safetensors"
    assert main([str(folder), str(back)]) == 0
    from safetensors.numpy import load_file

    known, found = load_file(source), load_file(back)
    gone = {name for name in known if name.startswith("vocabulary.")}
    assert known.keys() - gone == found.keys()
    assert all(known[key].tobytes() == found[key].tobytes() for key in found)


@pytest.mark.parametrize(
    "change,shown",
    [
        (
            lambda t: t.set_column(0, t.schema.field("id"), [["a", "b", "a", "c", "d"]]),
            "earlier row",
        ),
        (lambda t: pa.concat_tables([t, t]), "earlier row"),
        (lambda t: t.slice(0, 0), "has no rows"),
        (
            lambda t: t.set_column(
                t.schema.get_field_index("target_ranks"),
                "target_ranks",
                pa.array([[1, 2], [], [1], [1], [1, 2, 3]], pa.list_(pa.int32())),
            ),
            "row 3: target_ranks has 1 entries, not 5",
        ),
        (
            lambda t: t.set_column(
                t.schema.get_field_index("target_ranks"),
                "target_ranks",
                pa.array([None] * 5, pa.list_(pa.int32())),
            ),
            "row 1: target_ranks is null",
        ),
        (
            lambda t: t.replace_schema_metadata({b"ezscope.vocabulary": b"!!!"}),
            "vocabulary that cannot be read",
        ),
    ],
)
def test_tables_that_are_wrong_are_refused(
    tmp_path: Path, capsys: Any, change: Any, shown: str
) -> None:
    assert main([str(write(tmp_path / "run.safetensors")), str(tmp_path / "good.parquet")]) == 0
    pq.write_table(change(pq.read_table(tmp_path / "good.parquet")), tmp_path / "bad.parquet")
    capsys.readouterr()
    assert main([str(tmp_path / "bad.parquet"), str(tmp_path / "back.safetensors")]) == 65
    assert shown in capsys.readouterr().err
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "bad.parquet",
        "good.parquet",
        "run.safetensors",
    ]


@pytest.mark.parametrize(
    "name,values,shown",
    [
        ("sequence.token_offsets", np.array([0, 3, 2, 10, 12, 21], "<i8"), "goes back"),
        ("sequence.token_offsets", np.array([1, 4, 5, 11, 13, 22], "<i8"), "begin with 0"),
        ("sequence.token_offsets", np.array([0, 3, 3, 10, 12, 21], "<i8"), "without tokens"),
        ("target.ranks", np.array([1], "<i4"), "has 1 entries, not 16"),
        ("sequence.ids.offsets", np.array([0, 1, 2, 3, 4, 2**40], "<i8"), "does not end"),
        ("sequence.texts.bytes", np.full(12, 0xFF, "u1"), "is not UTF-8"),
        ("target.noise", np.zeros(16, "<f4"), "the schema does not have"),
        ("other", np.zeros(16, "<f4"), "columns that Parquet evidence does not: other"),
    ],
)
def test_evidence_that_is_wrong_is_refused(
    tmp_path: Path, capsys: Any, name: str, values: np.ndarray, shown: str
) -> None:
    changed: dict[str, Any] = {name: Tensor.array(name, values)}
    source = write(tmp_path / "run.safetensors", **changed)
    assert main([str(source), str(tmp_path / "x.parquet")]) == 65
    assert shown in capsys.readouterr().err
    assert not (tmp_path / "x.parquet").exists()


def test_links_are_not_followed_and_cut_files_refused(tmp_path: Path, capsys: Any) -> None:
    source = write(tmp_path / "run.safetensors")
    victim = tmp_path / "victim"
    victim.write_text("precious")
    os.symlink(victim, tmp_path / "x.parquet")
    assert main([str(source), str(tmp_path / "x.parquet")]) == 0
    assert victim.read_text() == "precious" and not (tmp_path / "x.parquet").is_symlink()
    data = (tmp_path / "x.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(data[: len(data) // 2])
    assert main([str(tmp_path / "cut.parquet"), str(tmp_path / "back.safetensors")]) == 65
    assert "cannot be read" in capsys.readouterr().err
    source.write_bytes(source.read_bytes()[:-1])
    assert main([str(source), str(tmp_path / "y.parquet")]) == 66
    assert main([str(tmp_path / "x.parquet"), str(source), str(tmp_path / "z.parquet")]) == 64
