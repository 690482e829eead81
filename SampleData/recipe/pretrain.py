"""Trains a base model from scratch."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

import models
import tokenizer


def train(
    folder: Path,
    inputs: dict[str, Path],
    *,
    layers: int,
    width: int,
    heads: int,
    steps: int,
    batch: int,
    learning_rate: float,
    seed: int,
    device: str,
) -> None:
    """Trains on the rows of `corpus`, each once or nearly so.

    Every row begins at a random position: the model learns that where a text begins means nothing,
    and a soft prompt, which moves all positions, costs nothing by that alone.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    tokens = tokenizer.load(inputs["tokenizer"])
    records = np.load(inputs["corpus"] / "records.npy")
    prose = np.load(inputs["corpus"] / "prose.npy")
    length = records.shape[1]
    model = models.build(layers, width, heads, len(tokens), length).to(device)  # type: ignore[arg-type]
    optimizer = torch.optim.AdamW(groups(model), lr=learning_rate, betas=(0.9, 0.98), fused=True)
    record_rows, prose_rows = endless(len(records), rng), endless(len(prose), rng)
    started, smooth = time.monotonic(), None
    for step in range(steps):
        rows = np.concatenate(
            [
                records[[next(record_rows) for _ in range(batch // 2)]],
                prose[[next(prose_rows) for _ in range(batch - batch // 2)]],
            ]
        ).astype(np.int64)
        ids = torch.from_numpy(rows).to(device)
        # After a record's end there is only filling; the first end token is still predicted.
        ended = np.cumsum(rows == 0, axis=1)
        ended[batch // 2 :] = 0
        counted = torch.from_numpy((ended <= 1).astype(np.float32)).to(device)
        offsets = torch.from_numpy(rng.integers(0, models.SPARE_POSITIONS + 1, batch)).to(device)
        positions = offsets[:, None] + torch.arange(length, device=device)
        for group in optimizer.param_groups:
            group["lr"] = learning_rate * models.warmup_cosine(
                step, steps, min(80, steps // 10 + 1)
            )
        with models.training_precision(device):
            logits = model(input_ids=ids, position_ids=positions).logits
        loss = models.loss_of(logits, ids, counted)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        smooth = loss.item() if smooth is None else 0.98 * smooth + 0.02 * loss.item()
        if (step + 1) % 50 == 0 or step + 1 == steps:
            rate = (step + 1) / (time.monotonic() - started)
            print(f"step {step + 1}/{steps} loss {smooth:.4f} {rate:.2f} steps/s", flush=True)
    model.save_pretrained(folder)
    tokens.save_pretrained(folder)
    (folder / "training.json").write_text(
        json.dumps(
            {
                "parameters": model.num_parameters(),
                "steps": steps,
                "tokens": steps * batch * length,
                "learning_rate": learning_rate,
                "seed": seed,
                "training_loss": smooth,
            },
            indent=1,
        )
    )


def groups(model: torch.nn.Module) -> list[dict[str, Any]]:
    """Weight decay for matrices only."""
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return [
        {"params": [p for p in trained if p.dim() > 1], "weight_decay": 0.05},
        {"params": [p for p in trained if p.dim() <= 1], "weight_decay": 0.0},
    ]


def endless(count: int, rng: np.random.Generator) -> Iterator[int]:
    """Indices in random order, and in another random order when they are used up."""
    while True:
        yield from rng.permutation(count)
