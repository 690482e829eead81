"""Tokens a second of the exporter beside a plain loop over batches, taking turns.

    python benchmarks/throughput.py --made 256x4 [--vocabulary 8000] [--rounds 7]
    python benchmarks/throughput.py --model DIR_OR_ID --texts F [--rounds 7] [--sequences 1000]

Both compute the same six columns in float32 from the same texts, sorted by length. The plain loop
runs at the batch size that is its best in a first round, and keeps its results in memory; the
exporter's time includes planning, journal and column files. A ratio above 1 says that the exporter
is faster; its median, least and most over the rounds are given by the clock and by the processors'
time, which other programs disturb less. `--made WIDTHxLAYERS` makes a random GPT-2, and texts of 16
to 256 tokens.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ezscope_export.budget import budget  # noqa: E402
from ezscope_export.columns import COLUMNS  # noqa: E402
from ezscope_export.inputs import Source, read_source  # noqa: E402
from ezscope_export.models import LoadedModel, LoadOptions, ModelSpec, load  # noqa: E402
from ezscope_export.progress import Reporter  # noqa: E402
from ezscope_export.records import UNKNOWN, Fields  # noqa: E402
from ezscope_export.scoring import run_columns  # noqa: E402
from ezscope_export.sequences import Sequences, SequenceWriter  # noqa: E402
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


def made(size: str, vocabulary: int, folder: Path) -> str:
    """A random GPT-2 of so many dimensions and layers."""
    from transformers import GPT2Config, GPT2LMHeadModel

    width, layers = map(int, size.split("x"))
    config = GPT2Config(
        vocab_size=vocabulary,
        n_positions=256,
        n_embd=width,
        n_layer=layers,
        n_head=max(1, width // 64),
        initializer_range=0.1,
    )
    GPT2LMHeadModel(config).save_pretrained(folder)
    return str(folder)


def spooled(options: argparse.Namespace, vocabulary: int, folder: Path) -> Sequences:
    """The texts of the file, or random ones."""
    writer = SequenceWriter(folder)
    if options.made:
        draw = np.random.default_rng(1)
        for length in draw.integers(16, 257, options.sequences):
            writer.append(draw.integers(0, vocabulary, length).tolist())
    else:
        tokenizer = load_tokenizer([options.model], False)
        for number, record in enumerate(read_source(Source(options.texts, UNKNOWN), Fields())):
            if number == options.sequences:
                break
            writer.append(tokenizer(record.text)["input_ids"][:1024])
    writer.finish()
    return Sequences(folder)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of the processors."""
    start = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start[0], time.process_time() - start[1]


def spread(values: list[float]) -> dict[str, float]:
    """Median, least and most."""
    found = {"median": statistics.median(values), "least": min(values), "most": max(values)}
    return {name: round(value, 3) for name, value in found.items()}


def main() -> None:
    """Runs the rounds and prints rates and ratios as JSON."""
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    p.add_argument("--model")
    p.add_argument("--texts")
    p.add_argument("--made", metavar="WIDTHxLAYERS")
    p.add_argument("--vocabulary", type=int, default=8000, help="of the model that is made")
    p.add_argument("--rounds", type=int, default=7)
    p.add_argument("--sequences", type=int, default=1000)
    p.add_argument("--batches", default="8,16,32,64,128", help="sizes to try for the plain loop")
    p.add_argument("--device", default="auto")
    p.add_argument("--dtype", default="auto")
    p.add_argument("--threads", type=int)
    options = p.parse_args()
    if not options.made and not (options.model and options.texts):
        p.error("give --made, or --model and --texts")
    if options.threads:
        torch.set_num_threads(options.threads)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        place = options.model or made(options.made, options.vocabulary, folder / "model")
        model = load(ModelSpec("model", place), LoadOptions(options.dtype, options.device))
        sequences = spooled(options, model.projection.vocabulary, folder / "sequences")
        order = np.argsort(-sequences.lengths, kind="stable")
        texts = [sequences.ids(int(i)) for i in order]
        size = budget(model, None, 512)
        columns, quiet = tuple(COLUMNS), Reporter(quiet=True)
        rounds = iter(range(10**6))

        def exporter() -> None:
            place = folder / f"round-{next(rounds)}"
            run_columns(model, sequences, place, columns, size, quiet, "")

        exporter()  # Warms up.
        tried = {
            batch: timed(lambda batch=batch: plain(model, texts, batch))[1]  # type: ignore[misc]
            for batch in map(int, options.batches.split(","))
        }
        best = min(tried, key=lambda batch: tried[batch])
        times: dict[str, list[tuple[float, float]]] = {"plain": [], "exporter": []}
        for number in range(options.rounds):
            for kind in ("plain", "exporter") if number % 2 else ("exporter", "plain"):
                work = exporter if kind == "exporter" else lambda: plain(model, texts, best)
                times[kind].append(timed(work))
        tokens = sequences.tokens
        sequences.close()
    pairs = list(zip(times["plain"], times["exporter"]))
    result = {
        "tokens": tokens,
        "device": str(model.device),
        "precision": model.fields["precision"],
        "vocabulary": model.projection.vocabulary,
        "plain_batch": best,
        "plain_tried": {batch: round(seconds, 2) for batch, seconds in tried.items()},
        "tokens_per_second": {
            kind: round(tokens / statistics.median(t[0] for t in own))
            for kind, own in times.items()
        },
        "ratio": spread([a[0] / b[0] for a, b in pairs]),
        "ratio_of_processor_time": spread([a[1] / b[1] for a, b in pairs]),
    }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
