#!/usr/bin/env python3
"""Scores an experiment folder with every attack, in NumPy and float64, straight from the formulas.

This is a second implementation to compare the first with: plain, slow, and sharing no code with it.
It needs Python 3.11 and NumPy, and reads a folder with `experiment.toml` and safetensors files.

    python3 Tests/Conformance/reference.py EXPERIMENT --out FOLDER

writes FOLDER/RUN.csv for every run with per-token evidence.
"""

import argparse
import csv
import json
import math
import pathlib
import struct
import sys
import tomllib
import zlib

import numpy as np

ATTACKS = (
    "ez,ez:policy=released,ez:first=keep,ez:min-errors=40,"
    "ez:aggregate=log-ratio,ez:aggregate=positive-fraction,ez:aggregate=difference,"
    "ez:aggregate=mean,ez:aggregate=median,"
    "ez:zone=rank-gt-5,ez:zone=prob-lt-0.1,ez:zone=target-lowest-20,"
    "ez:zone=reference-lowest-20,ez:zone=all,"
    "loss,ref-diff,ref-ratio,zlib,min-k:k=20,min-k:k=5,wbc,wbc:windows=1-2-3,min-k++:k=20"
)
LABELS = {1: "member", 0: "non-member", -1: "unknown"}
WINDOWS = (2, 3, 4, 6, 9, 13, 18, 25, 32, 40)


# Reading


def read_safetensors(path):
    """The tensors of a file by name."""
    types = {"F32": "<f4", "I32": "<i4", "I64": "<i8", "I8": "i1", "U8": "u1", "BOOL": "u1"}
    raw = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    tensors = {}
    for name, entry in json.loads(raw[8 : 8 + length]).items():
        if name != "__metadata__":
            start, end = entry["data_offsets"]
            data = raw[8 + length + start : 8 + length + end]
            tensors[name] = np.frombuffer(data, types[entry["dtype"]])
    return tensors


def texts(tensors, name):
    """The entries of a text column, as bytes; None if the file has none."""
    if f"{name}.bytes" not in tensors:
        return None
    data, offsets = tensors[f"{name}.bytes"].tobytes(), tensors[f"{name}.offsets"]
    return [data[a:b] for a, b in zip(offsets, offsets[1:])]


def read_sequences(path):
    """The sequences of a file: id to a dictionary of columns."""
    tensors = read_safetensors(path)
    whole_texts = texts(tensors, "sequence.texts")
    labels = tensors.get("sequence.labels")
    offsets = tensors.get("sequence.token_offsets")
    sequences = {}
    for i, name in enumerate(texts(tensors, "sequence.ids")):
        sequence = sequences[name.decode()] = {}
        if whole_texts is not None:
            sequence["text"] = whole_texts[i]
        if labels is not None:
            sequence["label"] = int(labels[i])
        if offsets is None:
            continue
        start, end = int(offsets[i]), int(offsets[i + 1])
        if "token_ids" in tensors:
            sequence["token_ids"] = tensors["token_ids"][start:end]
        for column in tensors:
            if column == "scored" or column.startswith(("target.", "reference.")):
                values = tensors[column][start - i : end - i - 1]
                if not is_missing(column, values):
                    sequence[column] = values.astype(np.float64) if values.dtype.kind == "f" else values
    return sequences


def is_missing(column, values):
    """Whether a record lacks a column that its file has: its first value says so."""
    if len(values) == 0 or column == "scored":
        return False
    if values.dtype.kind == "f":
        return bool(np.isnan(values[0]))
    return values[0] == 0 if column.endswith(".ranks") else values[0] < 0


