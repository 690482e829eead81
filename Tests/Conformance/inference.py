#!/usr/bin/env python3
"""Intervals, bounds and joined scores in plain Python, straight from the formulas.

A second implementation to compare the first with: it sums binomial probabilities where the first
integrates beta distributions, and shares no code with it. `figures()` returns invented scores and
what follows from them; `regenerate.py` writes them to `inference.json`.
"""

import math
import random
from statistics import NormalDist


def binomial(count: int, trials: int, chance: float) -> float:
    """P(X = count)."""
    if chance in (0.0, 1.0):
        return float(count == (trials if chance else 0))
    choices = math.lgamma(trials + 1) - math.lgamma(count + 1) - math.lgamma(trials - count + 1)
    return math.exp(choices + count * math.log(chance) + (trials - count) * math.log1p(-chance))


def at_least(count: int, trials: int, chance: float, limits: str) -> float:
    """P(X >= count), less half of P(X = count) by mid-P."""
    tail = math.fsum(binomial(k, trials, chance) for k in range(max(count, 0), trials + 1))
    return tail - binomial(count, trials, chance) / 2 if limits == "mid_p" else tail


def bisect(function, value: float) -> float:
    """Where a rising function of a chance reaches a value."""
    if function(0.0) > value:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if function(middle) > value else (middle, high)
    return (low + high) / 2


def tpr_interval(members, others, fpr: float, limits: str, level: float = 0.95) -> tuple[float, float]:
    """Order statistics: binomial limits weighed over the place of the FPR's threshold."""
    tail = (1 - level) / 2
    ranked = sorted(others, reverse=True)
    weights = [binomial(k, len(others), fpr) for k in range(len(others) + 1)]
    below = [math.fsum(weights[: k + 1]) for k in range(len(weights))]
    above = [math.fsum(weights[k + 1 :]) for k in range(len(weights))]
    counts = range(
        next(k for k in range(len(weights)) if below[k] > tail / 1000),
        next(k for k in range(len(weights)) if above[k] <= tail / 1000) + 1,
    )
    total = math.fsum(weights[k] for k in counts)

    def over(place):
        return sum(score > ranked[place] for score in members)

    def low(rate):
        return math.fsum(
            weights[k] * (at_least(over(k - 1), len(members), rate, limits) if k else 1) for k in counts
        )

    def high(rest):
        return math.fsum(
            weights[k]
            * (at_least(len(members) - over(k), len(members), rest, limits) if k < len(others) else 1)
            for k in counts
        )

    if weights[0] > tail:
        return 0.0, 1 - bisect(high, 2 * tail * total)
    return bisect(low, tail * total), 1 - bisect(high, tail * total)


def wilson(share: float, trials: int, z: float) -> tuple[float, float]:
    """The rates that a score test does not reject (Wilson 1927), by bisection of the test."""

    def distance(rate):
        return abs(share - rate) - z * math.sqrt(rate * (1 - rate) / trials)

    low, high = (0.0, share), (share, 1.0)
    for _ in range(60):
        middle = (sum(low) / 2, sum(high) / 2)
        low = (middle[0], low[1]) if distance(middle[0]) > 0 else (low[0], middle[0])
        high = (high[0], middle[1]) if distance(middle[1]) > 0 else (middle[1], high[1])
    return (low[1] if share > 0 else 0.0), (high[0] if share < 1 else 1.0)


def advantage_interval(members, others, level: float = 0.95) -> tuple[float, float]:
    """Smirnov's bound below the largest TPR - FPR, the highest of Newcombe's limits above."""
    m, n = len(members), len(others)
    chance = math.sqrt(-math.log((1 - level) / 2) / 2 * (1 / m + 1 / n))
    z = NormalDist().inv_cdf((1 + level) / 2)
    best, upper = 0.0, 0.0
    for threshold in [math.inf, *set(members + others)]:
        tpr = sum(score >= threshold for score in members) / m
        fpr = sum(score >= threshold for score in others) / n
        best = max(best, tpr - fpr)
        above, below = wilson(tpr, m, z)[1] - tpr, fpr - wilson(fpr, n, z)[0]
        upper = max(upper, tpr - fpr + math.hypot(above, below))
    return max(0.0, best - chance), min(1.0, upper)


