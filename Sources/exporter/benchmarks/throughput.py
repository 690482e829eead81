"""Tokens a second of the exporter beside a plain loop over batches, taking turns.

    python benchmarks/throughput.py --model DIR_OR_ID --texts F [--rounds 5] [--sequences 1000]

Both compute the same six columns in float32 from the same batches' worth of texts. The plain loop
keeps its results in memory; the exporter's time includes planning, journal and column files.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ezscope_export.budget import budget  # noqa: E402
from ezscope_export.inputs import Source, read_source  # noqa: E402
from ezscope_export.models import LoadedModel, LoadOptions, ModelSpec, load  # noqa: E402
from ezscope_export.progress import Reporter  # noqa: E402
from ezscope_export.records import UNKNOWN, Fields  # noqa: E402
from ezscope_export.scoring import run_columns  # noqa: E402
from ezscope_export.sequences import Sequences, SequenceWriter  # noqa: E402
from ezscope_export.statistics import COLUMNS  # noqa: E402
from ezscope_export.tokenization import load_tokenizer  # noqa: E402


@torch.inference_mode()
def plain(model: LoadedModel, texts: list[np.ndarray], size: int) -> dict[str, np.ndarray]:
    """What one writes without a tool: whole logits, log-softmax, the statistics one by one."""
    found: dict[str, list[np.ndarray]] = {name: [] for name in COLUMNS}
    for start in range(0, len(texts), size):
        group = texts[start : start + size]
        longest = max(map(len, group))
        ids = torch.zeros((len(group), longest), dtype=torch.long)
        mask = torch.zeros((len(group), longest), dtype=torch.long)
        for row, text in enumerate(group):
            ids[row, : len(text)] = torch.from_numpy(text.astype(np.int64))
            mask[row, : len(text)] = 1
        ids, mask = ids.to(model.device), mask.to(model.device)
        logits = model.module(input_ids=ids, attention_mask=mask, use_cache=False).logits
        log_p = torch.log_softmax(logits[:, :-1].float(), dim=-1)
        true = log_p.gather(-1, ids[:, 1:, None])
        p = log_p.exp()
        mean = (p * log_p).sum(-1)
        variance = (p * log_p * log_p).sum(-1) - mean * mean
        best, choice = log_p.max(-1)
        keep = mask[:, 1:].bool()
        values = {
            "logprobs": true[..., 0],
            "ranks": (log_p > true).sum(-1) + 1,
            "top1_ids": choice,
            "top1_logprobs": best,
            "logprob_means": mean,
            "logprob_stds": variance.clamp_min(0).sqrt(),
        }
        for name, value in values.items():
            found[name].append(value[keep].cpu().numpy())
    return {name: np.concatenate(parts) for name, parts in found.items()}


def main() -> None:
    """Runs the rounds and prints both rates as JSON."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--model", required=True)
    p.add_argument("--texts", required=True)
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--sequences", type=int, default=1000)
    p.add_argument("--batch", type=int, default=32, help="sequences in a batch of the plain loop")
    p.add_argument("--device", default="auto")
    p.add_argument("--dtype", default="auto")
    p.add_argument("--threads", type=int)
    options = p.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    model = load(ModelSpec("model", options.model), LoadOptions(options.dtype, options.device))
    tokenizer = load_tokenizer([options.model], False)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        writer = SequenceWriter(folder / "sequences")
        for number, record in enumerate(read_source(Source(options.texts, UNKNOWN), Fields())):
            if number == options.sequences:
                break
            writer.append(tokenizer(record.text)["input_ids"][:1024])
        writer.finish()
        sequences = Sequences(folder / "sequences")
        order = np.argsort(-sequences.lengths, kind="stable")
        texts = [sequences.ids(int(i)) for i in order]
        size = budget(model, None, 512)
        times: dict[str, list[float]] = {"plain": [], "exporter": []}
        for number in range(options.rounds + 1):
            for kind in ("plain", "exporter") if number % 2 else ("exporter", "plain"):
                start = time.perf_counter()
                if kind == "plain":
                    plain(model, texts, options.batch)
                else:
                    run_columns(
                        model,
                        sequences,
                        folder / f"round-{number}",
                        tuple(COLUMNS),
                        size,
                        Reporter(quiet=True),
                        "",
                    )
                if number:  # The first round warms up.
                    times[kind].append(time.perf_counter() - start)
        tokens = sequences.tokens
    rates = {kind: tokens / statistics.median(own) for kind, own in times.items()}
    result = {
        "tokens": tokens,
        "device": str(model.device),
        "precision": model.fields["precision"],
        "vocabulary": model.projection.vocabulary,
        "seconds": {kind: [round(s, 3) for s in own] for kind, own in times.items()},
        "tokens_per_second": {kind: round(rate) for kind, rate in rates.items()},
        "ratio": round(rates["exporter"] / rates["plain"], 3),
    }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
