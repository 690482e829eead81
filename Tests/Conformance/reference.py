#!/usr/bin/env python3
"""Scores an experiment folder with every attack, in NumPy and float64, straight from the formulas.

This is a second implementation to compare the first with: plain, slow, and sharing no code with it.
It needs Python 3.11 and NumPy, and reads a folder with `experiment.toml` and safetensors files.

    python3 Tests/Conformance/reference.py EXPERIMENT --out FOLDER

writes FOLDER/RUN.csv for every run with per-token evidence. `regenerate.py` runs it for every fixture.
"""

import argparse
import csv
import dataclasses
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
    "ez:aggregate=mean,ez:aggregate=median,ez:aggregate=count-fraction,"
    "ez:zone=rank-gt-5,ez:zone=prob-lt-0.1,ez:zone=target-lowest-20,"
    "ez:zone=reference-lowest-20,ez:zone=all,ez:zone=soft:aggregate=mean,"
    "soft-ez,soft-ez:smoothing=2,soft-ez:first=keep,"
    "ht-style,ht-style:zone=prob-lt-0.1:aggregate=difference,"
    "loss,perplexity,ref-diff,ref-ratio,flora,"
    "zlib,zlib:form=chars,zlib:form=chars-wbc,zlib:form=perplexity-bits,zlib-lora,"
    "min-k:k=20,min-k:k=5,min-k:k=20:window=3,min-k:k=40:window=4:stride=2,"
    "ref-min-k:k=20,ref-min-k:k=5,min-k++:k=20,"
    "gap-k:k=20,gap-k:k=50:window=1,entropy,max-renyi:k=0,max-renyi:k=10,max-renyi:k=100,"
    "surp:k=40,surp:k=20:entropy=1.5,surp:k=40:empty=released,"
    "wbc,wbc:windows=1-2-3,wbc:windows=1,wbc:windows=geometric,"
    "wbc:aggregate=mean,wbc:aggregate=median,wbc:aggregate=min,"
    "dc-pdd,dc-pdd:a=0.5:repeats=all,dc-pdd:a=10:vocabulary=1000,"
    "rmia,rmia:a=0.6:gamma=1.1,rmia:rule=at-least,rmia:models=shadows,"
    "lira,lira:center=mean,lira:variance=global,lira:variance=global-in,lira:signal=log-prob,"
    "lira:mode=offline,lira:mode=offline:offline=two-sided,lira:mode=offline:variance=global,"
    "lowercase,lowercase:form=perplexity,neighborhood,recall,con-recall,con-recall:gamma=0.5,spv"
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
    extras, metas = texts(tensors, "extra"), texts(tensors, "sequence.metas")
    labels = tensors.get("sequence.labels")
    offsets = tensors.get("sequence.token_offsets")
    sequences = {}
    for i, name in enumerate(texts(tensors, "sequence.ids")):
        sequence = sequences[name.decode()] = {}
        if whole_texts is not None:
            sequence["text"] = whole_texts[i]
        if labels is not None:
            sequence["label"] = int(labels[i])
        if extras is not None and extras[i]:
            sequence |= {f"extra.{key}": value for key, value in json.loads(extras[i]).items()}
        if metas is not None and metas[i]:
            sequence["population"] = json.loads(metas[i]).get("population", False)
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
    frequencies = read_frequencies(folder, manifest)
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
        table = Table(list(merged.values()), frequencies)
        for sequence in merged.values():
            sequence["table"] = table
        yield run["name"], merged


@dataclasses.dataclass
class Table:
    """What scores may depend on besides their own sequence."""

    sequences: list
    frequencies: dict


def read_frequencies(folder, manifest):
    """How often each token id occurs in a reference corpus; None if nothing tells."""
    if "token_frequencies" not in manifest:
        return None
    with open(folder / manifest["token_frequencies"], newline="") as file:
        rows = list(csv.reader(file))
    return {int(token): int(count) for token, count in rows if token != "token_id"}


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


def perplexity(sequence):
    kind, mean = loss(sequence)
    return kind, -math.exp(-mean)


