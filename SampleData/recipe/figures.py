"""Figures of merit from scores, in plain NumPy: AUC with its interval, and TPR at low FPR.

Scores come from `Tests/Conformance/reference.py`, a second implementation that shares no code with
ezscope. So these figures are independent of it from the evidence on.
"""

from __future__ import annotations

import csv
import gzip
import math
import os
from collections.abc import Iterable
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np

from conformance import reference, tomllib

ATTACKS = (
    "ez",
    "soft-ez",
    "ez:policy=released",
    "loss",
    "ref-diff",
    "ref-ratio",
    "zlib",
    "min-k:k=20",
    "wbc",
    "min-k++:k=20",
    "ref-min-k:k=20",
)
# What else the whole evidence feeds; runs that keep their tokens have scores of these as well.
FURTHER_ATTACKS = ("ht-style", "gap-k:k=20", "entropy", "max-renyi:k=10", "surp:k=40")
RATES = (0.001, 0.01, 0.05)
# Class by class, and within one by the masses that decide there.
CLASSES = {"forced_n0": 1, "forced_no_errors": 2}
TEXT_COLUMNS = ("run", "id", "label", "ez_class")
Rows = list[dict[str, str]]


def write_scores(folder: Path, inputs: dict[str, Path]) -> None:
    """A stage: `RUN.csv` with the scores of every sequence, for every run."""
    source = inputs["evidence"]
    with Pool(int(os.environ.get("OMP_NUM_THREADS", "1"))) as pool:
        pool.starmap(_score_run, ((source, folder, name) for name in run_names(source)))


def _score_run(source: Path, folder: Path, name: str) -> None:
    sequences = next(columns for run, columns in reference.read_runs(source) if run == name)
    reference.write_run(folder / f"{name}.csv", name, sequences, ATTACKS + FURTHER_ATTACKS)


def run_names(folder: Path) -> list[str]:
    """The runs of an experiment that have evidence for each token."""
    manifest = read_manifest(folder)
    return [run["name"] for run in manifest["run"] if "files" in run]


def read_manifest(folder: Path) -> dict[str, Any]:
    """What an experiment's `experiment.toml` says."""
    return tomllib.loads((folder / "experiment.toml").read_text())


def read_scores(path: Path) -> Rows:
    """The rows of a score file, compressed or not."""
    opened = gzip.open(path, "rt", newline="") if path.suffix == ".gz" else open(path, newline="")
    with opened as file:
        return list(csv.DictReader(file))


def figures_of_run(rows: Rows) -> dict[str, Any]:
    """Counts and, for each attack, its figures."""
    labels = np.array([row["label"] == "member" for row in rows])
    result: dict[str, Any] = {"members": int(labels.sum()), "non_members": int((~labels).sum())}
    for attack in rows[0]:
        if attack not in TEXT_COLUMNS and attack not in ("ez_up", "ez_down", "ez_errors"):
            result[attack] = figures(labels, ranked(rows, attack))
    return result


def ranked(rows: Rows, attack: str) -> np.ndarray:
    """Numbers that order the rows as the attack does; undefined scores are tied below all."""
    if attack != "ez":
        return np.array([float(row[attack] or "-inf") for row in rows])
    keys = [(CLASSES.get(row["ez_class"], 0), _within(row)) for row in rows]
    places = {key: place for place, key in enumerate(sorted(set(keys)))}
    return np.array([places[key] for key in keys], float)


def _within(row: dict[str, str]) -> float:
    if row["ez_class"] == "forced_n0":
        return float(row["ez_up"])
    if row["ez_class"] == "forced_no_errors":
        return 0.0
    return float(row["ez"] or "-inf")


def figures(labels: np.ndarray, scores: np.ndarray) -> dict[str, object]:
    """AUC with a 95 % interval, and the TPR at some FPR by three conventions."""
    found = components(labels, scores)
    auc, deviation = found.auc, found.deviation
    fpr, tpr = roc(labels, scores)
    result: dict[str, object] = {
        "auc": auc,
        "auc_interval": [max(0.0, auc - 1.96 * deviation), min(1.0, auc + 1.96 * deviation)],
    }
    for rate in RATES:
        result[f"tpr_at_{rate}"] = {
            "achievable": float(tpr[fpr <= rate].max()),
            "interpolated": float(np.interp(rate, fpr, tpr)),
            "strict": float(tpr[fpr < rate].max()),
        }
    return result


def roc(labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The vertices of the ROC; equal scores make one step."""
    order = np.argsort(-scores, kind="stable")
    last_of_ties = np.append(np.diff(scores[order]) != 0, True)
    # Differences of two infinities are no number, and a tie.
    last_of_ties[:-1] &= scores[order][1:] != scores[order][:-1]
    hits, alarms = np.cumsum(labels[order]), np.cumsum(~labels[order])
    tpr = np.insert(hits[last_of_ties] / hits[-1], 0, 0.0)
    fpr = np.insert(alarms[last_of_ties] / alarms[-1], 0, 0.0)
    return fpr, tpr


@dataclass(frozen=True)
class Components:
    """Of each member the share of non-members below it; of each non-member, of members above."""

    of_members: np.ndarray
    of_others: np.ndarray

    @property
    def auc(self) -> float:
        return float(self.of_members.mean())

    @property
    def deviation(self) -> float:
        """The AUC's standard deviation (DeLong, DeLong and Clarke-Pearson 1988)."""
        if min(len(self.of_members), len(self.of_others)) < 2:
            return math.inf
        variance = self.of_members.var(ddof=1) / len(self.of_members)
        return math.sqrt(variance + self.of_others.var(ddof=1) / len(self.of_others))


def components(labels: np.ndarray, scores: np.ndarray) -> Components:
    """What an AUC is the mean of, in the order of the sequences."""
    members, others = scores[labels], scores[~labels]

    def share_below(values: np.ndarray, among: np.ndarray) -> np.ndarray:
        among = np.sort(among)
        below = np.searchsorted(among, values, "left") + np.searchsorted(among, values, "right")
        return below / (2 * len(among))

    return Components(share_below(members, others), 1 - share_below(others, members))


def of_score_files(folder: Path) -> dict[str, dict[str, Any]]:
    """The figures of every run that has a score file, over the members that it had seen."""
    found = {}
    for run in read_manifest(folder)["run"]:
        if "scores" in run:
            rows = read_scores(folder / run["scores"])
            found[run["name"]] = {
                "sequences": len(rows),
                "primary": figures_of_run(without_unseen(rows, folder, run)),
                "all": figures_of_run(rows),
                "ez_classes": classes(rows),
            }
    return found


def without_unseen(rows: Rows, folder: Path, run: dict[str, Any]) -> Rows:
    """The rows without members that a run had not been trained on: to it they are non-members."""
    if "seen" not in run:
        return rows
    seen = {row["id"] for row in read_scores(folder / run["seen"])}
    return [row for row in rows if row["label"] != "member" or row["id"] in seen]


def classes(rows: Iterable[dict[str, str]]) -> dict[str, int]:
    """How many rows there are of each class of EZ."""
    counts = dict.fromkeys(
        ("ordinary", "forced_n0", "forced_no_errors", "insufficient", "no_movement"), 0
    )
    for row in rows:
        counts[row["ez_class"]] = counts.get(row["ez_class"], 0) + 1
    return counts
