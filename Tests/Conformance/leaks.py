#!/usr/bin/env python3
"""What extraction takes and which spans leak, from the papers' definitions, in plain Python and NumPy.

A second implementation: every window is looked at, n-grams are tuples in a dictionary, and nothing is
shared with the first.

    python3 Tests/Conformance/leaks.py SampleData > Tests/Conformance/leaks.json
"""

import collections
import fractions
import json
import math
import pathlib
import sys

import numpy as np

from reference import read_runs, read_safetensors, texts

SETTINGS = {"prefix": 25, "suffix": 25, "window": 20, "rank_limit": 20, "probability": 0.5}
SHARED, VERSIONS, MOST = 4, 0.7, 1024.0
RUNS = ("full-e3", "lora-e3", "prefix-e8", "prompt-e8")
# Bits of a text and log2 of the draws: what n draws of it are worth, and how many are needed.
PROBES = ((0.5, 1), (1, 1), (3, 4), (10, 10), (20, 20), (40, 39), (52, 50))


# One sequence at a time


def bits(logprobs):
    return np.minimum(MOST, np.maximum(0.0, -logprobs / math.log(2)))


def eligible(sequence):
    kept = np.array(sequence.get("scored", np.ones(len(sequence["target.logprobs"])))).astype(bool)
    kept[:1] = False
    return kept


def greedy(sequence):
    if "target.ranks" in sequence:
        return np.asarray(sequence["target.ranks"]) == 1
    if "target.top1_ids" in sequence:
        return np.asarray(sequence["target.top1_ids"]) == np.asarray(sequence["token_ids"])[1:]
    return sequence["target.top1_logprobs"] <= sequence["target.logprobs"]


def guess_bits(sequence):
    """Algorithm 2 of Liu, Evans and Xiong: a rank within the limit costs its log, all else −log p."""
    ranks, p = np.asarray(sequence["target.ranks"]), bits(sequence["target.logprobs"])
    return np.where(ranks <= SETTINGS["rank_limit"], np.log2(np.maximum(1, ranks)), p)


def windows(kept, length):
    return [i for i in range(len(kept) - length + 1) if kept[i : i + length].all()]


def measures(sequence):
    kept, right = eligible(sequence), greedy(sequence)
    own, count = right[kept], int(kept.sum())
    first = next(k for k in range(count + 1) if own[k:].all())
    start = SETTINGS["prefix"] - 1
    suffix = slice(start, start + SETTINGS["suffix"])
    whole = start + SETTINGS["suffix"] <= len(kept) and kept[suffix].all()
    length, reference = SETTINGS["window"], bits(sequence["reference.logprobs"])
    base = [reference[i : i + length].sum() for i in windows(kept & right, length)]
    costs = guess_bits(sequence) if "target.ranks" in sequence else None
    least = [costs[i : i + length].sum() for i in windows(kept, length)] if costs is not None else []
    runs = "".join("1" if k and r else " " for k, r in zip(kept, right)).split()
    return {
        "memorized": float(own.mean()), "strength": 1 - first / count,
        "longest_run": max(map(len, runs), default=0),
        "suffix_bits": float(bits(sequence["target.logprobs"])[suffix].sum()) if whole else None,
        "suffix_greedy": bool(right[suffix].all()) if whole else None,
        "window_bits": float(min(least)) if least else None,
        "greedy_window_reference_bits": float(max(base, default=0)),
    }


# Spans


def records(texts):
    """For each text the number of its record: texts that share most of their n-grams are versions of one."""
    grams = {name: {tuple(text[k : k + SHARED]) for k in range(len(text) - SHARED + 1)}
             for name, text in texts.items()}
    numbers = {gram: k for k, gram in enumerate(sorted(set().union(*grams.values())))}
    has = np.zeros((len(grams), len(numbers)), np.float32)
    for row, found in enumerate(grams.values()):
        has[row, [numbers[gram] for gram in found]] = 1
    common, sizes = has @ has.T, has.sum(1)
    either = sizes[:, None] + sizes[None, :] - common
    same = np.divide(common, either, out=np.zeros_like(common), where=either > 0) >= VERSIONS
    np.fill_diagonal(same, True)
    number = np.arange(len(grams))
    while True:
        smaller = np.array([min(number[row], *number[same[row]]) for row in range(len(number))])
        if (smaller == number).all():
            return dict(zip(grams, number.tolist()))
        number = smaller


def own_tokens(sequences):
    """For each sequence which predicted tokens lie in no n-gram that another record has too."""
    tokens = {name: [int(t) for t in s["token_ids"]] for name, s in sequences.items()
              if "token_ids" in s}
    record = records(tokens)
    holders = collections.defaultdict(set)
    for name, text in tokens.items():
        for k in range(len(text) - SHARED + 1):
            holders[tuple(text[k : k + SHARED])].add(record[name])
    result = {}
    for name, text in tokens.items():
        own = np.ones(len(text), bool)
        for k in range(len(text) - SHARED + 1):
            if len(holders[tuple(text[k : k + SHARED])]) > 1:
                own[k : k + SHARED] = False
        result[name] = own[1:]
    return result


def greedy_spans(sequence, counted):
    """Every maximal run of first choices: first token, end, bits the reference needs."""
    inside = eligible(sequence) & greedy(sequence)
    spans, start = [], None
    for place in range(len(inside) + 1):
        if place < len(inside) and inside[place]:
            start = place if start is None else start
        elif start is not None:
            spans.append([start + 1, place + 1, float(counted[start:place].sum())])
            start = None
    return spans


