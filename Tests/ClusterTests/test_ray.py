"""Ray Data on a cluster of two nodes: the scores of one process, also when a worker dies."""

from __future__ import annotations

import os
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ATTACKS, rows_of
from ezscope_cluster import Scoring, gather, write_manifest
from ezscope_cluster.engines import RayStage, score_dataset

ray = pytest.importorskip("ray")


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """Two nodes of one core each, processes of their own on this machine."""
    from ray.cluster_utils import Cluster

    nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    nodes.add_node(num_cpus=1)
    ray.init(address=nodes.address, log_to_driver=False)
    assert len([node for node in ray.nodes() if node["Alive"]]) == 2
    yield
    ray.shutdown()
    nodes.shutdown()


def mortal(death: Path) -> Any:
    """A stage whose first worker that is asked for a second batch dies in the middle of it."""
    place = str(death)

    class Mortal(RayStage):
        def __init__(self, scoring: Any, schema: Any) -> None:
            super().__init__(scoring, schema)
            self.batches = 0

        def __call__(self, table: Any) -> Any:
            self.batches += 1
            if self.batches > 1:
                try:
                    os.close(os.open(place, os.O_CREAT | os.O_EXCL))
                except FileExistsError:
                    pass
                else:
                    os._exit(1)
            return super().__call__(table)

    return Mortal


@pytest.mark.parametrize("dies", [False, True])
def test_two_nodes_give_the_scores_of_one_process(
    cluster: None, binary: str, evidence: dict[str, Any], tmp_path: Path, dies: bool
) -> None:
    scoring = Scoring(ATTACKS, run="full-e3", binary=binary, rows=100)
    dataset = ray.data.read_parquet(str(evidence["parquet"]))
    stage = mortal(tmp_path / "death") if dies else RayStage
    scored = score_dataset(dataset, scoring, workers=2, stage=stage)
    scored.write_parquet(str(tmp_path / "scores"))
    write_manifest(tmp_path / "scores", dataset.count())
    gather(tmp_path / "scores", tmp_path / "scores.csv")
    assert rows_of((tmp_path / "scores.csv").read_text()) == evidence["scores"]
    assert (tmp_path / "death").exists() == dies


def test_the_example_of_the_documentation(
    cluster: None, binary: str, evidence: dict[str, Any], tmp_path: Path
) -> None:
    """What the README shows, as it stands there."""
    from examples import example

    runpy.run_path(example("ray.data", evidence["parquet"], tmp_path))
    found = rows_of((tmp_path / "scores.csv").read_text())
    assert [row[3:] for row in found] == [row[3:9] for row in evidence["scores"]]
