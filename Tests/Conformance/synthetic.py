#!/usr/bin/env python3
"""Invents a tiny experiment with every kind of evidence, so that every attack can be computed.

Nothing in it is real: tokens, texts, distributions and further passes come from a seeded random number
generator. It is for tests of arithmetic only; members differ from non-members by design.
"""

import json

import numpy as np

from sample import text_column, write_safetensors

SEED, VOCABULARY, SHADOWS, NEIGHBORS = 20260117, 40, 6, 4
SYLLABLES = ["ba", "Du", "ké", "Lo", "mi", "Na", "pö", "ru", "Si", "te"]
# Tokens of the tested texts, the shortest first; the last is like the others, but lacks all extras.
LENGTHS = [1, 2, 3, 6, 9, 14, 18, 20, 22, 25, 27, 30, 33, 36, 40, 44, 48, 52, 26, 31, 29, 24, 35, 28]
POPULATION = 12


def log_softmax(logits):
    logits = logits - logits.max(axis=-1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))


def model_columns(name, logprobs, tokens, everything):
    """What one model says about a text, from its log-probabilities over the whole vocabulary."""
    rows, probabilities = np.arange(len(tokens) - 1), np.exp(logprobs)
    true = logprobs[rows, tokens[1:]]
    columns = {f"{name}.logprobs": true.astype("<f4")}
    if everything:
        mean = (probabilities * logprobs).sum(1)
        square = (probabilities * logprobs**2).sum(1)
        columns[f"{name}.ranks"] = (1 + (logprobs > true[:, None]).sum(1)).astype("<i4")
        columns[f"{name}.top1_ids"] = logprobs.argmax(1).astype("<i4")
        columns[f"{name}.top1_logprobs"] = logprobs.max(1).astype("<f4")
        columns[f"{name}.logprob_means"] = mean.astype("<f4")
        columns[f"{name}.logprob_stds"] = np.sqrt(np.maximum(square - mean**2, 0)).astype("<f4")
    return columns


def extra(random, target_mean, reference_mean):
    """Mean log-probabilities of passes that never took place."""

    def around(level, spread, count):
        return [round(float(min(-0.01, value)), 6) for value in level + spread * random.normal(size=count)]

    return {
        "lowercase": around(target_mean - 0.3, 0.1, 1)[0],
        "nonmember_prefix": around(target_mean - 0.2, 0.1, 1)[0],
        "member_prefix": around(target_mean + 0.1, 0.1, 1)[0],
        "neighbors": around(target_mean - 0.4, 0.2, NEIGHBORS),
        "reference_neighbors": around(reference_mean - 0.3, 0.2, NEIGHBORS + 1),
        "shadow_in": around(reference_mean + 0.5, 0.2, SHADOWS),
        "shadow_out": around(reference_mean, 0.2, SHADOWS + 1),
    }


def sequence(random, number, length):
    """One invented text with everything known about it."""
    is_population = number >= len(LENGTHS)
    label = -1 if is_population else number % 2
    tokens = random.integers(0, VOCABULARY, length)
    base = 2.0 * random.normal(size=(length - 1, VOCABULARY))
    base[np.arange(length - 1), tokens[1:]] += 2.5 * (random.random(length - 1) < 0.6)
    tuned = base + 0.5 * random.normal(size=base.shape)
    tuned[np.arange(length - 1), tokens[1:]] += 1.2 if label == 1 else 0.1
    target = model_columns("target", log_softmax(tuned), tokens, True)
    reference = model_columns("reference", log_softmax(base), tokens, False)
    result = {
        "id": f"population-{number}" if is_population else f"text-{number}", "label": label,
        "token_ids": tokens.astype("<i4"), **target, **reference,
        "text": " ".join(SYLLABLES[token % 10] + SYLLABLES[token // 10] for token in tokens),
        "scored": np.ones(length - 1, "u1"), "extra": {},
        "meta": {"population": True} if is_population else {"split": "test"},
    }
    if number % 5 == 3:
        result["scored"][: length // 4] = 0
    if number != len(LENGTHS) - 1:
        means = [
            float(columns["logprobs"].mean()) if length > 1 else -3.0
            for columns in (
                {"logprobs": target["target.logprobs"]}, {"logprobs": reference["reference.logprobs"]})
        ]
        result["extra"] = extra(random, *means)
    return result


def write(folder):
    """Writes the experiment's files."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(SEED)
    lengths = LENGTHS + list(random.integers(12, 40, POPULATION))
    sequences = [sequence(random, number, int(length)) for number, length in enumerate(lengths)]
    shared = text_column("sequence.ids", [entry["id"].encode() for entry in sequences])
    shared["sequence.token_offsets"] = np.cumsum([0, *lengths], dtype=np.int64)

    def joined(name):
        return {name: np.concatenate([entry[name] for entry in sequences])}

    def json_column(name, key):
        entries = [json.dumps(entry[key]).encode() if entry[key] else b"" for entry in sequences]
        return text_column(name, entries)

    write_safetensors(folder / "sequences.safetensors", shared | joined("token_ids") | joined("scored") | {
        "sequence.labels": np.array([entry["label"] for entry in sequences], np.int8),
        **text_column("sequence.texts", [entry["text"].encode() for entry in sequences]),
        **json_column("sequence.metas", "meta"),
    })
    write_safetensors(folder / "base.safetensors", shared | joined("reference.logprobs"))
    columns = ["logprobs", "ranks", "top1_ids", "top1_logprobs", "logprob_means", "logprob_stds"]
    tuned = shared | json_column("extra", "extra")
    for column in columns:
        tuned |= joined(f"target.{column}")
    write_safetensors(folder / "tuned.safetensors", tuned)
    # A corpus that lacks some tokens, the last one among them.
    counts = (1000 / np.arange(1, VOCABULARY)).astype(int)
    listed = [f"{token},{count}" for token, count in enumerate(counts) if token % 9 != 4]
    (folder / "token-frequencies.csv").write_text("\n".join(["token_id,count", *listed]) + "\n")
    (folder / "experiment.toml").write_text(MANIFEST)


MANIFEST = """\
name = "Invented numbers with every kind of evidence"
description = "Seeded random numbers for tests of arithmetic; nothing here came from a model."
common = ["sequences.safetensors"]
token_frequencies = "token-frequencies.csv"

[[reference]]
name = "base"
files = ["base.safetensors"]

[[run]]
name = "tuned"
reference = "base"
files = ["tuned.safetensors"]
"""
