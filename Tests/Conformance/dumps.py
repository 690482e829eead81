#!/usr/bin/env python3
"""Writes what two models said of six short texts in the format of every tool whose dumps are read.

    python3 Tests/Conformance/dumps.py SampleData --run full-e3 --out Tests/Conformance/dumps

Needs Python 3.11 and NumPy. The values are those of the sample experiment, so that every format that
carries the evidence must give the same scores. Among the texts are one without any error position and
one with a single one. Where a format has no ids, the reference's records are in another order.
"""

import argparse
import gzip
import json
import pathlib

import numpy as np

from reference import read_safetensors, texts

WANTED = ["member-00000", "member-00001", "member-dup-16x-09", "member-dup-16x-24",
          "nonmember-00000", "nonmember-00001"]
LENGTH = 32


class Text:
    """One text, its tokens, and what both models said of them."""

    def __init__(self, place, name, sequences, words, target, reference):
        offsets = sequences["sequence.token_offsets"]
        first, position = int(offsets[place]), int(offsets[place]) - place
        self.id, self.label = name, int(sequences["sequence.labels"][place])
        self.ids = sequences["token_ids"][first : first + LENGTH].tolist()
        self.words = [words[i] for i in self.ids]
        self.text = b"".join(self.words).decode()
        cut = slice(position, position + LENGTH - 1)
        self.target = {key[7:]: target[key][cut] for key in target if key.startswith("target.")}
        self.reference = {
            key[10:]: reference[key][cut] for key in reference if key.startswith("reference.")
        }
        self.words_of = words

    def said(self, side):
        return self.target if side == "target" else self.reference


def number(value):
    """A float32 with all its digits."""
    return float(np.float64(value))


def lines(path, records, compress=False):
    data = "".join(json.dumps(record) + "\n" for record in records).encode()
    # No time in the header, so that the file is the same every time.
    path.write_bytes(gzip.compress(data, mtime=0) if compress else data)


def columns(said):
    names = ["logprobs", "ranks", "top1_ids", "top1_logprobs", "logprob_means", "logprob_stds"]
    return {n: [int(v) if "ids" in n or n == "ranks" else number(v) for v in said[n]]
            for n in names if n in said}


def native(out, rows):
    lines(out / "native.jsonl", [
        {"id": r.id, "label": r.label, "text": r.text, "token_ids": r.ids,
         "tokens": [w.decode() for w in r.words],
         "target": columns(r.target), "reference": columns(r.reference)}
        for r in rows])


def vllm(out, side, rows):
    """RequestOutput with prompt_logprobs=0, as dataclasses.asdict writes it: no ids but the server's."""
    def record(place, r):
        said = r.said(side)
        # The sample's reference has no ranks; a null is what a server without them writes.
        ranks = said["ranks"].tolist() if "ranks" in said else [None] * (LENGTH - 1)
        entries = [None] + [
            {str(i): {"logprob": number(p), "rank": k, "decoded_token": w.decode()}}
            for i, w, p, k in zip(r.ids[1:], r.words[1:], said["logprobs"], ranks)]
        return {"request_id": str(place), "prompt": r.text, "prompt_token_ids": r.ids,
                "prompt_logprobs": entries, "finished": True,
                "outputs": [{"index": 0, "text": " x", "token_ids": [5], "logprobs": None}]}
    ordered = rows if side == "target" else rows[::-1]
    lines(out / f"vllm-{side}.jsonl", [record(i, r) for i, r in enumerate(ordered)])


def candidates(r, said, j):
    """The first choice and the true token, best first; one if they are the same."""
    true = (r.ids[j + 1], number(said["logprobs"][j]), int(said["ranks"][j]) if "ranks" in said else None)
    if true[2] is None or true[2] == 1:
        return [true]
    return [(int(said["top1_ids"][j]), number(said["top1_logprobs"][j]), 1), true]


def vllm_batch(out, side, rows):
    """The batch runner's answers with prompt_logprobs=1 in the choice; the user's id is custom_id."""
    def record(r):
        said = r.said(side)
        entries = [None] + [
            {str(i): {"logprob": p, "rank": k, "decoded_token": r.words_of[i].decode()}
             for i, p, k in candidates(r, said, j)}
            for j in range(LENGTH - 1)]
        choice = {"index": 0, "text": " x", "logprobs": None, "finish_reason": "length",
                  "stop_reason": None, "prompt_logprobs": entries, "prompt_token_ids": r.ids}
        body = {"id": "cmpl-" + r.id[-3:], "object": "text_completion", "choices": [choice],
                "usage": {"prompt_tokens": LENGTH, "completion_tokens": 1}}
        return {"id": "vllm-1", "custom_id": r.id, "text": r.text,
                "response": {"status_code": 200, "request_id": "x", "body": body}, "error": None}
    lines(out / f"vllm-batch-{side}.jsonl", [record(r) for r in rows])


