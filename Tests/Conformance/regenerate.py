#!/usr/bin/env python3
"""Regenerates every fixture that the reference implementation is the source of.

    python3 Tests/Conformance/regenerate.py           # writes them
    python3 Tests/Conformance/regenerate.py --check   # writes nothing; fails where they would change

The real sequences in `Tests/ScoringCoreTests/Fixtures` are inputs: their scores are computed anew. The
synthetic experiment beside them is made here, evidence and scores. Scores are compared as numbers,
within 1e-12, since libraries differ in the last digit; everything else byte by byte.
"""

import argparse
import csv
import math
import pathlib
import shutil
import sys
import tempfile

import reference
import synthetic

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "ScoringCoreTests" / "Fixtures"


def make(folder):
    """Writes every fixture below a folder that holds the real sequences."""
    synthetic.write(folder / "synthetic")
    for experiment in (folder, folder / "synthetic"):
        for run, sequences in reference.read_runs(experiment):
            reference.write_run(
                experiment / f"{run}.csv", run, sequences, reference.ATTACKS.split(","))


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


def check():
    """The fixtures that would change, as paths."""
    with tempfile.TemporaryDirectory() as temporary:
        copy = pathlib.Path(temporary) / "Fixtures"
        shutil.copytree(FIXTURES, copy)
        make(copy)
        changed = []
        for path in sorted(path for path in copy.rglob("*") if path.is_file()):
            known = FIXTURES / path.relative_to(copy)
            is_score = path.suffix == ".csv" and "frequencies" not in path.name
            same = known.exists() and (
                same_scores(path, known) if is_score else path.read_bytes() == known.read_bytes())
            if not same:
                changed.append(path.relative_to(copy))
        return changed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="fail where a fixture would change")
    if not parser.parse_args().check:
        return make(FIXTURES)
    changed = check()
    for path in changed:
        print(f"{path} would change")
    sys.exit(1 if changed else 0)


if __name__ == "__main__":
    main()
