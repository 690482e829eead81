"""Leakage beside utility: which method leaks less at a validation loss that both reach.

A method's curve is its front: the checkpoints of which no other has both a loss as low and
less leakage. Between two of them it is a straight line; beyond the lowest loss there is no model,
and at a loss above all of them the method has something better. So no curve is drawn on.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from figures import Components

Weights = Mapping[str, float]
# Of a two-sided 95 % interval.
WIDTH = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Checkpoint:
    """A run of a method: how good it is and how much it leaks."""

    run: str
    method: str
    # What runs that differ in the training seed alone have in common: method, rate, epoch.
    setting: str
    loss: float
    # The standard error of the loss over validation texts; not known of every run.
    loss_error: float | None
    leakage: Components


@dataclass(frozen=True)
class Point:
    """The checkpoints of one setting, over their training seeds."""

    method: str
    setting: str
    runs: tuple[str, ...]
    loss: float
    loss_error: float | None
    leakage: float

    @property
    def weights(self) -> Weights:
        return {run: 1 / len(self.runs) for run in self.runs}


@dataclass(frozen=True)
class Comparison:
    """A point against another method's curve at the point's loss."""

    point: Point
    against: str
    # The other curve's leakage there.
    there: float
    difference: float
    interval: tuple[float, float]
    p: float
    holm: float = math.nan


def points(checkpoints: Iterable[Checkpoint]) -> list[Point]:
    """One point a setting: means over seeds, so that no lucky seed makes a curve."""
    groups: dict[str, list[Checkpoint]] = {}
    for one in checkpoints:
        groups.setdefault(one.setting, []).append(one)
    return [_point(group) for group in groups.values()]


def _point(group: Sequence[Checkpoint]) -> Point:
    errors = [one.loss_error for one in group if one.loss_error is not None]
    return Point(
        group[0].method,
        group[0].setting,
        tuple(one.run for one in group),
        float(np.mean([one.loss for one in group])),
        # Seeds share the validation texts, so that their mean is hardly surer than one of them.
        max(errors) if len(errors) == len(group) else None,
        float(np.mean([one.leakage.auc for one in group])),
    )


def front(of_method: Iterable[Point]) -> list[Point]:
    """The points that no other one beats in both, the lowest loss first."""
    kept: list[Point] = []
    for point in sorted(of_method, key=lambda one: (one.loss, one.leakage)):
        if not kept or point.leakage < kept[-1].leakage:
            kept.append(point)
    return kept


def at(curve: Sequence[Point], loss: float) -> Weights | None:
    """The curve's leakage at a loss, as weights of runs; None where the method never is as good."""
    if not curve or loss < curve[0].loss:
        return None
    if loss >= curve[-1].loss:
        return curve[-1].weights
    place = next(i for i, point in enumerate(curve) if point.loss > loss)
    low, high = curve[place - 1], curve[place]
    share = (loss - low.loss) / (high.loss - low.loss)
    result = {run: weight * (1 - share) for run, weight in low.weights.items()}
    for run, weight in high.weights.items():
        result[run] = result.get(run, 0.0) + weight * share
    return result


def compare(checkpoints: Sequence[Checkpoint]) -> list[Comparison]:
    """Every point of every curve against every other curve, with p-values corrected by Holm."""
    leakage = {one.run: one.leakage for one in checkpoints}
    methods = list(dict.fromkeys(one.method for one in checkpoints))
    found = points(checkpoints)
    curves = {method: front(one for one in found if one.method == method) for method in methods}
    compared = []
    for method, curve in curves.items():
        for point in curve:
            for other in methods:
                there = at(curves[other], point.loss) if other != method else None
                if there is not None:
                    compared.append(_compare(point, other, there, leakage))
    corrected = holm([one.p for one in compared])
    return [Comparison(**{**one.__dict__, "holm": p}) for one, p in zip(compared, corrected)]


def _compare(
    point: Point, other: str, there: Weights, leakage: Mapping[str, Components]
) -> Comparison:
    weights = dict(point.weights)
    for run, weight in there.items():
        weights[run] = weights.get(run, 0.0) - weight
    difference, error = contrast(weights, leakage)
    p = 1.0 if error == 0 else math.erfc(abs(difference) / error / math.sqrt(2))
    return Comparison(
        point,
        other,
        point.leakage - difference,
        difference,
        (difference - WIDTH * error, difference + WIDTH * error),
        p,
    )


def contrast(weights: Weights, leakage: Mapping[str, Components]) -> tuple[float, float]:
    """A weighted sum of AUCs over the same sequences, and its standard error (DeLong)."""
    shares = [(weight, leakage[run]) for run, weight in weights.items()]
    members = np.sum([weight * one.of_members for weight, one in shares], axis=0)
    others = np.sum([weight * one.of_others for weight, one in shares], axis=0)
    variance = members.var(ddof=1) / len(members) + others.var(ddof=1) / len(others)
    return float(members.mean()), math.sqrt(variance)


def holm(values: Sequence[float]) -> list[float]:
    """p-values corrected for how many there are."""
    order = sorted(range(len(values)), key=values.__getitem__)
    result, most = [0.0] * len(values), 0.0
    for rank, place in enumerate(order):
        most = max(most, min(1.0, (len(values) - rank) * values[place]))
        result[place] = most
    return result