def zlib_score(sequence, form="mimir"):
    kind, mean = loss(sequence)
    compressed, characters = len(zlib.compress(sequence["text"], 6)), len(sequence["text"].decode())
    if form == "chars":
        return (kind, mean / (compressed / characters)) if characters else ("undefined", math.nan)
    if form == "chars-wbc":
        return kind, mean / (compressed / (characters + 1e-5) + 1e-5)
    if form == "perplexity-bits":
        return kind, -math.exp(-mean) / (8 * compressed)
    return kind, mean / compressed


def lowest_mean(values, percent):
    kept = len(values) * percent // 100
    return ("ordinary", np.sort(values)[:kept].mean()) if kept else ("too_short", math.nan)


def window_means(values, window, stride):
    starts = range(0, len(values) - window + 1, stride)
    return np.array([values[start : start + window].mean() for start in starts])


def min_k(sequence, k="20", window="1", stride="1"):
    t = sequence["target.logprobs"][scored_positions(sequence)]
    return lowest_mean(window_means(t, int(window), int(stride)), int(k))


def ref_min_k(sequence, k="20"):
    kept = scored_positions(sequence)
    status, target = lowest_mean(sequence["target.logprobs"][kept], int(k))
    return status, target - lowest_mean(sequence["reference.logprobs"][kept], int(k))[1]


def gap_k(sequence, k="20", window="3"):
    kept = scored_positions(sequence)
    gaps = (sequence["target.logprobs"] - sequence["target.top1_logprobs"])[kept]
    return lowest_mean(window_means(gaps, int(window), 1), int(k))


def entropies(sequence):
    return -sequence["target.logprob_means"][scored_positions(sequence)]


def entropy(sequence):
    h = entropies(sequence)
    return ("ordinary", -h.mean()) if len(h) else ("too_short", math.nan)