def read_runs(folder):
    """Each run's name and its sequences, merged by id from the files it names."""
    manifest = tomllib.loads((folder / "experiment.toml").read_text())
    references = {entry["name"]: entry for entry in manifest.get("reference", [])}
    for run in manifest.get("run", []):
        if "files" not in run:
            continue
        files = manifest.get("common", []) + run["files"]
        if "reference" in run:
            files = files + references[run["reference"]]["files"]
        merged = {}
        for file in files:
            for name, columns in read_sequences(folder / file).items():
                known = merged.setdefault(name, {})
                for column, values in columns.items():
                    if column in known and not np.array_equal(known[column], values):
                        sys.exit(f"{folder / file}: {column} of {name} differs from another file's")
                    known[column] = values
        yield run["name"], merged


# Attacks: each gives a class and a value; a class without a value has NaN.


def scored_positions(sequence):
    positions = len(sequence["target.logprobs"])
    return np.flatnonzero(sequence.get("scored", np.ones(positions)))


def loss(sequence):
    t = sequence["target.logprobs"][scored_positions(sequence)]
    return ("ordinary", t.mean()) if len(t) else ("too_short", math.nan)


def means(sequence):
    kept = scored_positions(sequence)
    return sequence["target.logprobs"][kept].mean(), sequence["reference.logprobs"][kept].mean()


def ref_diff(sequence):
    if len(scored_positions(sequence)) == 0:
        return "too_short", math.nan
    target, reference = means(sequence)
    return "ordinary", target - reference


def ref_ratio(sequence):
    if len(scored_positions(sequence)) == 0:
        return "too_short", math.nan
    target, reference = means(sequence)
    return ("ordinary", -target / reference) if reference != 0 else ("undefined", math.nan)


def zlib_score(sequence):
    kind, mean = loss(sequence)
    return kind, mean / len(zlib.compress(sequence["text"], 6))


def lowest_mean(values, percent):
    kept = len(values) * percent // 100
    return ("ordinary", np.sort(values)[:kept].mean()) if kept else ("too_short", math.nan)


def min_k(sequence, k="20"):
    return lowest_mean(sequence["target.logprobs"][scored_positions(sequence)], int(k))


def min_k_plus_plus(sequence, k="20"):
    kept = scored_positions(sequence)
    t = sequence["target.logprobs"][kept]
    mean = sequence["target.logprob_means"][kept]
    deviation = sequence["target.logprob_stds"][kept]
    spread = deviation > 0
    if len(t) and not spread.any():
        return "undefined", math.nan
    return lowest_mean((t[spread] - mean[spread]) / deviation[spread], int(k))


def wbc(sequence, windows="-".join(map(str, WINDOWS))):
    kept = scored_positions(sequence)
    if len(kept) == 0:
        return "too_short", math.nan
    target_loss = -sequence["target.logprobs"][kept]
    reference_loss = -sequence["reference.logprobs"][kept]
    shares = []
    for window in map(int, windows.split("-")):
        width = min(window, len(kept))
        view = np.lib.stride_tricks.sliding_window_view
        wins = view(reference_loss, width).sum(1) > view(target_loss, width).sum(1)
        shares.append(wins.mean())
    return "ordinary", float(np.mean(shares))


def in_zone(sequence, zone, eligible):
    """A boolean for every position: whether it lies in the zone."""
    t, r = sequence["target.logprobs"], sequence["reference.logprobs"]
    if zone == "all":
        return eligible
    if zone == "error":
        if "target.ranks" in sequence:
            return eligible & (sequence["target.ranks"] != 1)
        if "target.top1_ids" in sequence and "token_ids" in sequence:
            return eligible & (sequence["target.top1_ids"] != sequence["token_ids"][1:])
        return eligible & (sequence["target.top1_logprobs"] > t)
    kind, _, limit = zone.rpartition("-")
    if kind == "rank-gt":
        return eligible & (sequence["target.ranks"] > int(limit))
    if kind == "prob-lt":
        return eligible & (np.exp(t) < float(limit))
    values = {"target-lowest": t, "reference-lowest": r}[kind]
    kept = eligible.sum() * int(limit) // 100
    if kept == 0:
        return np.zeros_like(eligible)
    return eligible & (values <= np.sort(values[eligible])[kept - 1])