def share_limits(suspects, members, others, level: float = 0.95) -> tuple[float, float]:
    """The shares of members that a test of three (hits, of) does not reject, by bisection."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    rates = [hits / trials for hits, trials in (suspects, members, others)]
    smooth = [((hits + 2) / (trials + 4), trials + 4) for hits, trials in (suspects, members, others)]
    spread = [share * (1 - share) / trials for share, trials in smooth]

    def is_rejected(share):
        variance = spread[0] + share**2 * spread[1] + (1 - share) ** 2 * spread[2]
        return abs(rates[0] - share * rates[1] - (1 - share) * rates[2]) > z * math.sqrt(variance)

    found = (rates[0] - rates[2]) / (rates[1] - rates[2])
    kept = min(1.0, max(0.0, found))
    ends = []
    for end in (-1e3, 1e3):
        inside, outside = found, end
        for _ in range(80):
            middle = (inside + outside) / 2
            inside, outside = (inside, middle) if is_rejected(middle) else (middle, outside)
        ends.append(inside)
    # A quotient beyond 0 or 1 is moved there, and the end that remains with it.
    low, high = ends[0] - max(0.0, found - kept), ends[1] - min(0.0, found - kept)
    return min(1.0, max(0.0, low)), min(1.0, max(0.0, high))


def delta_bound(right: int, guesses: int, sequences: int, delta: float, level: float = 0.95) -> float:
    """The largest epsilon that so many right guesses refute (Steinke et al. 2023, theorem 5.2)."""

    def p_value(epsilon):
        chance = 1 / (1 + math.exp(-epsilon))
        masses = [binomial(k, guesses, chance) for k in range(guesses + 1)]
        most = max((math.fsum(masses[right - i : right]) / i for i in range(1, right + 1)), default=0)
        return math.fsum(masses[right:]) + 2 * sequences * delta * most

    if p_value(0) >= 1 - level:
        return 0.0
    low, high = 0.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if p_value(middle) < 1 - level else (low, middle)
    return low


def joined(scores, labels, keys) -> dict[str, dict[str, float]]:
    """Scores of groups by harmonic-mean p, mean and maximum; mixed groups are left out."""
    result = {}
    for key in dict.fromkeys(keys):
        rows = [row for row in range(len(keys)) if keys[row] == key]
        if len({labels[row] for row in rows}) > 1:
            continue
        others = [scores[row] for row in range(len(keys)) if labels[row] == 0 and keys[row] != key]
        p = [(1 + sum(other >= scores[row] for other in others)) / (1 + len(others)) for row in rows]
        values = [scores[row] for row in rows]
        result[key] = {
            "label": labels[rows[0]],
            "harmonic-p": -math.log(len(p) / math.fsum(1 / value for value in p)),
            "mean": math.fsum(values) / len(values),
            "max": max(values),
        }
    return result


def figures() -> dict:
    """Invented scores with ties, and what follows from them."""
    numbers = random.Random(12)
    count = 90
    labels = [1] * count + [0] * count
    scores = [round(numbers.gauss(1.2 if label else 0, 1), 1) for label in labels]
    keys = [f"d{row // 3 if row // 3 != count // 3 else 0}" for row in range(2 * count)]
    members, others = scores[:count], scores[count:]
    intervals = [
        {"fpr": fpr, "limits": limits, "interval": tpr_interval(members, others, fpr, limits)}
        for fpr in (0.5, 0.2, 0.05, 0.02)
        for limits in ("mid_p", "clopper_pearson")
    ]
    cases = [(60, 60, 400), (55, 60, 400), (30, 60, 400), (200, 250, 1000), (9, 10, 100)]
    bounds = [
        {
            "right": right, "guesses": guesses, "sequences": sequences, "delta": delta,
            "epsilon": delta_bound(right, guesses, sequences, delta),
        }
        for right, guesses, sequences in cases
        for delta in (0.0, 1e-6, 1e-4, 1e-2)
    ]
    counts = [
        ((90, 300), (80, 100), (10, 100)), ((3, 10), (10, 10), (0, 10)), ((60, 60), (45, 50), (20, 50)),
        ((0, 40), (30, 30), (1, 30)), ((30, 100), (40, 90), (20, 80)),
    ]
    shares = [
        {
            "suspects": suspects, "members": known, "nonMembers": unknown,
            "interval": share_limits(suspects, known, unknown),
        }
        for suspects, known, unknown in counts
    ]
    return {
        "scores": scores, "labels": labels, "keys": keys, "intervals": intervals,
        "bounds": bounds, "groups": joined(scores, labels, keys),
        "advantage": advantage_interval(members, others), "shares": shares,
    }
