"""Before a model's pass: do chunks and batches give what the plain model gives?"""

from __future__ import annotations

import numpy as np
import torch

from ezscope_export.errors import ExportError
from ezscope_export.models import LoadedModel
from ezscope_export.progress import Reporter
from ezscope_export.scoring import pad, score
from ezscope_export.sequences import Sequences

# Nats by which a log-probability may move with the company it is computed in.
TOLERANCE = {torch.float64: 1e-9, torch.float32: 1e-4, torch.bfloat16: 0.5, torch.float16: 0.1}


def sample(sequences: Sequences, most: int = 512) -> list[np.ndarray]:
    """The shortest and the longest sequence with something to score, and one between.

    Long ones are cut: what is compared does not depend on how long they are.
    """
    order = np.argsort(sequences.lengths, kind="stable")
    order = order[sequences.lengths[order] > 1]
    if len(order) == 0:
        return []
    picks = sorted({0, len(order) // 2, len(order) - 1})
    texts = [sequences.ids(int(order[pick]))[:most] for pick in picks]
    # Where all are of one length nothing would be padded, and other passes do pad.
    if len(texts[0]) == len(texts[-1]) and len(texts[0]) > 3:
        texts[0] = texts[0][: len(texts[0]) // 2]
    return texts


@torch.inference_mode()
def check(model: LoadedModel, sequences: Sequences, batched: bool, report: Reporter) -> float:
    """The largest difference that batching made; turns chunking off where it does not hold."""
    texts = sample(sequences)
    if not texts:
        return 0.0
    highest = max(int(ids.max()) for ids in texts)
    if highest >= model.projection.vocabulary:
        raise ExportError(
            f"its vocabulary ends before token {highest}",
            "the tokenizer belongs to another model: name the right one with --tokenizer",
            where=model.name,
        )
    tolerance = TOLERANCE.get(model.dtype, 1e-4)
    batch = pad(texts[:1], model.device)
    if not model.projection.difference(batch.ids, batch.mask) <= tolerance:
        model.projection.chunked = False
        report.say(f"{model.name}: its logits are computed whole (no separate last layer)")
    if not batched:
        return 0.0
    together = score(model, texts, ("logprobs",), 1 << 20)["logprobs"]
    alone = np.concatenate([score(model, [t], ("logprobs",), 64)["logprobs"] for t in texts])
    difference = float(np.abs(together - alone).max())
    if difference > tolerance:
        raise ExportError(
            f"a text's log-probabilities change by {difference:.2g} nats with the texts beside it "
            f"(allowed are {tolerance:g} in {model.fields['precision']})",
            "the model does not mask its padding: pass --batch-size 1",
            where=model.name,
        )
    return difference
