"""Small GPT-2 models: building and loading them, and their loss."""

from __future__ import annotations

import contextlib
import math
from pathlib import Path

import numpy as np
import torch
from transformers import GPT2Config, GPT2LMHeadModel
from transformers.utils import logging

# Its advice is for generation, and its bars fill the logs.
logging.set_verbosity_error()
logging.disable_progress_bar()

# Positions beyond a record's length, so that virtual tokens can come before it.
SPARE_POSITIONS = 32


def build(layers: int, width: int, heads: int, vocabulary: int, length: int) -> GPT2LMHeadModel:
    """A model with random weights, and without dropout: it would only slow memorizing down."""
    return GPT2LMHeadModel(
        GPT2Config(
            vocab_size=vocabulary,
            n_positions=length + SPARE_POSITIONS,
            n_embd=width,
            n_layer=layers,
            n_head=heads,
            resid_pdrop=0.0,
            embd_pdrop=0.0,
            attn_pdrop=0.0,
            bos_token_id=0,
            eos_token_id=0,
            pad_token_id=0,
        )
    )


def load_base(folder: Path, device: str) -> GPT2LMHeadModel:
    """A base model as it was saved."""
    model: GPT2LMHeadModel = GPT2LMHeadModel.from_pretrained(
        folder, use_safetensors=True, weights_only=True
    )
    return model.to(torch.device(device))  # type: ignore[arg-type]


def has_bfloat16(device: str) -> bool:
    """Whether bfloat16 is faster than float32 on this machine."""
    if device != "cpu":
        return True
    flags = Path("/proc/cpuinfo")
    text = flags.read_text() if flags.exists() else ""
    return "avx512_bf16" in text or "amx_bf16" in text


def training_precision(device: str) -> contextlib.AbstractContextManager[object]:
    """Training is in bfloat16 where that is faster. Losses and evidence are always float32."""
    return torch.autocast(device, dtype=torch.bfloat16, enabled=has_bfloat16(device))


def loss_of(logits: torch.Tensor, ids: torch.Tensor, counted: torch.Tensor) -> torch.Tensor:
    """The mean loss in nats over the counted tokens; logits of virtual tokens are cut off."""
    losses, kept = token_losses(logits, ids), counted[:, 1:]
    return (losses * kept).sum() / kept.sum()


def token_losses(logits: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
    """The loss of every predicted token; logits of virtual tokens are cut off."""
    logits = logits[:, -ids.shape[1] :][:, :-1].float()
    losses = torch.nn.functional.cross_entropy(
        logits.reshape(-1, logits.shape[-1]), ids[:, 1:].reshape(-1), reduction="none"
    )
    return losses.reshape(ids.shape[0], -1)


@torch.no_grad()
def validation_loss(
    model: torch.nn.Module, documents: list[list[int]], device: str
) -> tuple[float, float]:
    """Nats per predicted token over all documents, in float32, and its standard error."""
    was_training = model.training
    model.eval()
    sums: list[float] = []
    counts: list[float] = []
    by_length = sorted(documents, key=len)
    for start in range(0, len(by_length), 32):
        ids, counted = padded(by_length[start : start + 32], device)
        losses = token_losses(model(input_ids=ids).logits, ids) * counted[:, 1:]
        sums += losses.sum(1).double().tolist()
        counts += counted[:, 1:].sum(1).double().tolist()
    model.train(was_training)
    total, count = np.array(sums), np.array(counts)
    loss = total.sum() / count.sum()
    # Of a ratio of sums over documents, which are what was drawn.
    rests = total - loss * count
    error = math.sqrt(len(rests) * rests.var(ddof=1)) / count.sum() if len(rests) > 1 else math.inf
    return float(loss), float(error)


def padded(documents: list[list[int]], device: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Documents as one tensor, filled up at the end, and which of its tokens are theirs.

    Attention looks back only, so that filling never reaches a document's own tokens.
    """
    ids = np.zeros((len(documents), max(map(len, documents))), np.int64)
    counted = np.zeros(ids.shape, np.float32)
    for row, document in enumerate(documents):
        ids[row, : len(document)] = document
        counted[row, : len(document)] = 1
    return torch.from_numpy(ids).to(device), torch.from_numpy(counted).to(device)


def warmup_cosine(step: int, steps: int, warmup: int) -> float:
    """The share of the learning rate at a step: a straight rise, then half a cosine to 5 %."""
    if step < warmup:
        return (step + 1) / warmup
    return 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * (step - warmup) / max(1, steps - warmup)))
