"""The stage by itself: what engines hand over is scored as a single process does it."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from conftest import ATTACKS, rows_of
from ezscope_cluster import Scorer, Scoring, gather, write_manifest
from ezscope_cluster.engines import score_batches
from ezscope_export.cluster_cli import main
from ezscope_export.errors import ExportError

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")


def scoring(binary: str, **more: Any) -> Scoring:
    """The scoring of all tests."""
    return Scoring(ATTACKS, run="full-e3", binary=binary, **more)


def poisoned(table: Any, *rows: int) -> Any:
    """A table some of whose rows have one rank too few."""
    place = table.schema.get_field_index("target_ranks")
    lists = table.column("target_ranks").to_pylist()
    for row in rows:
        lists[row] = lists[row][1:]
    field = table.schema.field(place)
    return table.set_column(place, field, pa.array(lists, field.type))


def home(tmp_path: Path, *tables: Any) -> Path:
    """Parts as an engine writes them, with their manifest."""
    folder = tmp_path / "scores"
    folder.mkdir()
    for number, table in enumerate(tables):
        pq.write_table(table, folder / f"part-{number}.parquet")
    write_manifest(folder, sum(table.num_rows for table in tables))
    return folder


def test_batches_of_any_size_give_the_scores_of_one_process(
    binary: str, evidence: dict[str, Any], tmp_path: Path
) -> None:
    file = pq.ParquetFile(evidence["parquet"])
    known = scoring(binary, rows=250)
    schema = Scorer(known).schema(pa.Table.from_batches([next(file.iter_batches(20))]))
    scored = list(score_batches(file.iter_batches(100), known, schema))
    assert sum(batch.num_rows for batch in scored) == 904
    folder = home(tmp_path, pa.Table.from_batches(scored[:2]), pa.Table.from_batches(scored[2:]))
    assert main([str(folder), str(tmp_path / "scores.csv")]) == 0
    assert rows_of((tmp_path / "scores.csv").read_text()) == evidence["scores"]


def test_types_that_engines_widen(binary: str, evidence: dict[str, Any]) -> None:
    table = pq.read_table(evidence["parquet"]).slice(0, 50).replace_schema_metadata(None)
    scorer = Scorer(scoring(binary))
    expected = scorer.score(table)
    wide = table.set_column(
        table.schema.get_field_index("target_logprobs"),
        "target_logprobs",
        table.column("target_logprobs").cast(pa.large_list(pa.float64())),
    )
    place = wide.schema.get_field_index("label")
    wide = wide.set_column(place, "label", wide.column("label").cast(pa.int64()))
    assert scorer.score(wide.append_column("color", pa.array(["red"] * 50))).equals(expected)
    scorer.close()
    assert not Path(scorer.folder.name).exists()


def test_poisoned_rows_are_named_and_the_others_scored(
    binary: str, evidence: dict[str, Any], tmp_path: Path, capsys: Any
) -> None:
    table = pq.read_table(evidence["parquet"])
    bad = poisoned(table, 3, 200, 201)
    scored = Scorer(scoring(binary)).score(bad)
    ids = table.column("id").to_pylist()
    errors = {r["id"]: r["error"] for r in scored.to_pylist() if r["error"] is not None}
    assert set(errors) == {ids[3], ids[200], ids[201]}
    assert all("target_ranks has" in error for error in errors.values())
    folder = home(tmp_path, scored)
    assert json.loads((folder / "ezscope-scores.json").read_text())["unscored"] == 3
    assert gather(folder, tmp_path / "scores.csv") == (table.num_rows - 3, 3)
    rows = rows_of((tmp_path / "scores.csv").read_text())
    assert rows == [row for row in evidence["scores"] if row[1] not in errors]
    assert main([str(folder), str(tmp_path / "again.csv")]) == 0
    assert f"left out: {ids[3]}" in capsys.readouterr().err


def test_a_partition_of_rubbish_does_not_take_forever(
    binary: str, evidence: dict[str, Any]
) -> None:
    from ezscope_cluster import scoring as module

    table = pq.read_table(evidence["parquet"])
    bad = poisoned(table, *range(table.num_rows))
    schema = Scorer(scoring(binary)).schema(table)
    scorer, runs = Scorer(scoring(binary)), [0]
    run = scorer._run

    def counted(part: Any) -> Any:
        runs[0] += 1
        return run(part)

    scorer._run = counted  # type: ignore[method-assign]
    scored = scorer.score(bad, schema)
    assert scored.column("error").null_count == 0 and scored.num_rows == table.num_rows
    assert runs[0] < 4 * module._MOST_FAILURES


@pytest.mark.parametrize("attacks", [(), ("all",), ("auto",), ("ez", "rmia"), ("lira:global",)])
def test_attacks_that_a_batch_cannot_compute(attacks: tuple[str, ...]) -> None:
    with pytest.raises(ExportError):
        Scoring(attacks)


def test_what_is_wrong_with_a_worker_is_no_poison(binary: str, evidence: dict[str, Any]) -> None:
    table = pq.read_table(evidence["parquet"]).slice(0, 5)
    with pytest.raises(ExportError, match="there is no"):
        Scorer(Scoring(ATTACKS, binary="/no/such/ezscope"))
    with pytest.raises(ExportError, match="status 64"):
        Scorer(Scoring(("ezz",), binary=binary)).score(table)
    with pytest.raises(ExportError, match="writes no scores"):
        Scorer(Scoring(ATTACKS, binary="/bin/echo")).score(table)


def test_scores_that_are_not_whole_are_refused(
    binary: str, evidence: dict[str, Any], tmp_path: Path, capsys: Any
) -> None:
    table = pq.read_table(evidence["parquet"]).slice(0, 20)
    scored = Scorer(scoring(binary)).score(table)
    folder, out = home(tmp_path, scored.slice(0, 10), scored.slice(10)), tmp_path / "x.csv"
    for change, shown in (
        (lambda: pq.write_table(scored.slice(0, 9), folder / "part-0.parquet"), "not 10 rows"),
        (lambda: pq.write_table(scored.slice(10), folder / "part-0.parquet"), "comes twice"),
        (lambda: (folder / "part-0.parquet").unlink(), "both the folder and the manifest"),
        (lambda: (folder / "ezscope-scores.json").write_text("{}"), "is not understood"),
        (lambda: (folder / "ezscope-scores.json").unlink(), "has no manifest"),
    ):
        change()
        assert main([str(folder), str(out)]) in (65, 66)
        assert shown in capsys.readouterr().err
        assert not out.exists()
    with pytest.raises(ExportError, match="for 20 sequences"):
        write_manifest(folder, 20)


def test_ids_that_spreadsheets_would_compute(
    binary: str, evidence: dict[str, Any], tmp_path: Path
) -> None:
    table = pq.read_table(evidence["parquet"]).slice(0, 4)
    ids = ["=1+1", "'=quoted", 'a,"b"', "line\nbreak"]
    table = table.set_column(0, table.schema.field("id"), pa.array(ids))
    scored = Scorer(scoring(binary)).score(table)
    assert scored.column("id").to_pylist() == ids and scored.column("error").null_count == 4
    gather(home(tmp_path, scored), tmp_path / "x.csv")
    with open(tmp_path / "x.csv", newline="") as file:
        found = [row["id"] for row in csv.DictReader(file)]
    assert found == ["'=1+1", "''=quoted", *ids[2:]]
