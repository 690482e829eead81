#!/usr/bin/env python3
"""Regenerates every fixture that the reference implementation is the source of.

    python3 Tests/Conformance/regenerate.py           # writes them
    python3 Tests/Conformance/regenerate.py --check   # writes nothing; fails where they would change

The real sequences in `Tests/ScoringCoreTests/Fixtures` are inputs: their scores are computed anew. The
synthetic experiment beside them is made here, evidence and scores, and so are intervals, bounds and joined
scores of invented ones (`inference.json`). What continuations reproduce (`extraction.json`), what leaks
(`leaks.json`) and the dumps of other tools (`dumps`) come from `SampleData`. Figures are compared as
numbers, within 1e-12, since libraries differ in the last digit; everything else byte by byte.
"""

import argparse
import csv
import json
import math
import pathlib
import shutil
import sys
import tempfile

import dumps
import extraction
import inference
import leaks
import reference
import synthetic

# Every zone with every aggregate, as canonical spellings.
GRID = [
    "ez" + f":zone={zone}" * (zone != "error") + f":aggregate={aggregate}" * (aggregate != "ratio")
    for zone in (
        "error", "rank-gt-3", "prob-lt-0.1", "target-lowest-40", "reference-lowest-40", "all", "soft")
    for aggregate in (
        "ratio", "log-ratio", "smoothed-log-ratio", "positive-fraction", "count-fraction", "difference", "mean", "median")
]
HERE = pathlib.Path(__file__).resolve().parent
SAMPLE = HERE.parent.parent / "SampleData"
SEQUENCES = "ScoringCoreTests/Fixtures"


def make(tests):
    """Writes every fixture below a folder like `Tests` that holds the real sequences."""
    folder, conformance = tests / SEQUENCES, tests / "Conformance"
    synthetic.write(folder / "synthetic")
    attacks = reference.ATTACKS.split(",")
    for experiment, more in ((folder, []), (folder / "synthetic", GRID)):
        spellings = attacks + [attack for attack in more if attack not in attacks]
        for run, sequences in reference.read_runs(experiment):
            reference.write_run(experiment / f"{run}.csv", run, sequences, spellings)
    figures = json.dumps(extraction.figures(SAMPLE), separators=(",", ":"))
    (conformance / "extraction.json").write_text(figures + "\n")
    spans = leaks.rounded(leaks.figures(SAMPLE, folder / "synthetic"))
    (conformance / "leaks.json").write_text(json.dumps(spans, separators=(",", ":")) + "\n")
    inferred = json.dumps(inference.figures(), separators=(",", ":"))
    (conformance / "inference.json").write_text(inferred + "\n")
    dumps.write(SAMPLE, conformance / "dumps")


def same_scores(one, other):
    with open(one, newline="") as left, open(other, newline="") as right:
        rows, others = list(csv.reader(left)), list(csv.reader(right))
    return [len(row) for row in rows] == [len(row) for row in others] and all(
        same_field(field, more)
        for row, more_row in zip(rows, others) for field, more in zip(row, more_row))


def same_field(one, other):
    if one == other:
        return True
    try:
        return math.isclose(float(one), float(other), rel_tol=1e-12, abs_tol=1e-15)
    except ValueError:
        return False


def same_figures(one, other):
    """Whether two JSON documents hold the same figures under the same names."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_figures(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_figures, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-15)
    return one == other


def same_file(one, other):
    if not other.exists():
        return False
    if one.suffix == ".csv" and "frequencies" not in one.name:
        return same_scores(one, other)
    if one.name in ("extraction.json", "leaks.json", "inference.json"):
        return same_figures(json.loads(one.read_text()), json.loads(other.read_text()))
    return one.read_bytes() == other.read_bytes()


def check():
    """The fixtures that would change, as paths."""
    with tempfile.TemporaryDirectory() as temporary:
        copy = pathlib.Path(temporary)
        shutil.copytree(HERE.parent / SEQUENCES, copy / SEQUENCES)
        (copy / "Conformance").mkdir()
        make(copy)
        files = sorted(path for path in copy.rglob("*") if path.is_file())
        return [
            path.relative_to(copy) for path in files
            if not same_file(path, HERE.parent / path.relative_to(copy))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="fail where a fixture would change")
    if not parser.parse_args().check:
        return make(HERE.parent)
    changed = check()
    for path in changed:
        print(f"{path} would change")
    sys.exit(1 if changed else 0)


if __name__ == "__main__":
    main()