def ez(sequence, zone="error", aggregate="ratio", policy="paper", first="skip", min_errors="2"):
    """The class, the value, P, N and the number of positions in the zone."""
    t, r = sequence["target.logprobs"], sequence["reference.logprobs"]
    eligible = np.zeros(len(t), bool)
    eligible[scored_positions(sequence)] = True
    if first == "skip":
        eligible[:1] = False
    eligible &= ~(np.isneginf(t) & np.isneginf(r))
    inside = in_zone(sequence, zone, eligible)
    with np.errstate(invalid="ignore"):
        shifts = (t - r)[inside]
    up, down, errors = shifts[shifts > 0].sum(), -shifts[shifts < 0].sum() + 0.0, len(shifts)
    kind, value = ez_class(zone, aggregate, int(min_errors), eligible.sum(), up, down, errors)
    if kind == "ordinary":
        value = aggregated(aggregate, shifts, up, down)
        if math.isnan(value):
            kind = "non_finite"
    if policy == "released" and (kind != "ordinary" or down == 0 or errors < int(min_errors)):
        kind, value = "zeroed", 0.0
    return kind, value, up, down, errors


def ez_class(zone, aggregate, minimum, eligible, up, down, errors):
    if eligible == 0:
        return "insufficient", 0.0
    if errors == 0:
        # The lowest percent of few positions is no position: that says nothing of the target.
        return ("insufficient", 0.0) if "lowest" in zone else ("forced_no_errors", math.inf)
    if up == 0 and down == 0:
        return "no_movement", math.nan
    if aggregate in ("ratio", "log-ratio") and (down == 0 or (math.isinf(up) and not math.isinf(down))):
        return "forced_n0", math.inf
    return ("ordinary", math.nan) if errors >= minimum else ("insufficient", 0.0)


def aggregated(aggregate, shifts, up, down):
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "ratio": lambda: up / down,
            "log-ratio": lambda: np.log(up) - np.log(down),
            "positive-fraction": lambda: 1.0 if math.isinf(up) and not math.isinf(down) else up / (up + down),
            "difference": lambda: up - down,
            "mean": lambda: (up - down) / len(shifts),
            "median": lambda: np.median(shifts),
        }[aggregate]()


SCORERS = {
    "ez": ez, "loss": loss, "ref-diff": ref_diff, "ref-ratio": ref_ratio, "zlib": zlib_score,
    "min-k": min_k, "min-k++": min_k_plus_plus, "wbc": wbc,
}


# Writing


def parse(spelling):
    """The scorer and the parameters of a spelling such as `min-k:k=10`."""
    name, *settings = spelling.split(":")
    parameters = dict(setting.split("=", 1) for setting in settings)
    return SCORERS[name], {key.replace("-", "_"): value for key, value in parameters.items()}


def write_run(path, run, sequences, spellings):
    """Writes one run's scores; columns whose evidence is missing everywhere are left out."""
    rows, columns = [], {}
    for name, sequence in sequences.items():
        row = {"run": run, "id": name, "label": LABELS[sequence.get("label", -1)]}
        for spelling in spellings:
            scorer, parameters = parse(spelling)
            try:
                kind, value, *zone = scorer(sequence, **parameters)
            except KeyError:
                continue
            row[spelling] = "" if math.isnan(value) else repr(float(value))
            columns[spelling] = None
            if spelling == "ez":
                more = {"ez_class": kind, "ez_up": zone[0], "ez_down": zone[1], "ez_errors": zone[2]}
                row.update(more)
                columns.update(dict.fromkeys(more))
        rows.append(row)
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, ["run", "id", "label", *columns], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("experiment", type=pathlib.Path, help="a folder with experiment.toml")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="where to write RUN.csv")
    parser.add_argument("--attacks", default=ATTACKS, help="spellings joined by commas")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for run, sequences in read_runs(options.experiment):
        write_run(options.out / f"{run}.csv", run, sequences, options.attacks.split(","))


if __name__ == "__main__":
    main()
