"""Before a model's pass: is it causal, do chunks and batches give what the plain model gives?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ezscope_export.errors import ExportError, printable
from ezscope_export.models import LoadedModel
from ezscope_export.progress import Reporter
from ezscope_export.scoring import pad, score
from ezscope_export.sequences import Sequences

# Nats by which a log-probability may move with the company it is computed in, at most.
TOLERANCE = {torch.float64: 1e-9, torch.float32: 1e-4, torch.bfloat16: 0.5, torch.float16: 0.1}
# In 16 bits another shape of a batch rounds otherwise: that moved log-probabilities by up to 1.4
# steps of the largest logit, and the number format by itself moves them by up to 2.5 (random GPT-2,
# Llama and NeoX models, and the sample's). More than this many steps is no rounding.
_STEPS = 4
# Nats by which it may move with what comes after it: the same place of the same batch.
_CAUSAL = {torch.float64: 1e-9, torch.float32: 1e-4, torch.bfloat16: 0.1, torch.float16: 0.05}


@dataclass(frozen=True)
class Checked:
    """What was found out about a model."""

    batching: float
    causality: float
    projection: str


def sample(sequences: Sequences, count: int, most: int = 512) -> list[np.ndarray]:
    """The shortest and the longest sequence with something to score, and some between.

    Long ones are cut: what is compared does not depend on how long they are.
    """
    order = np.argsort(sequences.lengths, kind="stable")
    order = order[sequences.lengths[order] > 1]
    if len(order) == 0:
        return []
    picks = sorted({int(pick) for pick in np.linspace(0, len(order) - 1, count)})
    texts = [sequences.ids(int(order[pick]))[:most] for pick in picks]
    # Where all are of one length nothing would be padded, and other passes do pad.
    if len(texts[0]) == len(texts[-1]) and len(texts[0]) > 3:
        texts[0] = texts[0][: len(texts[0]) // 2]
    return texts


def check_highest(name: str, rows: int, sequences: Sequences) -> None:
    """Every token of every text must be one of the model's."""
    highest, identity = sequences.facts["highest"]
    if highest >= rows:
        place = f" in {printable(identity)!r}" if identity else ""
        raise ExportError(
            f"its vocabulary has {rows:,} tokens and ends before token {highest}{place}",
            "the tokenizer belongs to another model, or tokens were added: name the right one "
            "with --tokenizer, or give a reference whose embeddings were resized alike",
            where=name,
        )


@torch.inference_mode()
def check(model: LoadedModel, sequences: Sequences, batched: bool, report: Reporter) -> Checked:
    """Refuses a model that sees what comes, or its padding; runs it whole where it must."""
    # Where shapes round otherwise, it takes more texts to meet the largest difference.
    texts = sample(sequences, 3 if model.dtype.itemsize > 2 else 12)
    check_highest(model.name, model.projection.vocabulary, sequences)
    if not texts:
        return Checked(0.0, 0.0, model.projection.description)
    batch = pad(texts[:1], model.device)
    model.projection.verify(batch.ids, batch.mask)
    if not model.projection.chunked:
        report.say(f"{model.name}: its logits are computed whole (no separate last layer)")
    causality = moved_by_later(model, texts)
    if causality > _CAUSAL.get(model.dtype, 1e-4):
        raise ExportError(
            f"a later token changes the log-probabilities before it by {causality:.2g} nats: the "
            "model is not causal",
            "only causal (decoder-only) language models predict token by token",
            where=model.name,
        )
    if not batched:
        return Checked(0.0, causality, model.projection.description)
    together = score(model, texts, ("logprobs",), 1 << 20)["logprobs"]
    alone = np.concatenate([score(model, [t], ("logprobs",), 64)["logprobs"] for t in texts])
    difference = float(np.abs(together - alone).max())
    allowed, precision = tolerance(model, texts), model.fields["precision"]
    if difference > allowed:
        raise ExportError(
            f"a text's log-probabilities change by {difference:.2g} nats with the texts beside it "
            f"(allowed are {allowed:.2g} in {precision})",
            "the model does not mask its padding: pass --batch-size 1"
            + ("" if precision == "float32" else ", or --dtype float32 if rounding is to blame"),
            where=model.name,
        )
    if model.dtype.itemsize < 4:
        report.say(
            f"{model.name}: in {precision} other texts beside it move a text's log-probabilities "
            f"by up to {difference:.2g} nats"
        )
    return Checked(difference, causality, model.projection.description)


def tolerance(model: LoadedModel, texts: list[np.ndarray]) -> float:
    """The nats by which batches may move a text's log-probabilities in the model's precision."""
    most = TOLERANCE.get(model.dtype, 1e-4)
    if model.dtype.itemsize > 2:
        return most
    batch = pad([texts[-1][:64]], model.device)
    logits = model.projection.logits(model.projection.rows(batch.ids, batch.mask)[0]).float()
    largest = float(logits[torch.isfinite(logits)].abs().max())
    return min(most, _STEPS * torch.finfo(model.dtype).eps * largest)


def moved_by_later(model: LoadedModel, texts: list[np.ndarray]) -> float:
    """By how many nats a text's first half moves when its second half is another."""
    pool = np.concatenate(texts)
    longest = max(texts, key=len)
    # A text of a few tokens tells little: others are put behind it.
    own = longest if len(longest) >= 16 else np.resize(np.concatenate([longest, pool]), 16)
    half = len(own) // 2
    other = own.copy()
    known = np.unique(pool)
    other[half:] = known[(np.searchsorted(known, own[half:]) + 1) % len(known)]
    if len(known) == 1:
        other[half:] = (own[half:] + 1) % model.projection.vocabulary
    values = score(model, [own, other], ("logprobs",), 1 << 20)["logprobs"]
    count = len(own) - 1
    first, second = values[: half - 1], values[count : count + half - 1]
    return float(np.abs(first - second).max())
