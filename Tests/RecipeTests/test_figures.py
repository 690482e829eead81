import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

import figures
from report import LOWEST, Result, _most_repeated, check


def by_pairs(labels, scores):
    """The share of pairs in the right order: the definition of the AUC."""
    pairs = [(a > b) + (a == b) / 2 for a in scores[labels] for b in scores[~labels]]
    return sum(pairs) / len(pairs)


def estimate(labels, scores):
    found = figures.components(labels, scores)
    return found.auc, found.deviation


@pytest.mark.parametrize("levels", [3, 10, 10_000])
def test_auc_is_the_share_of_pairs_in_order(levels):
    rng = np.random.default_rng(levels)
    labels = rng.random(120) < 0.4
    scores = np.floor(rng.random(120) * levels) + labels * levels / 4
    auc, deviation = estimate(labels, scores)
    assert auc == pytest.approx(by_pairs(labels, scores), abs=1e-12)
    assert auc == pytest.approx(roc_auc_score(labels, scores), abs=1e-12)
    fpr, tpr = figures.roc(labels, scores)
    area = ((tpr[1:] + tpr[:-1]) / 2 * np.diff(fpr)).sum()
    assert area == pytest.approx(auc, abs=1e-12)
    assert 0 < deviation < 0.1


def test_the_interval_covers_as_often_as_it_says():
    rng = np.random.default_rng(1)
    labels = np.arange(200) < 100
    covered = 0
    for _ in range(600):
        low, high = figures.figures(labels, rng.normal(size=200))["auc_interval"]
        covered += low <= 0.5 <= high
    assert 0.92 < covered / 600 < 0.98


def test_one_member_says_nothing():
    labels = np.array([True, False, False])
    assert figures.figures(labels, np.array([2.0, 1.0, 0.0]))["auc_interval"] == [0, 1]


def test_tpr_by_each_convention():
    labels = np.array([True, False, True, True, False, False, False, False, False, False])
    result = figures.figures(labels, -np.arange(10.0))
    assert result["tpr_at_0.05"] == {"achievable": 1 / 3, "interpolated": 1 / 3, "strict": 1 / 3}
    fpr, tpr = figures.roc(labels, -np.arange(10.0))
    assert fpr[0] == tpr[0] == 0 and fpr[-1] == tpr[-1] == 1


def test_classes_of_ez_rank_above_any_value():
    rows = [
        {"ez": "inf", "ez_class": "forced_no_errors", "ez_up": "0"},
        {"ez": "inf", "ez_class": "forced_n0", "ez_up": "2"},
        {"ez": "inf", "ez_class": "forced_n0", "ez_up": "1"},
        {"ez": "1e9", "ez_class": "ordinary", "ez_up": "1"},
        {"ez": "0.0", "ez_class": "insufficient", "ez_up": "0"},
        {"ez": "", "ez_class": "no_movement", "ez_up": "0"},
    ]
    assert (np.diff(figures.ranked(rows, "ez")) < 0).all()


@pytest.mark.parametrize(
    ("facts", "interval", "good"),
    [
        ({"method": "control"}, (0.47, 0.53), True),
        ({"method": "pretrained"}, (0.47, 0.53), True),
        ({"method": "control"}, (0.58, 0.64), False),
        ({"method": "pretrained"}, (0.36, 0.42), False),
        ({"method": "full", "epoch": 3}, (0.9, 0.94), True),
        ({"method": "full", "epoch": 3}, (0.55, 0.65), False),
        ({"method": "full", "epoch": 1}, (0.55, 0.65), True),
        ({"method": "prompt", "epoch": 3}, (0.47, 0.53), True),
    ],
)
def test_an_experiment_without_sense_is_an_error(facts, interval, good):
    figures_of_ez = {"auc": sum(interval) / 2, "auc_interval": interval}
    result = Result({"name": "run", **facts}, [], {"ez": figures_of_ez}, [])
    if good:
        check([result])
    else:
        with pytest.raises(ValueError, match="run: AUC"):
            check([result])


def test_the_lowest_ranked_of_the_most_repeated_texts_is_told():
    kinds = {
        "a": ("member_dup", 16, "inf", "forced_no_errors"),
        # Above two of the three non-members, and with one of them: 2.5 of 3.
        "b": ("member_dup", 16, "1.5", "ordinary"),
        "c": ("member_dup", 4, "-9", "ordinary"),
        "m": ("member", 1, "-9", "ordinary"),
        "x": ("nonmember", 0, "1", "ordinary"),
        "y": ("nonmember", 0, "1.5", "ordinary"),
        "z": ("nonmember", 0, "0.5", "ordinary"),
    }
    rows = [
        dict.fromkeys(LOWEST, score)
        | {"id": name, "ez_class": kind, "ez_up": "0"}
        | {"label": "nonmember" if split == "nonmember" else "member"}
        for name, (split, times, score, kind) in kinds.items()
    ]
    metas = {name: {"split": one[0], "duplicates": one[1]} for name, one in kinds.items()}
    text = _most_repeated([Result({"name": "run"}, rows, {}, [])], metas)
    assert "## Texts trained on 16 times" in text
    assert "| `run` | 1 | 0 | 1 | 0 | 0 |" in text
    assert f"| `run` | {' | '.join(['83.3%'] * len(LOWEST))} |" in text
