#!/usr/bin/env python3
"""What continuations reproduce, how exposed canaries are, which content leaked and how leakage trends.

A second implementation in plain Python and NumPy, float64, sharing no code with the first: tables of
dynamic programming instead of bit-parallel steps, regular expressions instead of scanners.

    python3 Tests/Conformance/extraction.py SampleData > Tests/Conformance/extraction.json
"""

import collections
import csv
import gzip
import json
import math
import pathlib
import re
import sys
import tomllib

import numpy as np

from reference import read_runs, read_safetensors, texts

VERBATIM, NEAR = 50, 0.1
CLASSES = ["secret_like", "digits", "capitalised", "punctuation", "rare", "other"]


# Reproduction


def edit_distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return row[-1]


def common_subsequence(a, b):
    table = np.zeros((len(a) + 1, len(b) + 1), int)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            table[i + 1, j + 1] = table[i, j] + 1 if x == y else max(table[i, j + 1], table[i + 1, j])
    return int(table[-1, -1])


def common_run(a, b):
    best = 0
    for i in range(len(a)):
        for j in range(len(b)):
            n = 0
            while i + n < len(a) and j + n < len(b) and a[i + n] == b[j + n]:
                n += 1
            best = max(best, n)
    return best


def wording(a, b):
    def counts(text):
        raw = re.sub(rb"[A-Z]", lambda m: m.group().lower(), text.encode())
        return collections.Counter(raw[i : i + 3] for i in range(len(raw) - 2))

    x, y = counts(a), counts(b)
    product = sum(n * y[k] for k, n in x.items())
    return product / math.sqrt(sum(n * n for n in x.values()) * sum(n * n for n in y.values()))


def reproduction(entry):
    made, truth = entry["token_ids"], entry["suffix_token_ids"]
    n = min(VERBATIM, len(truth))
    distance = edit_distance(made[:n], truth[:n])
    common = common_subsequence(made[: len(truth)], truth)
    recall, precision = common / len(truth), common / len(made[: len(truth)])
    return {
        "verbatim": made[:n] == truth[:n], "near": distance <= NEAR * n, "edits": distance,
        "run": common_run(made, truth),
        "rouge_l": 2 * recall * precision / (recall + precision) if common else 0.0,
        "wording": wording(entry["text"], entry["suffix_text"]),
    }


# Canaries


def exposures(canaries, controls):
    return [
        math.log2(len(controls) + 1) - math.log2(1 + sum(c >= score for c in controls))
        for score in canaries
    ]


def canary_exposure(sequences, metas, columns):
    values = {}
    for name, meta in metas.items():
        if "canary" in meta:
            start, end = meta["secret_start"] - 1, meta["secret_end"] - 1
            mean = columns(sequences[name])[start:end].mean()
            values[name] = (sequences[name]["label"], meta["duplicates"], mean)
    controls = [mean for label, _, mean in values.values() if label == 0]
    result = {}
    for repeats in (1, 4, 16):
        own = [m for label, d, m in values.values() if label == 1 and d == repeats]
        result[str(repeats)] = float(np.mean(exposures(own, controls)))
    return result


# Token classes

KEY = rb"[A-Za-z0-9\x80-\xff\-+/=_]"


def byte_classes(raw):
    kinds = bytearray(len(raw))
    for i, c in enumerate(raw):
        letter = 65 <= c <= 90 or 97 <= c <= 122 or c >= 128
        kinds[i] = ord("d") if 48 <= c <= 57 else ord("o") if letter else ord("p")
    for word in re.finditer(rb"[A-Za-z\x80-\xff]+", raw):
        if word.group().decode("utf-8", "replace")[0].isupper():
            kinds[word.start() : word.end()] = b"c" * len(word.group())
    for chunk in re.finditer(rb"[^ \t\n\x0b\x0c\r]+", raw):
        text, start = chunk.group(), chunk.start()
        if (b"@" in text and re.match(rb"[^@]*" + KEY + rb"@" + KEY, text)) or (
            b"@" not in text and re.search(rb"://.", text)
        ):
            kinds[start : chunk.end()] = b"s" * len(text)
        else:
            for run in re.finditer(KEY + rb"{6,}", text):
                part = run.group()
                if re.search(rb"[0-9]", part) and re.search(rb"[A-Za-z\x80-\xff]", part):
                    kinds[start + run.start() : start + run.end()] = b"s" * len(part)
    return kinds


def token_classes(ids, vocabulary, rare):
    pieces = [vocabulary[int(i)] for i in ids]
    kinds, end, result = byte_classes(b"".join(pieces)), 0, []
    for token, piece in zip(ids, pieces):
        own = set(kinds[end : end + len(piece)])
        end += len(piece)
        for letter, name in (("s", 0), ("d", 1), ("c", 2)):
            if ord(letter) in own:
                result.append(name)
                break
        else:
            result.append(3 if own <= {ord("p")} else 4 if int(token) in rare else 5)
    return result


