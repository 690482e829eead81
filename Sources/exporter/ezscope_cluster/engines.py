"""The stage in Ray Data and in Spark: tables of evidence in, tables of scores out.

Neither engine is imported before its own function is called.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from ezscope_cluster.scoring import Scorer, Scoring


class RayStage:
    """A worker of Ray Data: it keeps its scorer from batch to batch."""

    def __init__(self, scoring: Scoring, schema: pa.Schema) -> None:
        self.scorer = Scorer(scoring)
        self.schema = schema

    def __call__(self, table: pa.Table) -> pa.Table:
        """Scores one batch."""
        return self.scorer.score(table, self.schema)


def score_dataset(dataset: Any, scoring: Scoring, workers: int, stage: Any = RayStage) -> Any:
    """A Ray Dataset of scores, of a Dataset of evidence such as `ray.data.read_parquet` gives.

    `workers` processes of one core each score it. What they lose when they die is Ray's to repeat.
    """
    schema = _schema(pa.Table.from_batches(_first(dataset)), scoring)
    return dataset.map_batches(
        stage,
        fn_constructor_args=(scoring, schema),
        batch_format="pyarrow",
        batch_size=scoring.rows,
        zero_copy_batch=True,
        compute=_pool(workers),
        num_cpus=1,
    )


def _pool(workers: int) -> Any:
    from ray.data import ActorPoolStrategy

    return ActorPoolStrategy(size=workers)


def _first(dataset: Any) -> list[pa.RecordBatch]:
    for table in dataset.limit(100).iter_batches(batch_format="pyarrow", batch_size=100):
        batches: list[pa.RecordBatch] = table.to_batches()
        return batches
    return []


def score_frame(frame: Any, scoring: Scoring) -> Any:
    """A Spark DataFrame of scores, of one of evidence such as `spark.read.parquet` gives."""
    from pyspark.sql.pandas.types import from_arrow_schema

    schema = _schema(frame.limit(100).toArrow(), scoring)

    def stage(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return score_batches(batches, scoring, schema)

    return frame.mapInArrow(stage, from_arrow_schema(schema))


def score_batches(
    batches: Iterator[pa.RecordBatch], scoring: Scoring, schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    """Scores of batches, which are joined until they are worth a start of the binary."""
    scorer = Scorer(scoring)
    try:
        waiting: list[pa.RecordBatch] = []
        for batch in batches:
            waiting.append(batch)
            if sum(one.num_rows for one in waiting) >= scoring.rows:
                yield from scorer.score(pa.Table.from_batches(waiting), schema).to_batches()
                waiting = []
        if waiting:
            yield from scorer.score(pa.Table.from_batches(waiting), schema).to_batches()
    finally:
        scorer.close()


def _schema(sample: pa.Table, scoring: Scoring) -> pa.Schema:
    scorer = Scorer(scoring)
    try:
        return scorer.schema(sample)
    finally:
        scorer.close()
