#!/usr/bin/env python3
"""Cuts a small experiment out of a large one: a few sequences of some runs, with the columns scoring needs.

    python3 Tests/Conformance/sample.py EXPERIMENT --runs full-e3,lora-e3 --out FOLDER

The sequences are chosen to have the rare cases: every split of `meta`, the most repeated texts (many
of which leave no error, or no downward shift), and canaries.
"""

import argparse
import json
import pathlib
import struct
import tomllib

import numpy as np

from reference import read_safetensors, texts

TARGET = ["logprobs", "ranks", "top1_ids", "top1_logprobs", "logprob_means", "logprob_stds"]
# How many sequences of each split, by how often they were repeated in fine-tuning.
WANTED = {
    ("member", 1): 12, ("nonmember", 0): 12, ("member_dup", 4): 4, ("member_dup", 16): 14,
    ("canary", 1): 2, ("canary", 16): 4, ("canary_control", 0): 2,
}


def write_safetensors(path, tensors):
    types = {"f4": "F32", "i4": "I32", "i8": "I64", "i1": "I8", "u1": "U8"}
    header, blobs, offset = {"__metadata__": {"ezscope": "1"}}, [], 0
    # Widest first, so that every tensor is aligned.
    for name in sorted(tensors, key=lambda name: (-tensors[name].dtype.itemsize, name)):
        data = np.ascontiguousarray(tensors[name])
        header[name] = {
            "dtype": types[data.dtype.str[1:]], "shape": list(data.shape),
            "data_offsets": [offset, offset + data.nbytes],
        }
        blobs.append(data.tobytes())
        offset += data.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    pathlib.Path(path).write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def text_column(name, entries):
    return {
        f"{name}.bytes": np.frombuffer(b"".join(entries), np.uint8),
        f"{name}.offsets": np.cumsum([0, *map(len, entries)], dtype=np.int64),
    }


def choose(metas):
    """The first sequences of every wanted kind."""
    chosen = []
    for (split, repeats), count in WANTED.items():
        found = [
            i for i, meta in enumerate(metas)
            if meta["split"] == split and meta.get("duplicates", 1) == repeats
        ]
        chosen += found[:count]
    return sorted(chosen)


def cut(tensors, chosen, columns):
    """The chosen sequences of a file, with its ids, offsets and the named columns."""
    ids, offsets = texts(tensors, "sequence.ids"), tensors["sequence.token_offsets"]
    lengths = [int(offsets[i + 1] - offsets[i]) for i in chosen]
    result = text_column("sequence.ids", [ids[i] for i in chosen])
    result["sequence.token_offsets"] = np.cumsum([0, *lengths], dtype=np.int64)
    for name in columns:
        if name in tensors:
            shift = 0 if name == "token_ids" else 1
            result[name] = np.concatenate([
                tensors[name][offsets[i] - i * shift : offsets[i + 1] - (i + 1) * shift] for i in chosen
            ])
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("experiment", type=pathlib.Path)
    parser.add_argument("--runs", required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    manifest = tomllib.loads((options.experiment / "experiment.toml").read_text())
    runs = [run for run in manifest["run"] if run["name"] in options.runs.split(",")]
    references = {run["reference"] for run in runs}

    common = read_safetensors(options.experiment / manifest["common"][0])
    metas = texts(common, "sequence.metas")
    chosen = choose([json.loads(meta) for meta in metas])
    sequences = cut(common, chosen, ["token_ids"])
    sequences["sequence.labels"] = common["sequence.labels"][chosen]
    all_texts = texts(common, "sequence.texts")
    sequences |= text_column("sequence.texts", [all_texts[i] for i in chosen])
    sequences |= text_column("sequence.metas", [metas[i] for i in chosen])
    write_safetensors(options.out / "sequences.safetensors", sequences)

    lines = ['name = "Fifty real sequences"', 'common = ["sequences.safetensors"]']
    for name in sorted(references):
        entry = next(entry for entry in manifest["reference"] if entry["name"] == name)
        tensors = read_safetensors(options.experiment / entry["files"][0])
        write_safetensors(
            options.out / f"{name}.safetensors", cut(tensors, chosen, ["reference.logprobs"]))
        lines += ["", "[[reference]]", f'name = "{name}"', f'files = ["{name}.safetensors"]']
    for run in runs:
        name = run["name"]
        tensors = read_safetensors(options.experiment / run["files"][0])
        # First choices repeat what ranks tell: once is enough to compare the two.
        columns = [
            f"target.{column}" for column in TARGET if run is runs[0] or "top1" not in column]
        write_safetensors(options.out / f"{name}.safetensors", cut(tensors, chosen, columns))
        lines += [
            "", "[[run]]", f'name = "{name}"', f'reference = "{run["reference"]}"',
            f'method = "{run["method"]}"', f'files = ["{name}.safetensors"]',
        ]
    (options.out / "experiment.toml").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
