#!/usr/bin/env python3
"""Tries weights, powers and aggregations of the shift of log-probability, with an honest split.

Half of an experiment's runs choose, on half of the sequences; the other runs report, on the other half.
So no figure reported is one that the choice could see. Controls take no part. A variant sums a weight
times a power of the shift over the positions where the target became surer, and over those where it
became less sure, and makes one score of the two sums. Needs runs with ranks and log-probabilities.

    python3 Tests/Conformance/grid_search.py EXPERIMENT

prints Markdown: how many variants were tried, the best of them on the choosing half, and for each
reporting run the chosen one, the soft zone and EZ with paired tests (DeLong; p by Holm over the runs).
"""

import argparse
import dataclasses
import json
import math
import pathlib
import tomllib
import zlib

import numpy as np
import reference

POWERS = (0.5, 1.0, 2.0)
SMOOTHINGS = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
SOFT_ZONE = ("(1 - p)^1", 1.0, "ln (P + 0.3)/(N + 0.3)")
SHOWN = 5
TINY = 1e-300


@dataclasses.dataclass
class Evidence:
    """A run's primary sequences, one a row, padded; positions that do not count have no weight."""

    target: np.ndarray
    shifts: np.ndarray
    reference: np.ndarray
    errors: np.ndarray
    counts: np.ndarray
    labels: np.ndarray
    halves: np.ndarray
    ez: np.ndarray


def read(folder):
    """The runs that are no controls: name to evidence."""
    manifest = tomllib.loads((folder / "experiment.toml").read_text())
    methods = {run["name"]: run.get("method") for run in manifest["run"]}
    primary = set(manifest.get("primary", {}).get("split", ()))
    split_of = splits(folder)
    found = {}
    for name, sequences in reference.read_runs(folder):
        if methods[name] in ("control", "pretrained"):
            continue
        kept = {
            key: one
            for key, one in sequences.items()
            if one.get("label", -1) >= 0 and (not primary or split_of.get(key) in primary)
        }
        found[name] = evidence(kept)
    return found


def splits(folder):
    """The split of each sequence by id, from its metadata."""
    manifest = tomllib.loads((folder / "experiment.toml").read_text())
    found = {}
    for file in manifest.get("common", []):
        tensors = reference.read_safetensors(folder / file)
        metas = reference.texts(tensors, "sequence.metas") or []
        for name, meta in zip(reference.texts(tensors, "sequence.ids"), metas):
            found[name.decode()] = json.loads(meta).get("split") if meta else None
    return found


def evidence(sequences):
    """Arrays of sequences; which half one is in depends on its id alone."""
    width = max(len(one["target.logprobs"]) for one in sequences.values())
    shape = (len(sequences), width)
    target, base = np.zeros(shape), np.zeros(shape)
    errors, counts = np.zeros(shape, bool), np.zeros(shape, bool)
    for row, one in enumerate(sequences.values()):
        length = len(one["target.logprobs"])
        target[row, :length] = one["target.logprobs"]
        base[row, :length] = one["reference.logprobs"]
        errors[row, :length] = one["target.ranks"] > 1
        # The first prediction has no context, as in EZ.
        counts[row, 1:length] = np.asarray(one.get("scored", np.ones(length)), bool)[1:]
    # A token that a model deems impossible has no finite shift.
    counts &= np.isfinite(target) & np.isfinite(base)
    target, base = np.where(counts, target, 0), np.where(counts, base, 0)
    return Evidence(
        target,
        target - base,
        base,
        errors,
        counts,
        np.array([one["label"] == 1 for one in sequences.values()]),
        np.array([zlib.crc32(name.encode()) & 1 for name in sequences]),
        np.array(_ez(sequences)),
    )


def _ez(sequences):
    """EZ by the paper's policy as places, so that its classes rank as they should."""
    keys = []
    for one in sequences.values():
        kind, value, up, *_ = reference.ez(one)
        first = {"forced_n0": 1, "forced_no_errors": 2}.get(kind, 0)
        keys.append((first, up if first == 1 else 0.0 if first == 2 else _below(value)))
    places = {key: place for place, key in enumerate(sorted(set(keys)))}
    return [float(places[key]) for key in keys]


def _below(value):
    return -math.inf if math.isnan(value) else value


def weights(one):
    """The 19 weights by name, as arrays of the evidence's shape."""
    doubt, base_doubt = -np.expm1(one.target), -np.expm1(one.reference)
    found = {f"(1 - p)^{power:g}": doubt**power for power in (0.25, 0.5, 0.75, 1, 1.5, 2, 3)}
    found |= {f"(1 - q)^{power:g}": base_doubt**power for power in (0.5, 1, 2)}
    found["(1 - p)(1 - q)"] = doubt * base_doubt
    found["((1 - p) + (1 - q))/2"] = (doubt + base_doubt) / 2
    found["max(1 - p, 1 - q)"] = np.maximum(doubt, base_doubt)
    found["min(1 - p, 1 - q)"] = np.minimum(doubt, base_doubt)
    found["p(1 - p)"] = np.exp(one.target) * doubt
    found["-ln p, at most 5"] = np.minimum(-one.target, 5)
    found["-ln q, at most 5"] = np.minimum(-one.reference, 5)
    found["error zone"] = one.errors.astype(float)
    found["all"] = np.ones_like(doubt)
    return found


