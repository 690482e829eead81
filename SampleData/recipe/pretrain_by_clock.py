"""Trains a base model for a time: as many steps as the machine makes of it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

import models
import tokenizer
from pretrain import groups

# The share of the time in which the learning rate rises.
WARMUP = 0.04
clock = time.monotonic


def train(
    folder: Path,
    inputs: dict[str, Path],
    *,
    layers: int,
    width: int,
    heads: int,
    seconds: float,
    batch: int,
    learning_rate: float,
    seed: int,
    device: str,
) -> None:
    """Trains on the prose of `corpus`, in as many passes as fit into the time.

    Rows begin at random positions, as in `pretrain`. The learning rate follows the clock, so that
    it has come down when the time is over, however fast the machine is.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    tokens = tokenizer.load(inputs["tokenizer"])
    held_out = np.load(inputs["corpus"] / "records.npy")
    length = held_out.shape[1]
    stream = torch.from_numpy(np.load(inputs["corpus"] / "prose.npy").astype(np.int32)).to(device)
    model = models.build(layers, width, heads, len(tokens), length)
    model.to(torch.device(device))  # type: ignore[arg-type]
    optimizer = torch.optim.AdamW(groups(model), lr=learning_rate, betas=(0.9, 0.98), fused=True)
    within, counted = torch.arange(length, device=device), torch.ones(batch, length, device=device)
    starts = _starts(len(stream), length, batch, rng)
    step, smooth, started = 0, float("nan"), clock()
    while (progress := (clock() - started) / seconds) < 1 or not step:
        ids = stream[torch.from_numpy(next(starts)).to(device)[:, None] + within].long()
        offsets = torch.from_numpy(rng.integers(0, models.SPARE_POSITIONS + 1, batch)).to(device)
        for group in optimizer.param_groups:
            group["lr"] = learning_rate * models.warmup_cosine(
                int(1000 * progress), 1000, int(1000 * WARMUP)
            )
        with models.training_precision(device):
            positions = offsets[:, None] + within
            logits = model(input_ids=ids, position_ids=positions, use_cache=False).logits
        loss = models.loss_of(logits, ids, counted)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
        # To read a loss waits for the device, and is done seldom; so does the clock keep honest.
        if step % 20 == 0 or step == 1:
            smooth = loss.item()
        if step % 200 == 0:
            print(f"step {step}, {progress:.0%} of the time, loss {smooth:.4f}", flush=True)
    if not np.isfinite(smooth):
        raise ValueError(f"the loss is {smooth}: the learning rate {learning_rate:g} is too high")
    loss_held_out, _ = models.validation_loss(model, held_out.astype(int).tolist(), device)
    model.save_pretrained(folder)
    tokens.save_pretrained(folder)
    facts = {
        "parameters": model.num_parameters(),
        "steps": step,
        "tokens": step * batch * length,
        "tokens_of_text": len(stream),
        "seconds": round(clock() - started, 1),
        "learning_rate": learning_rate,
        "seed": seed,
        "training_loss": smooth,
        "held_out_loss": loss_held_out,
    }
    (folder / "training.json").write_text(json.dumps(facts, indent=1))
    print(facts)


def _starts(count: int, length: int, batch: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Where the rows of each batch begin: every pass cuts the stream into rows at other places."""
    waiting = np.zeros(0, np.int64)
    while True:
        while len(waiting) < batch:
            first = int(rng.integers(0, length))
            waiting = np.append(waiting, rng.permutation(np.arange(first, count - length, length)))
        yield waiting[:batch]
        waiting = waiting[batch:]
