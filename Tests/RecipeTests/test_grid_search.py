"""The search of the grid that the soft zone's page reports."""

import re
from pathlib import Path

import numpy as np
import pytest

import grid_search
from conformance import reference

SAMPLE = Path(__file__).resolve().parents[2] / "SampleData"


@pytest.fixture(scope="module")
def runs():
    return grid_search.read(SAMPLE)


def test_soft_ez_is_one_of_the_variants(runs):
    name, sequences = next(reference.read_runs(SAMPLE))
    splits = grid_search.splits(SAMPLE)
    ids = [key for key in sequences if splits[key] in ("member", "nonmember")]
    expected = [reference.soft_ez(sequences[key])[1] for key in ids]
    found = dict(grid_search.variants(runs[name]))
    assert found[grid_search.SOFT_ZONE] == pytest.approx(expected, abs=1e-9)
    assert len(found) == 19 * 3 * 11


def test_only_fine_tunings_and_sequences_of_headline_figures_take_part(runs):
    manifest = grid_search.tomllib.loads((SAMPLE / "experiment.toml").read_text())
    methods = {run["name"]: run["method"] for run in manifest["run"]}
    assert runs and not {methods[name] for name in runs} & {"control", "pretrained"}
    for one in runs.values():
        assert (one.labels.sum(), (~one.labels).sum()) == (400, 400)
        assert 0.4 < one.halves.mean() < 0.6


@pytest.mark.parametrize("planted", [0, 1])
def test_what_one_half_shows_is_not_told_of_the_other(planted):
    rng = np.random.default_rng(3)

    def run():
        target = -rng.exponential(2.0, (400, 20))
        labels, halves = rng.random(400) < 0.5, rng.integers(0, 2, 400)
        # Members of one half are learned; those of the other say nothing.
        learned = 2.0 * (labels & (halves == planted))[:, None]
        base = np.minimum(target - rng.normal(size=target.shape) - learned, -1e-3)
        counts = np.ones(target.shape, bool)
        errors = rng.random(target.shape) < 0.5
        return grid_search.Evidence(
            target, target - base, base, errors, counts, labels, halves, rng.random(400)
        )

    text = grid_search.search({name: run() for name in "abcd"})
    assert text.startswith("627 variants tried. Chosen on half of the sequences of 2 runs (a, c)")
    chosen = float(re.search(r"^\| 1 \|.*\| (\d\.\d+) \|$", text, re.M).group(1))
    reported = [float(found) for found in re.findall(r"^\| [bd] \| [\d.]+ \| ([\d.]+)", text, re.M)]
    assert len(reported) == 2
    if planted == 0:
        assert chosen > 0.95 and all(abs(value - 0.5) < 0.16 for value in reported)
    else:
        assert chosen < 0.66 and all(value > 0.9 for value in reported)


def test_holm_corrects_over_the_family():
    assert grid_search.holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


def test_one_run_cannot_choose_and_report(runs):
    with pytest.raises(SystemExit, match="two runs"):
        grid_search.search(dict([next(iter(runs.items()))]))