def rare_tokens(sequences):
    counts = collections.Counter(int(i) for s in sequences.values() for i in s["token_ids"])
    total, used, limit = sum(counts.values()), 0, 0
    for count in sorted(set(counts.values())):
        used += count * sum(n == count for n in counts.values())
        if used > 0.05 * total:
            break
        limit = count
    return {token for token, n in counts.items() if n <= limit}


def leaked_content(sequences, metas, vocabulary):
    rare = rare_tokens(sequences)
    sums = np.zeros((2, len(CLASSES), 3))
    for name, sequence in sequences.items():
        if metas[name]["split"] not in ("member", "nonmember"):
            continue
        shifts = sequence["target.logprobs"] - sequence["reference.logprobs"]
        kinds = token_classes(sequence["token_ids"], vocabulary, rare)
        for shift, kind in list(zip(shifts, kinds[1:]))[1:]:
            sums[sequence["label"], kind] += (1, max(shift, 0), max(-shift, 0))
    members, others = sums[1], sums[0]
    shift = [(s[:, 1] - s[:, 2]) / s[:, 0] for s in (members, others)]
    excess = shift[0] - shift[1]
    leak = excess * members[:, 0] / members[:, 0].sum()
    return {
        kind: {
            "member_tokens": int(members[i, 0]), "non_member_tokens": int(others[i, 0]),
            "member_shift": shift[0][i], "non_member_shift": shift[1][i], "excess": excess[i],
            "excess_share": leak[i] / leak.sum(),
            "up_share": members[i, 1] / members[:, 1].sum(),
            "down_share": members[i, 2] / members[:, 2].sum(),
        }
        for i, kind in enumerate(CLASSES)
    }


# Trends


def auc(members, others):
    m, n = np.asarray(members)[:, None], np.asarray(others)[None, :]
    return float(((m > n) + 0.5 * (m == n)).mean())


def read_scores(path):
    """Label and EZ by id; edge cases stand above all numbers, by what moved up."""
    edges = {"forced_n0": 1e6, "forced_no_errors": 1e9}
    with gzip.open(path, "rt") as file:
        return {
            row["id"]: (
                row["label"] == "member",
                edges[row["ez_class"]] + float(row["ez_up"])
                if row["ez_class"] in edges else float(row["ez"]),
            )
            for row in csv.DictReader(file)
        }


def epoch_trend(folder):
    """EZ's AUC of full fine-tuning on base-main at 1, 3 and 5 epochs, and of LoRA at 3."""
    names = ("full-e1", "full-e3", "full-e5", "lora-e3")
    scores = {name: read_scores(folder / "scores" / f"{name}.csv.gz") for name in names}
    shared = set.intersection(*(set(s) for s in scores.values()))
    areas = {
        name: auc(*([s[i][1] for i in shared if s[i][0] == side] for side in (True, False)))
        for name, s in scores.items()
    }
    slope = np.polyfit([1, 3, 5], [areas[f"full-e{e}"] for e in (1, 3, 5)], 1)[0]
    return {
        "shared": len(shared), "auc": areas, "slope": float(slope),
        "lora_off_full": areas["lora-e3"] - areas["full-e3"],
    }


def figures(folder):
    """Everything computed from an experiment's continuations, canaries and runs, as one document."""
    manifest = tomllib.loads((folder / "experiment.toml").read_text())
    common = read_safetensors(folder / manifest["common"][0])
    names = [name.decode() for name in texts(common, "sequence.ids")]
    metas = dict(zip(names, (json.loads(meta) for meta in texts(common, "sequence.metas"))))
    vocabulary = dict(zip(common["vocabulary.ids"].tolist(), texts(common, "vocabulary.texts")))
    runs = dict(read_runs(folder))
    result = {"epochs": epoch_trend(folder)}
    for name in ("full-e3", "lora-e3"):
        tensors = read_safetensors(folder / f"{name}.safetensors")
        found = {
            i.decode(): reproduction(json.loads(entry)[0])
            for i, entry in zip(texts(tensors, "sequence.ids"), texts(tensors, "continuations")) if entry
        }
        sequences = runs[name]
        result[name] = {
            "continuations": found,
            "exposure": {
                "log_probability": canary_exposure(sequences, metas, lambda s: s["target.logprobs"]),
                "shift": canary_exposure(
                    sequences, metas, lambda s: s["target.logprobs"] - s["reference.logprobs"]),
            },
            "content": leaked_content(sequences, metas, vocabulary),
        }
        repeated = [
            f for i, f in found.items()
            if metas[i]["split"] == "member_dup" and metas[i]["duplicates"] == 16]
        result[name]["repeated_16"] = {"of": len(repeated), "verbatim": sum(f["verbatim"] for f in repeated)}
    return result


def main():
    print(json.dumps(figures(pathlib.Path(sys.argv[1])), separators=(",", ":")))


if __name__ == "__main__":
    main()
