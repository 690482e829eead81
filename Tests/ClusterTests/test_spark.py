"""Spark with two workers, each a process: the scores of one process, also after a death."""

from __future__ import annotations

import os
import runpy
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ATTACKS, rows_of
from ezscope_cluster import Scoring, engines, gather, write_manifest

pyspark = pytest.importorskip("pyspark")
if shutil.which("java") is None:
    pytest.skip("Spark needs Java", allow_module_level=True)


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    """A cluster of two workers with a core and a gigabyte each."""
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    found = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.files.maxPartitionBytes", "200000")
        .config("spark.executorEnv.PYTHONPATH", os.environ["PYTHONPATH"])
        .config("spark.task.maxFailures", "4")
        .getOrCreate()
    )
    yield found
    found.stop()


@pytest.mark.parametrize("dies", [False, True])
def test_two_workers_give_the_scores_of_one_process(
    session: Any,
    binary: str,
    evidence: dict[str, Any],
    tmp_path: Path,
    dies: bool,
    monkeypatch: Any,
) -> None:
    scoring = Scoring(ATTACKS, run="full-e3", binary=binary, rows=100)
    if dies:
        kill_once(monkeypatch, str(tmp_path / "death"))
    frame = session.read.parquet(str(evidence["parquet"])).repartition(4)
    scored = engines.score_frame(frame, scoring)
    scored.write.parquet(str(tmp_path / "scores"))
    write_manifest(tmp_path / "scores", frame.count())
    gather(tmp_path / "scores", tmp_path / "scores.csv")
    assert rows_of((tmp_path / "scores.csv").read_text()) == evidence["scores"]
    assert (tmp_path / "death").exists() == dies


def kill_once(monkeypatch: Any, place: str) -> None:
    """Has the first worker that scored a batch die before it gives the second."""
    score = engines.score_batches

    def mortal(batches: Any, scoring: Any, schema: Any) -> Any:
        for number, batch in enumerate(score(batches, scoring, schema)):
            if number == 1:
                try:
                    os.close(os.open(place, os.O_CREAT | os.O_EXCL))
                except FileExistsError:
                    pass
                else:
                    os._exit(1)
            yield batch

    monkeypatch.setattr(engines, "score_batches", mortal)


def test_the_example_of_the_documentation(
    session: Any, binary: str, evidence: dict[str, Any], tmp_path: Path
) -> None:
    """What the README shows, as it stands there."""
    from examples import example

    runpy.run_path(example("pyspark", evidence["parquet"], tmp_path))
    found = rows_of((tmp_path / "scores.csv").read_text())
    assert [row[3:] for row in found] == [row[3:9] for row in evidence["scores"]]
