#!/usr/bin/env python3
"""What the Python that people use today takes for the same work, on request.

    python peers.py FOLDER

Reads the name of a task per line from standard input, does it on the data in FOLDER and answers with a
line: the seconds it took and a check sum of what came out. What is read once stays in memory, as in the
program that asks.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import orjson
import pandas as pd
from sklearn.metrics import roc_auc_score, roc_curve

Floats = npt.NDArray[np.float32]
Scores = dict[str, npt.NDArray[np.float64]]
POSITIONS = 127
LOWEST = 20
BLOCK = 1024


def error_zone_one_by_one(target: Floats, reference: Floats, ranks: npt.NDArray[np.int32]) -> float:
    """EZ of a sequence from its formula: upward over downward shift where the target errs."""
    zone = ranks[1:] > 1
    shift = (target[1:] - reference[1:])[zone].astype(np.float64)
    up, down = shift[shift > 0].sum(), -shift[shift < 0].sum()
    return float(up / down) if down > 0 else float("inf")


def error_zone(target: Floats, reference: Floats, ranks: npt.NDArray[np.int32]) -> Any:
    """EZ of many sequences at once."""
    zone = ranks[:, 1:] > 1
    shift = np.where(zone, target[:, 1:] - reference[:, 1:], 0)
    up = np.where(shift > 0, shift, 0).sum(1, dtype=np.float64)
    down = -np.where(shift < 0, shift, 0).sum(1, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return up / down


def loss(target: Floats) -> Any:
    """LOSS of many sequences at once."""
    return target.mean(1, dtype=np.float64)


def difference(target: Floats, reference: Floats) -> Any:
    """The reference difference of many sequences at once."""
    return target.mean(1, dtype=np.float64) - reference.mean(1, dtype=np.float64)


def lowest(target: Floats) -> Any:
    """Min-K% of many sequences at once."""
    kept = target.shape[1] * LOWEST // 100
    return np.partition(target, kept - 1, axis=1)[:, :kept].mean(1, dtype=np.float64)


def blocked(function: Callable[..., Any], *columns: npt.NDArray[Any]) -> Any:
    """A function over blocks of rows that stay in the cache: faster than all rows at once."""
    parts = [function(*(c[at : at + BLOCK] for c in columns)) for at in range(0, len(columns[0]), BLOCK)]
    return np.concatenate(parts)


class Tasks:
    """The tasks by name; data is read when a task first needs it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kept: dict[str, npt.NDArray[Any]] = {}

    def column(self, name: str, kind: str, width: int = POSITIONS) -> npt.NDArray[Any]:
        if name not in self.kept:
            values = np.fromfile(self.folder / f"{name}.bin", kind)
            self.kept[name] = values.reshape(-1, width) if width > 1 else values
        return self.kept[name]

    @property
    def sides(self) -> tuple[Any, Any, Any]:
        return self.column("target", "<f4"), self.column("reference", "<f4"), self.column("ranks", "<i4")

    def ez_one_by_one(self) -> Any:
        return np.array([error_zone_one_by_one(*one) for one in zip(*self.sides)])

    def ez(self) -> Any:
        return error_zone(*self.sides)

    def ez_blocked(self) -> Any:
        return blocked(error_zone, *self.sides)

    def loss(self) -> Any:
        return loss(self.sides[0])

    def ref_diff(self) -> Any:
        return difference(*self.sides[:2])

    def min_k(self) -> Any:
        return lowest(self.sides[0])

    def min_k_blocked(self) -> Any:
        return blocked(lowest, self.sides[0])

    def all_blocked(self) -> Any:
        def every(target: Any, reference: Any, ranks: Any) -> Any:
            columns = (
                error_zone(target, reference, ranks), loss(target), difference(target, reference),
                lowest(target))
            return np.stack(columns, axis=1)

        return blocked(every, *self.sides)[:, 3]

    def roc(self) -> Any:
        scores, labels = self.column("scores", "<f8", 1), self.column("labels", "i1", 1)
        found, true, _ = roc_curve(labels, scores)
        area = roc_auc_score(labels, scores)
        return np.array([area, *(np.interp(rate, found, true) for rate in (0.001, 0.01, 0.05))])[:1]

    def jsonl_orjson(self) -> Any:
        """JSON lines to the scores of four attacks."""
        sides: tuple[list[Any], list[Any], list[Any]] = ([], [], [])
        with open(self.folder / "evidence.jsonl", "rb") as file:
            for line in file:
                record = orjson.loads(line)
                sides[0].append(record["target"]["logprobs"])
                sides[1].append(record["reference"]["logprobs"])
                sides[2].append(record["target"]["ranks"])
        return self.scored(*sides)

    def jsonl_pandas(self) -> Any:
        frame = pd.read_json(self.folder / "evidence.jsonl", lines=True)
        target, reference = frame["target"], frame["reference"]
        return self.scored(
            [t["logprobs"] for t in target], [r["logprobs"] for r in reference],
            [t["ranks"] for t in target])

    @staticmethod
    def scored(target: list[Any], reference: list[Any], ranks: list[Any]) -> Any:
        t, r = np.array(target, np.float32), np.array(reference, np.float32)
        k = np.array(ranks, np.int32)
        error_zone(t, r, k), difference(t, r), lowest(t)
        return loss(t)

    def jsonl_duckdb(self) -> Any:
        """LOSS alone, in SQL straight from the file: duckdb has no easy way to the others."""
        query = f"select list_avg(target.logprobs) from read_json('{self.folder / 'evidence.jsonl'}')"
        connection = duckdb.connect()
        connection.execute("set threads to 1")
        return np.array(connection.execute(query).fetchnumpy().popitem()[1], np.float64)


def main() -> None:
    tasks = Tasks(Path(sys.argv[1]))
    print("ready", flush=True)
    for line in sys.stdin:
        task = getattr(tasks, line.strip())
        start = time.perf_counter()
        result = task()
        seconds = time.perf_counter() - start
        finite = result[np.isfinite(result)]
        print(f"{seconds:.9f} {float(finite.mean()):.9g}", flush=True)


if __name__ == "__main__":
    main()
