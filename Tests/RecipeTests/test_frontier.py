import numpy as np
import pytest

import figures
from frontier import Checkpoint, Point, at, compare, contrast, front, holm, points


def point(loss, leakage, method="a"):
    name = f"{method} {loss:g}"
    return Point(method, name, (name,), loss, None, leakage)


def test_a_front_is_what_nothing_beats_in_both():
    every = [point(3, 0.6), point(2, 0.7), point(2.5, 0.9), point(2, 0.8), point(1, 0.9)]
    assert [(one.loss, one.leakage) for one in front(every)] == [(1, 0.9), (2, 0.7), (3, 0.6)]
    assert front([]) == []


def test_a_curve_is_not_drawn_on():
    curve = front([point(1, 0.9), point(2, 0.7), point(4, 0.6)])
    assert at(curve, 0.99) is None and at([], 1) is None
    assert at(curve, 1) == {"a 1": 1, "a 2": 0}
    assert at(curve, 3) == {"a 2": 0.5, "a 4": 0.5}
    assert at(curve, 4) == at(curve, 40) == {"a 4": 1}


def checkpoint(run, loss, shift, seed, method, setting=None, count=4000):
    """Runs over the same sequences: what is noise in one is in another as well."""
    labels = np.arange(count) % 2 == 0
    shared = np.random.default_rng(0).normal(size=count)
    own = np.random.default_rng(seed).normal(size=count)
    found = figures.components(labels, shared + 0.3 * own + shift * labels)
    return Checkpoint(run, method, setting or run, loss, 0.01, found)


def test_seeds_are_one_point_and_no_lucky_one_is_picked():
    checkpoints = [
        checkpoint("a1", 1.0, 1.0, 1, "a", "a"),
        checkpoint("a2", 1.2, 0.4, 2, "a", "a"),
    ]
    (found,) = points(checkpoints)
    aucs = [one.leakage.auc for one in checkpoints]
    assert found.leakage == pytest.approx(np.mean(aucs)) and found.loss == pytest.approx(1.1)
    assert found.runs == ("a1", "a2") and found.loss_error == 0.01


def test_the_method_that_leaks_less_is_found_and_one_alike_is_not():
    checkpoints = [
        checkpoint("low", 1.0, 1.2, 1, "leaky"),
        checkpoint("high", 2.0, 0.8, 2, "leaky"),
        checkpoint("other", 1.5, 0.4, 3, "tight"),
        checkpoint("same low", 1.0, 1.2, 4, "alike"),
    ]
    found = {(one.point.setting, one.against): one for one in compare(checkpoints)}
    # `tight` never has a loss as low as 1.0, and nothing is said of it there.
    assert ("low", "tight") not in found
    assert found["other", "leaky"].difference < 0 and found["other", "leaky"].holm < 1e-6
    assert found["high", "tight"].difference > 0 and found["high", "tight"].holm < 1e-6
    assert found["low", "alike"].holm > 0.05
    one = found["other", "leaky"]
    assert one.interval[0] < one.difference < one.interval[1]
    assert one.there == pytest.approx(one.point.leakage - one.difference)


def test_differences_are_paired():
    first, second = checkpoint("a", 1, 0.8, 1, "a"), checkpoint("b", 1, 0.8, 2, "b")
    leakage = {"a": first.leakage, "b": second.leakage}
    _, paired = contrast({"a": 1, "b": -1}, leakage)
    assert paired < 0.6 * np.hypot(first.leakage.deviation, second.leakage.deviation)
    value, alone = contrast({"a": 1}, leakage)
    assert value == pytest.approx(first.leakage.auc)
    assert alone == pytest.approx(first.leakage.deviation)


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []
