"""Rows a second: the bare filter, the scorer by itself, and the stage inside Ray and Spark.

    benchmarks/cluster.py EVIDENCE.safetensors --binary EZSCOPE --rows 100000 [--ray] [--spark]

The evidence's sequences are repeated under new ids until there are as many as asked for.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HERE))
os.environ["PYTHONPATH"] = str(HERE)

import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402

from ezscope_cluster import Scorer, Scoring  # noqa: E402
from ezscope_cluster.engines import score_dataset, score_frame  # noqa: E402
from ezscope_convert.cli import main as convert  # noqa: E402

ATTACKS = ("ez", "loss")


def repeated(source: Path, rows: int, folder: Path) -> Path:
    """Parquet evidence of as many rows, in row groups as they are written."""
    small = folder / "small.parquet"
    convert([str(source), str(small)])
    table = pq.read_table(small)
    path = folder / "evidence.parquet"
    with pq.ParquetWriter(path, table.schema, compression="zstd") as writer:
        waiting: list[pa.Table] = []
        for start in range(0, rows, table.num_rows):
            part = table.slice(0, min(table.num_rows, rows - start))
            ids = pa.array([f"s{start + row}" for row in range(part.num_rows)])
            waiting.append(part.set_column(0, table.schema.field("id"), ids))
            if sum(one.num_rows for one in waiting) >= 16_384 or start + part.num_rows >= rows:
                writer.write_table(pa.concat_tables(waiting).combine_chunks())
                waiting = []
    return path


def timed(name: str, rows: int, work: Callable[[], Any]) -> None:
    """Runs some work once and prints its rate."""
    start = time.monotonic()
    work()
    seconds = time.monotonic() - start
    print(f"{name:32} {seconds:8.2f} s {rows / seconds:10,.0f} rows/s", flush=True)


def main() -> None:
    """Measures what was asked for."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("evidence", type=Path)
    p.add_argument("--binary", default="ezscope")
    p.add_argument("--rows", type=int, default=100_000)
    p.add_argument("--workers", type=int, default=2)
    p.add_argument("--ray", action="store_true")
    p.add_argument("--spark", action="store_true")
    options = p.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = repeated(options.evidence, options.rows, folder)
        native, lines = folder / "all.safetensors", folder / "all.jsonl"
        convert([str(path), str(native)])
        subprocess.run([options.binary, "convert", native, lines], check=True)
        measure(options, folder, path, native, lines)


def measure(
    options: argparse.Namespace, folder: Path, path: Path, native: Path, lines: Path
) -> None:
    """Each way of scoring the same rows."""
    rows = options.rows
    words = [options.binary, "score", "--attack", ",".join(ATTACKS)]
    scoring = Scoring(ATTACKS, binary=options.binary)

    def filtered() -> None:
        with open(lines, "rb") as source:
            subprocess.run([*words, "-"], stdin=source, stdout=subprocess.DEVNULL, check=True)

    timed("filter, JSON lines", rows, filtered)
    timed(
        "one process, native evidence",
        rows,
        lambda: subprocess.run([*words, str(native)], stdout=subprocess.DEVNULL, check=True),
    )

    def alone() -> None:
        scorer, schema = Scorer(scoring), None
        for batch in pq.ParquetFile(path).iter_batches(scoring.rows):
            table = pa.Table.from_batches([batch])
            schema = schema or scorer.schema(table)
            scorer.score(table, schema)
        scorer.close()

    timed("scorer alone, Parquet", rows, alone)
    if options.ray:
        import ray

        ray.init(num_cpus=options.workers, log_to_driver=False)
        for turn in ("first", "warm"):
            out = str(folder / f"ray-{turn}")
            timed(
                f"Ray, {options.workers} workers, {turn}",
                rows,
                lambda: score_dataset(
                    ray.data.read_parquet(str(path)), scoring, options.workers
                ).write_parquet(out),
            )
        ray.shutdown()
    if options.spark:
        from pyspark.sql import SparkSession

        os.environ["PYSPARK_PYTHON"] = sys.executable
        spark = (
            SparkSession.builder.master(f"local-cluster[{options.workers},1,1024]")
            .config("spark.ui.enabled", "false")
            .config("spark.executorEnv.PYTHONPATH", str(HERE))
            .config("spark.sql.execution.arrow.maxRecordsPerBatch", "16384")
            .getOrCreate()
        )
        for turn in ("first", "warm"):
            out = str(folder / f"spark-{turn}")
            timed(
                f"Spark, {options.workers} workers, {turn}",
                rows,
                lambda: score_frame(spark.read.parquet(str(path)), scoring).write.parquet(out),
            )
        spark.stop()


if __name__ == "__main__":
    main()