def vllm_old(out, side, rows):
    """Before 0.4: bare numbers, here with prompt_logprobs=1."""
    lines(out / f"vllm-old-{side}.jsonl", [
        {"id": r.id, "prompt": r.text, "prompt_token_ids": r.ids,
         "prompt_logprobs": [None] + [
             {str(i): p for i, p, _ in candidates(r, r.said(side), j)} for j in range(LENGTH - 1)]}
        for r in rows])


def echo(r, side, spell):
    """The lists of a completion with the prompt echoed; logprobs: 1 for the target, 0 otherwise."""
    said, top = r.said(side), side == "target"
    offsets, tops = [0], [None]
    for word in r.words[:-1]:
        offsets.append(offsets[-1] + len(word.decode()))
    for j in range(LENGTH - 1):
        tops.append({spell(i, r.words_of[i]): p for i, p, _ in candidates(r, said, j)})
    return {"tokens": [spell(i, w) for i, w in zip(r.ids, r.words)],
            "token_logprobs": [None] + [number(p) for p in said["logprobs"]],
            "top_logprobs": tops if top else None, "text_offset": offsets}


def completion(r, logprobs, prompt_tokens, completion_tokens, extra=None):
    return {"id": "cmpl-" + r.id[-3:], "object": "text_completion", "model": "m",
            "choices": [{"index": 0, "text": r.text + " x", "finish_reason": "length",
                         "logprobs": logprobs} | (extra or {})],
            "usage": {"prompt_tokens": prompt_tokens, "completion_tokens": completion_tokens}}


def generated(logprobs, spelled):
    """Adds the token that max_tokens=1 generates."""
    logprobs["tokens"].append(spelled)
    logprobs["token_logprobs"].append(-0.5)
    if logprobs["top_logprobs"] is not None:
        logprobs["top_logprobs"].append({spelled: -0.5})
    logprobs["text_offset"].append(logprobs["text_offset"][-1] + 2)
    return logprobs


def completions(out, side, rows):
    plain = lambda i, word: word.decode()
    numbered = lambda i, word: f"token_id:{i}"
    ordered = rows if side == "target" else rows[::-1]
    lines(out / f"openai-{side}.jsonl", [
        completion(r, generated(echo(r, side, plain), " x"), LENGTH, 1) for r in ordered])
    # vLLM counts a generated token that max_tokens=0 leaves out of the lists.
    lines(out / f"vllm-completions-{side}.jsonl", [
        {"id": r.id, "response": completion(
            r, echo(r, side, numbered), LENGTH, 1, {"stop_reason": None, "prompt_logprobs": None})}
        for r in rows])
    # llama-cpp-python counts a beginning-of-text token that it leaves out of the lists.
    (out / f"llama-cpp-python-{side}.json").write_text(json.dumps(
        [{"id": r.id, "response": completion(r, generated(echo(r, side, plain), " x"), LENGTH + 1, 1)}
         for r in rows], indent=1))


def sglang(out, side, rows):
    def record(r, top):
        said = r.said(side)
        entries = [[None, r.ids[0], None]] + [
            [number(p), i, None] for i, p in zip(r.ids[1:], said["logprobs"])]
        meta = {"id": "abc", "prompt_tokens": LENGTH, "completion_tokens": 0,
                "input_token_logprobs": entries}
        if top:
            meta["input_top_logprobs"] = [None] + [
                [[p, i, None] for i, p, _ in candidates(r, said, j)][:1] for j in range(LENGTH - 1)]
        return {"id": r.id, "text": r.text, "output": {"text": " x", "meta_info": meta}}

    def old(r):
        result = record(r, False)
        meta = result["output"]["meta_info"]
        meta["input_token_logprobs"] = [entry[:2] for entry in meta["input_token_logprobs"]]
        return result
    lines(out / f"sglang-{side}.jsonl", [record(r, side == "target") for r in rows])
    lines(out / f"sglang-old-{side}.jsonl", [old(r) for r in rows])