def max_renyi(sequence, k="10"):
    h = entropies(sequence)
    kept = max(1, len(h) * int(k) // 100)
    return ("ordinary", -np.sort(h)[::-1][:kept].mean()) if len(h) else ("too_short", math.nan)


def surp(sequence, k="40", entropy="2", empty="undefined"):
    t, h = sequence["target.logprobs"][scored_positions(sequence)], entropies(sequence)
    kept = len(t) * int(k) // 100
    low = t <= np.sort(t)[kept - 1] if kept else np.zeros(len(t), bool)
    surprising = t[low & (h < float(entropy))]
    if len(surprising):
        return "ordinary", surprising.mean()
    return ("ordinary", -100.0) if empty == "released" else ("undefined", math.nan)


def min_k_plus_plus(sequence, k="20"):
    kept = scored_positions(sequence)
    t = sequence["target.logprobs"][kept]
    mean = sequence["target.logprob_means"][kept]
    deviation = np.maximum(sequence["target.logprob_stds"][kept], 1e-3)
    return lowest_mean((t - mean) / deviation, int(k))


def wbc(sequence, windows="-".join(map(str, WINDOWS)), aggregate="votes"):
    kept = scored_positions(sequence)
    if len(kept) == 0:
        return "too_short", math.nan
    target_loss = -sequence["target.logprobs"][kept]
    reference_loss = -sequence["reference.logprobs"][kept]
    shares = []
    if windows == "geometric":
        windows = "-".join(str(round(2 * 20 ** (k / 9))) for k in range(10))
    for window in map(int, windows.split("-")):
        width = min(window, len(kept))
        view = np.lib.stride_tricks.sliding_window_view
        target, reference = view(target_loss, width).sum(1), view(reference_loss, width).sum(1)
        if aggregate == "votes":
            shares.append((reference > target).mean())
        else:
            with np.errstate(invalid="ignore"):
                shares.append(getattr(np, aggregate)(reference - target))
    value = float(np.mean(shares))
    return ("non_finite" if math.isnan(value) else "ordinary"), value


def dc_pdd(sequence, a="0.01", repeats="first", vocabulary="0"):
    frequencies = sequence["table"].frequencies
    if frequencies is None:
        raise KeyError("token_frequencies")
    size = int(vocabulary) or max(len(frequencies), max(frequencies) + 1)
    total = sum(frequencies.values()) + size
    seen, values = set(), []
    for position in scored_positions(sequence):
        token = int(sequence["token_ids"][position + 1])
        if repeats == "first" and token in seen:
            continue
        seen.add(token)
        p = math.exp(sequence["target.logprobs"][position])
        f = (frequencies.get(token, 0) + 1) / total
        values.append(min(p * math.log(1 / f), float(a)))
    return ("ordinary", np.mean(values)) if values else ("too_short", math.nan)


def rmia_ratio(sequence, a, models):
    """p(x) under the target over p(x) under all models, those trained on x included."""
    p = math.exp(loss(sequence)[1])
    if models == "shadows":
        out = np.exp(sequence["extra.shadow_out"]).mean()
    else:
        out = math.exp(sequence["reference.logprobs"][scored_positions(sequence)].mean())
    return p / ((1 + a) / 2 * out + (1 - a) / 2)


def rmia(sequence, a="0.3", gamma="1", rule="above", models="reference"):
    population = [other for other in sequence["table"].sequences if other.get("population")]
    ratios = []
    for other in population:
        if len(scored_positions(other)) and (models == "reference" or "extra.shadow_out" in other):
            ratios.append(rmia_ratio(other, float(a), models))
    if not ratios:
        raise KeyError("population")
    if len(scored_positions(sequence)) == 0:
        return "too_short", math.nan
    factors = rmia_ratio(sequence, float(a), models) / np.array(ratios)
    beaten = factors > float(gamma) if rule == "above" else factors >= float(gamma)
    return "ordinary", beaten.mean()


def phi(logprobs, signal):
    logprobs = np.asarray(logprobs, float)
    return logprobs - np.log(-np.expm1(logprobs)) if signal == "logit" else logprobs


def log_density(x, mu, sigma):
    return -((x - mu) ** 2) / (2 * sigma**2) - math.log(sigma) - math.log(2 * math.pi) / 2


def lira(
    sequence, mode="online", center="median", variance="per-example", offline="one-sided", signal="logit"
):
    def gaussian(key, spread_key):
        own = phi(sequence[key], signal)
        spread = own
        if variance != "per-example":
            everyone = [other for other in sequence["table"].sequences if spread_key in other]
            spread = np.concatenate([phi(other[spread_key], signal) for other in everyone])
        return (np.median(own) if center == "median" else own.mean()), spread.std()

    trained = "extra.shadow_in"
    outside = gaussian("extra.shadow_out", trained if variance == "global-in" else "extra.shadow_out")
    inside = gaussian(trained, trained) if mode == "online" else (0, 1)
    kind, mean = loss(sequence)
    if kind != "ordinary":
        return kind, mean
    if outside[1] == 0 or inside[1] == 0:
        return "undefined", math.nan
    x = float(phi(mean, signal))
    if mode == "online":
        return "ordinary", log_density(x, *inside) - log_density(x, *outside)
    if offline == "two-sided":
        return "ordinary", -log_density(x, *outside)
    z = (x - outside[0]) / outside[1]
    # Through the far tail's probability where the other is 1 to the last digit.
    if z > 0:
        return "ordinary", math.log1p(-math.erfc(z / math.sqrt(2)) / 2)
    return "ordinary", math.log(math.erfc(-z / math.sqrt(2)) / 2)


def lowercase(sequence, form="loss"):
    kind, mean = loss(sequence)
    lower = sequence["extra.lowercase"]
    return kind, -math.exp(lower - mean) if form == "perplexity" else -mean / lower


def neighborhood(sequence):
    kind, mean = loss(sequence)
    return kind, mean - np.mean(sequence["extra.neighbors"])


def recall(sequence):
    kind, mean = loss(sequence)
    return kind, sequence["extra.nonmember_prefix"] / mean


def con_recall(sequence, gamma="1"):
    kind, mean = loss(sequence)
    contrast = sequence["extra.nonmember_prefix"] - float(gamma) * sequence["extra.member_prefix"]
    return kind, contrast / mean


def spv(sequence):
    near = np.exp(sequence["extra.neighbors"]).mean()
    far = np.exp(sequence["extra.reference_neighbors"]).mean()
    if len(scored_positions(sequence)) == 0:
        return "too_short", math.nan
    target, reference = means(sequence)
    return "ordinary", (math.exp(target) - near) - (math.exp(reference) - far)


def in_zone(sequence, zone, eligible):
    """A boolean for every position: whether it lies in the zone."""
    t, r = sequence["target.logprobs"], sequence["reference.logprobs"]
    if zone in ("all", "soft"):
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


def ez(
    sequence, zone="error", aggregate="ratio", policy="paper", first="skip", min_errors="2", smoothing="0.3"
):
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
    weights = -np.expm1(t[inside]) if zone == "soft" else np.ones(len(shifts))
    shifts, weights, errors = shifts[weights > 0], weights[weights > 0], len(shifts)
    moved = weights * shifts
    up, down = moved[shifts > 0].sum(), -moved[shifts < 0].sum() + 0.0
    if aggregate == "smoothed-log-ratio" and float(smoothing) == 0:
        aggregate = "log-ratio"
    kind, value = ez_class(zone, aggregate, int(min_errors), eligible.sum(), up, down, errors)
    if kind == "ordinary":
        value = aggregated(aggregate, shifts, weights, up, down, float(smoothing))
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
    if up == 0 and down == 0 and aggregate != "smoothed-log-ratio":
        return "no_movement", math.nan
    if aggregate in ("ratio", "log-ratio") and (down == 0 or (math.isinf(up) and not math.isinf(down))):
        return "forced_n0", math.inf
    return ("ordinary", math.nan) if errors >= minimum else ("insufficient", 0.0)


def weighted_median(shifts, weights):
    """Where half of the weight is reached; between two shifts if exactly half is."""
    if (weights == 1).all():
        return np.median(shifts)
    order = np.argsort(shifts, kind="stable")
    reached = np.cumsum(weights[order])
    place = np.searchsorted(reached, reached[-1] / 2, side="right")
    return shifts[order][min(place, len(shifts) - 1)]


def aggregated(aggregate, shifts, weights, up, down, smoothing):
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "ratio": lambda: up / down,
            "log-ratio": lambda: np.log(up) - np.log(down),
            "smoothed-log-ratio": lambda: np.log(up + smoothing) - np.log(down + smoothing),
            "positive-fraction": lambda: 1.0 if math.isinf(up) and not math.isinf(down) else up / (up + down),
            "difference": lambda: up - down,
            "mean": lambda: (up - down) / weights.sum(),
            "median": lambda: weighted_median(shifts, weights),
            "count-fraction": lambda: weights[shifts > 0].sum() / weights.sum(),
        }[aggregate]()


def soft_ez(sequence, smoothing="0.3", first="skip"):
    return ez(sequence, "soft", "smoothed-log-ratio", "paper", first, "1", smoothing)[:2]


def ht_style(sequence, zone="reference-lowest-20", aggregate="mean"):
    return ez(sequence, zone, aggregate, first="keep", min_errors="1")[:2]


SCORERS = {
    "ez": ez, "soft-ez": soft_ez, "ht-style": ht_style, "loss": loss, "perplexity": perplexity, "ref-diff": ref_diff,
    "ref-ratio": ref_ratio, "flora": ref_ratio, "zlib": zlib_score, "zlib-lora": zlib_score,
    "min-k": min_k, "ref-min-k": ref_min_k, "min-k++": min_k_plus_plus, "gap-k": gap_k, "entropy": entropy,
    "max-renyi": max_renyi, "surp": surp, "wbc": wbc, "dc-pdd": dc_pdd, "rmia": rmia, "lira": lira,
    "lowercase": lowercase, "neighborhood": neighborhood, "recall": recall,
    "con-recall": con_recall, "spv": spv,
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
