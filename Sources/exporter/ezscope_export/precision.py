"""What a lower precision does to the evidence: the same export twice, compared."""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ezscope_export.errors import USAGE, ExportError
from ezscope_export.export import Export
from ezscope_export.progress import Reporter
from ezscope_export.sequences import Sequences
from ezscope_export.settings import Settings


@dataclass(frozen=True)
class Scores:
    """EZ and LOSS of every sequence, and the first choices of every position."""

    ez: np.ndarray
    loss: np.ndarray
    hits: np.ndarray
    top1: np.ndarray
    logprobs: np.ndarray


def compare_precision(settings: Settings, low: str, as_json: bool, report: Reporter) -> None:
    """Prints how scores in a low precision differ from those in float32."""
    if settings.load.dtype not in ("auto", low):
        low = settings.load.dtype
    if low == "float32":
        raise ExportError("float32 against itself", "pass --dtype bfloat16 or float16", code=USAGE)
    target = settings.targets[0]
    with tempfile.TemporaryDirectory() as folder:
        found: dict[str, Scores] = {}
        for dtype in ("float32", low):
            own = replace(
                settings,
                targets=[target],
                out=Path(folder) / f"{dtype}.safetensors",
                load=replace(settings.load, dtype=dtype),
                keep_work=True,
            )
            Export(own, report).run()
            found[dtype], labels = _scores(own)
        differences = compared(found["float32"], found[low], labels)
    result = {"target": target.name, "precision": low, "against": "float32", **differences}
    if as_json:
        json.dump(result, sys.stdout, indent=1)
        print()
    else:
        for key, value in result.items():
            print(f"{key:26} {value:.6g}" if isinstance(value, float) else f"{key:26} {value}")


def compared(full: Scores, low: Scores, labels: np.ndarray) -> dict[str, float | int | None]:
    """Rank correlation of EZ, first choices that changed, and the change of AUCs."""
    members, others = labels == 1, labels == 0
    both = bool(members.any() and others.any())
    result: dict[str, float | int | None] = {
        "sequences": len(labels),
        "positions": len(full.hits),
        "ez_spearman": spearman(full.ez, low.ez),
        "top1_flip_rate": float((full.top1 != low.top1).mean()),
        "error_flip_rate": float((full.hits != low.hits).mean()),
        "logprob_mean_difference": float(np.abs(full.logprobs - low.logprobs).mean()),
        "logprob_max_difference": float(np.abs(full.logprobs - low.logprobs).max()),
    }
    for name in ("ez", "loss"):
        a, b = getattr(full, name), getattr(low, name)
        first = auc(a[members], a[others]) if both else None
        second = auc(b[members], b[others]) if both else None
        result[f"{name}_auc_float32"] = first
        result[f"{name}_auc"] = second
        if first is not None and second is not None:
            result[f"{name}_auc_change"] = second - first
    return result


def _scores(settings: Settings) -> tuple[Scores, np.ndarray]:
    """Scores from the columns that an export left in its work folder."""
    sequences = Sequences(settings.work / "sequences")
    target = settings.work / f"target-{settings.targets[0].name}"
    reference = settings.work / f"reference-{settings.reference_of(settings.targets[0].name)}"
    t = np.fromfile(target / "logprobs", dtype=np.float32).astype(np.float64)
    r = np.fromfile(reference / "logprobs", dtype=np.float32).astype(np.float64)
    hits = np.fromfile(target / "ranks", dtype=np.int32) == 1
    top1 = np.fromfile(target / "top1_ids", dtype=np.int32)
    labels = np.frombuffer((sequences.folder / "labels").read_bytes(), np.int8)
    ez, loss = np.zeros(len(sequences)), np.zeros(len(sequences))
    for index in range(len(sequences)):
        start = sequences.position_start(index)
        own = slice(start, start + int(sequences.lengths[index]) - 1)
        scored = sequences.scored(index).astype(bool)
        loss[index] = t[own][scored].mean() if scored.any() else np.nan
        ez[index] = error_zone(t[own], r[own], ~hits[own], scored)
    sequences.close()
    return Scores(ez, loss, hits, top1, t), labels


def error_zone(t: np.ndarray, r: np.ndarray, errors: np.ndarray, scored: np.ndarray) -> float:
    """EZ with the edge cases as the paper has them, as one number that orders texts."""
    eligible = scored.copy()
    eligible[:1] = False
    zone = errors & eligible
    if not eligible.any():
        return 0.0
    if not zone.any():
        return 1e300
    moved = (t - r)[zone]
    up, down = moved[moved > 0].sum(), -moved[moved < 0].sum()
    if down == 0:
        return 1e200 * float(up)
    return float(up / down) if zone.sum() > 1 else 0.0


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1, ties sharing their mean."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts - 1) / 2)[inverse]


def spearman(first: np.ndarray, second: np.ndarray) -> float | None:
    """Rank correlation; None where one side is constant."""
    a, b = ranks(first), ranks(second)
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum() / scale) if scale > 0 else None


def auc(members: np.ndarray, others: np.ndarray) -> float:
    """Area under the ROC curve, ties counting half."""
    order = ranks(np.concatenate([members, others]))[: len(members)]
    return float((order.sum() - len(members) * (len(members) + 1) / 2) / len(members) / len(others))