def tgi(out, side, rows):
    def record(r):
        logprobs = [None] + [number(p) for p in r.said(side)["logprobs"]]
        prefill = [{"id": i, "logprob": p, "text": w.decode()}
                   for i, p, w in zip(r.ids, logprobs, r.words)]
        return [{"inputs": r.text, "generated_text": " x",
                 "details": {"finish_reason": "length", "generated_tokens": 1, "prefill": prefill,
                             "tokens": [{"id": 5, "logprob": -0.5, "special": False, "text": " x"}]}}]
    ordered = rows if side == "target" else rows[::-1]
    lines(out / f"tgi-{side}.jsonl", [record(r) for r in ordered])


def npz(out, side, rows):
    """LeakPro's arrays, padded by two columns; compressed for the target, stored for the reference."""
    shape = (len(rows), LENGTH + 1)
    arrays = {"logprob": np.zeros(shape, "f4"), "argmax": np.full(shape, -1), "mask": np.zeros(shape, bool),
              "token_ids": np.full(shape, -1), "lengths": np.full(len(rows), LENGTH - 1)}
    for row, r in enumerate(rows):
        said, cut = r.said(side), np.s_[row, : LENGTH - 1]
        arrays["logprob"][cut], arrays["token_ids"][cut] = said["logprobs"], r.ids[1:]
        arrays["mask"][cut] = True
        if "top1_ids" in said:
            arrays["argmax"][cut] = said["top1_ids"]
    if side == "target":
        arrays["logp_mean"] = np.where(arrays["mask"], -9, 0).astype("f4")
        arrays["logp_std"] = np.where(arrays["mask"], 2, 0).astype("f4")
        arrays["ids"] = np.array([r.id for r in rows])
        np.savez_compressed(out / "npz-target.npz", **arrays)
    else:
        del arrays["argmax"]
        np.savez(out / "npz-reference.npz", **arrays)


def harness(out, side, rows):
    """lm-evaluation-harness: sums as texts and lists as arguments, or numbers and objects."""
    def record(place, r):
        said = r.said(side)
        total = float(np.sum(said["logprobs"], dtype=np.float64))
        greedy = bool(np.all(said["ranks"] == 1)) if "ranks" in said else False
        old = side == "target"
        return {"doc_id": place, "doc": {"text": r.text}, "target": "",
                "arguments": [["", r.text]] if old else {"gen_args_0": {"arg_0": "", "arg_1": r.text}},
                "resps": [[[str(total), str(greedy)]]] if old else [[[total, greedy]]],
                "filtered_resps": [[str(total), str(greedy)]] if old else [[total, greedy]],
                "filter": "none", "metrics": ["acc"], "acc": 1.0}
    compress = side == "target"
    name = f"harness-{side}.jsonl" + (".gz" if compress else "")
    lines(out / name, [record(i, r) for i, r in enumerate(rows)], compress)


def write(experiment, out, run="full-e3", reference="base-main"):
    """Writes a run's six texts in every format into a folder."""
    sequences = read_safetensors(experiment / "sequences.safetensors")
    models = {
        "target": read_safetensors(experiment / f"{run}.safetensors"),
        "reference": read_safetensors(experiment / f"{reference}.safetensors"),
    }
    names = [name.decode() for name in texts(sequences, "sequence.ids")]
    words = dict(zip(sequences["vocabulary.ids"].tolist(), texts(sequences, "vocabulary.texts")))
    for tensors in models.values():
        assert [name.decode() for name in texts(tensors, "sequence.ids")] == names
    rows = [
        Text(names.index(n), n, sequences, words, models["target"], models["reference"])
        for n in WANTED]
    out.mkdir(parents=True, exist_ok=True)
    native(out, rows)
    for side in models:
        for form in (vllm, vllm_batch, vllm_old, completions, sglang, tgi, npz, harness):
            form(out, side, rows)
    (out / "members.txt").write_text("".join(r.id + "\n" for r in rows if r.label == 1))
    (out / "non-members.txt").write_text("".join(r.id + "\n" for r in rows if r.label == 0))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("experiment", type=pathlib.Path)
    parser.add_argument("--run", default="full-e3")
    parser.add_argument("--reference", default="base-main")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    write(arguments.experiment, arguments.out, arguments.run, arguments.reference)


if __name__ == "__main__":
    main()