def best_within(sequence, cost, counted, budget):
    """The most bits the reference needs for any window that costs no more than the budget."""
    kept, best = eligible(sequence), 0.0
    for start in range(len(kept)):
        spent = gained = 0.0
        for place in range(start, len(kept)):
            spent += cost[place]
            if not kept[place] or spent > budget:
                break
            gained += counted[place]
            best = max(best, gained)
    return best


def groups(metas):
    found = collections.defaultdict(list)
    for name, meta in metas.items():
        repeats = int(meta.get("duplicates") or 0)
        found[f"x{repeats}" if meta["split"] == "member_dup" else meta["split"]].append(name)
        if meta["split"] == "canary":
            found[f"canary-x{repeats}"].append(name)
    return found


def gains_and_windows(sequences, metas):
    """The tables by kind of sequence: gains over runs of first choices, and windows of a length."""
    own, kinds = own_tokens(sequences), groups(metas)
    reference = {name: bits(s["reference.logprobs"]) for name, s in sequences.items()}

    def best(counted):
        return {n: max((s[2] for s in greedy_spans(sequences[n], counted(n))), default=0.0)
                for n in sequences}

    return {
        "gains": {
            "own": gains(best(lambda n: reference[n] * own[n]), kinds),
            "all": gains(best(lambda n: reference[n]), kinds),
        },
        "windows": {str(length): window_shares(sequences, reference, kinds, length)
                    for length in (12, 20, 32)},
    }


def leaks(sequences, everyone):
    """Spans and the most bits gained by any, with lists in the order of the sequences."""
    own = own_tokens(everyone)
    reference = {name: bits(s["reference.logprobs"]) for name, s in sequences.items()}
    counted = {name: reference[name] * own[name] for name in sequences}
    spans = {name: greedy_spans(s, counted[name]) for name, s in sequences.items()}
    result = {
        "spans": {n: [s for s in found if s[2] >= 40] for n, found in spans.items()
                  if any(s[2] >= 40 for s in found)},
        "best": [max((s[2] for s in spans[n]), default=0.0) for n in sequences],
    }
    for budget in (5, 20):
        result[f"sampling-{budget}"] = [
            best_within(s, bits(s["target.logprobs"]), counted[n], budget)
            for n, s in sequences.items()]
        result[f"ranking-{budget}"] = [
            best_within(s, guess_bits(s), counted[n], budget) for n, s in sequences.items()]
    found = [measures(s) for s in sequences.values()]
    result["measures"] = {key: [entry[key] for entry in found] for key in found[0]}
    return result


def gains(best, kinds):
    """Non-members' 99th percentile and maximum; of every kind the share above all of them."""
    base = np.array([best[n] for n in kinds["nonmember"]])
    return {
        "non_member_99": float(np.quantile(base, 0.99)), "non_member_most": float(base.max()),
        "above": {kind: float(np.mean([best[n] > base.max() for n in names]))
                  for kind, names in kinds.items() if kind != "nonmember"},
    }


def window_shares(sequences, reference, kinds, length):
    """Shares of sequences with a greedy window of a length that costs the reference 40 bits."""
    def has(name):
        inside = eligible(sequences[name]) & greedy(sequences[name])
        return any(reference[name][i : i + length].sum() >= 40 for i in windows(inside, length))

    return {kind: float(np.mean([has(n) for n in names])) for kind, names in kinds.items()}


# Draws


def draws():
    """(n, p)-discoverable extraction by exact fractions: p of n draws, and n for p of one half."""
    result = []
    for cost, exponent in PROBES:
        chance = fractions.Fraction(2.0**-cost)
        n = 2**exponent
        # PrivacyGuard and Hayes and others: 1 − (1 − p_z)^n.
        hit = 1 - (1 - chance) ** n if n <= 2**10 else -math.expm1(n * math.log1p(-float(chance)))
        needed = math.ceil(math.log(0.5) / math.log1p(-float(chance)))
        result.append([cost, exponent, float(hit), math.log2(needed)])
    return result


def figures(sample, synthetic):
    common = read_safetensors(sample / "sequences.safetensors")
    names = [name.decode() for name in texts(common, "sequence.ids")]
    metas = dict(zip(names, (json.loads(meta) for meta in texts(common, "sequence.metas"))))
    result = {"settings": SETTINGS, "draws": draws(), "runs": {}}
    for name, sequences in read_runs(sample):
        if name in RUNS:
            result["runs"][name] = gains_and_windows(sequences, metas)
        if name == RUNS[0]:
            result["sample"] = {"ids": list(sequences)} | leaks(sequences, sequences)
    for name, sequences in read_runs(synthetic):
        kept = {n: s for n, s in sequences.items() if is_whole(s) and eligible(s).any()}
        result["synthetic"] = {"ids": list(kept)} | leaks(kept, sequences)
    return result


def is_whole(sequence):
    return all(key in sequence for key in ("target.logprobs", "reference.logprobs", "token_ids")) and (
        "target.ranks" in sequence)


def rounded(value):
    """Figures to 9 digits: enough to tell two implementations apart, and half the file."""
    if isinstance(value, dict):
        return {key: rounded(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [rounded(entry) for entry in value]
    return float(f"{value:.9g}") if isinstance(value, float) else value


def main():
    here = pathlib.Path(__file__).resolve().parent
    synthetic = here.parent / "ScoringCoreTests/Fixtures/synthetic"
    print(json.dumps(rounded(figures(pathlib.Path(sys.argv[1]), synthetic)), separators=(",", ":")))


if __name__ == "__main__":
    main()