def aggregations(up, down, squares, mass):
    """Scores by name from the two sums, the sum of squared terms and the sum of weights."""
    found = {f"ln (P + {s:g})/(N + {s:g})": np.log((up + s) / (down + s)) for s in SMOOTHINGS}
    found["P - N"] = up - down
    found["(P - N)/sum of w"] = (up - down) / np.maximum(mass, TINY)
    found["P/(P + N)"] = np.where(up + down > 0, up / np.maximum(up + down, TINY), 0.5)
    found["(P - N)/(root of squares + 0.3)"] = (up - down) / (np.sqrt(squares) + 0.3)
    found["(P - N)/root of (squares + 1)"] = (up - down) / np.sqrt(squares + 1)
    return found


def variants(one):
    """Every variant of the grid: its weight, power and aggregation, and a score a sequence."""
    for power in POWERS:
        size = np.abs(one.shifts) ** power
        for name, weight in weights(one).items():
            terms = weight * size * one.counts
            up = np.where(one.shifts > 0, terms, 0).sum(axis=1)
            down = np.where(one.shifts < 0, terms, 0).sum(axis=1)
            mass = (weight * one.counts).sum(axis=1)
            for how, scores in aggregations(up, down, (terms**2).sum(axis=1), mass).items():
                yield (name, power, how), scores


def shares(labels, scores):
    """Of members the share of non-members below; of non-members that of members above."""

    def below(values, among):
        among = np.sort(among)
        both = np.searchsorted(among, values, "left") + np.searchsorted(among, values, "right")
        return both / (2 * len(among))

    members, others = scores[labels], scores[~labels]
    return below(members, others), 1 - below(others, members)


def auc(labels, scores):
    """The area under the ROC curve; ties count half."""
    return float(shares(labels, scores)[0].mean())


def difference(labels, first, second):
    """Difference of two AUCs over the same sequences, its standard error and two-sided p (DeLong)."""
    pairs = zip(shares(labels, first), shares(labels, second))
    parts = [a - b for a, b in pairs]
    error = math.sqrt(sum(part.var(ddof=1) / len(part) for part in parts))
    value = float(parts[0].mean())
    p = 1.0 if error == 0 else math.erfc(abs(value) / error / math.sqrt(2))
    return value, error, p


def holm(values):
    """p-values corrected over their family."""
    order = np.argsort(values)
    corrected, highest = [0.0] * len(values), 0.0
    for place, index in enumerate(order):
        highest = max(highest, min(1.0, (len(values) - place) * values[index]))
        corrected[index] = highest
    return corrected


def search(runs):
    """The table of a search: Markdown."""
    names = sorted(runs)
    choosing, reporting = names[::2], names[1::2]
    if not reporting:
        raise SystemExit("a search needs two runs or more with log-probabilities and ranks")
    totals = {}
    for name in choosing:
        one, half = runs[name], runs[name].halves == 0
        for key, scores in variants(one):
            totals[key] = totals.get(key, 0) + auc(one.labels[half], scores[half]) / len(choosing)
    ordered = sorted(totals, key=lambda key: (-totals[key], key))
    chosen = ordered[0]
    lines = [
        _tried(len(ordered), choosing, reporting),
        "",
        "| place | weight | shift to the power of | aggregation | mean AUC, choosing half |",
        "|---|---|---|---|---|",
    ]
    soft = ordered.index(SOFT_ZONE)
    for place in sorted({*range(min(SHOWN, len(ordered))), soft}):
        name, power, how = ordered[place]
        mark = " (soft-ez)" if place == soft else ""
        lines.append(f"| {place + 1} | {name}{mark} | {power:g} | {how} | {totals[ordered[place]]:.4f} |")
    return "\n".join([*lines, "", *_report(runs, reporting, chosen)]) + "\n"


def _tried(count, choosing, reporting):
    return (
        f"{count} variants tried. Chosen on half of the sequences of {len(choosing)} runs"
        f" ({', '.join(choosing)}), reported on the other half of {len(reporting)} others."
    )


def _report(runs, names, chosen):
    rows, p_values = [], []
    for name in names:
        one, half = runs[name], runs[name].halves == 1
        labels = one.labels[half]
        wanted = dict(item for item in variants(one) if item[0] in (chosen, SOFT_ZONE))
        best, soft, ez = wanted[chosen][half], wanted[SOFT_ZONE][half], one.ez[half]
        row = [name, f"{auc(labels, best):.4f}", f"{auc(labels, soft):.4f}", f"{auc(labels, ez):.4f}"]
        pairs = [difference(labels, best, soft), difference(labels, soft, ez)]
        rows.append((row, pairs))
        p_values += [pair[2] for pair in pairs]
    corrected = holm(p_values)
    lines = [
        "| run | chosen | soft-ez | ez | chosen - soft-ez | p (Holm) | soft-ez - ez | p (Holm) |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for number, (row, pairs) in enumerate(rows):
        for place, (value, error, _) in enumerate(pairs):
            low, high = value - 1.96 * error, value + 1.96 * error
            row += [f"{value:+.4f} [{low:+.4f}, {high:+.4f}]", f"{corrected[2 * number + place]:.2g}"]
        lines.append(f"| {' | '.join(row)} |")
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("experiment", type=pathlib.Path)
    print(search(read(parser.parse_args().experiment)), end="")


if __name__ == "__main__":
    main()
