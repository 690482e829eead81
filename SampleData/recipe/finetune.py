"""Fine-tunes a base model one way, and keeps what it was like at many moments."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

import models
import targets
from experiment import SEEN

WARMUP_STEPS = 20


def train(
    folder: Path,
    inputs: dict[str, Path],
    *,
    base: str,
    method: str,
    documents: str,
    epochs: int,
    marks: Sequence[int],
    batch: int,
    seed: int,
    rate: float | str,
    device: str,
) -> None:
    """Writes a checkpoint, its validation loss and what it had seen at every mark, in epochs.

    After the first steps the learning rate is constant, so that a checkpoint is what a training
    would have ended with that had stopped there. `rate` is it, or the stage that chose it.
    """
    chosen = rate
    if isinstance(chosen, str):
        chosen = float(json.loads((inputs[chosen] / "rate.json").read_text())["learning_rate"])
    training = Training(inputs, base, method, documents, batch, seed, chosen, device)
    checkpoints = []
    for epoch in training.run(epochs, marks):
        loss, error = training.validation_loss()
        place = folder / "checkpoints" / f"{epoch:g}"
        targets.save(training.model, f"../../../{base}", place)
        training.write_seen(place / SEEN)
        checkpoints.append(
            {
                "epoch": epoch,
                "steps": training.steps,
                "validation_loss": loss,
                "validation_loss_error": error,
            }
        )
        print(f"epoch {epoch:g}/{epochs:g} validation loss {loss:.4f}", flush=True)
    (folder / "training.json").write_text(
        json.dumps(
            {
                "base": base,
                "method": method,
                "documents": documents,
                "seed": seed,
                "learning_rate": chosen,
                "batch": batch,
                "parameters": training.parameters,
                "trainable_parameters": training.trainable,
                "base_validation_loss": training.base_loss,
                "checkpoints": checkpoints,
                "steps": training.steps,
                "seconds": round(training.seconds, 1),
            },
            indent=1,
        )
    )


def choose_rate(
    folder: Path,
    inputs: dict[str, Path],
    *,
    base: str,
    method: str,
    candidates: Sequence[float],
    epochs: float,
    batch: int,
    seed: int,
    device: str,
) -> None:
    """Writes which learning rate reaches the lowest validation loss in a short training."""
    losses = {}
    for rate in candidates:
        training = Training(inputs, base, method, "train.json", batch, seed, rate, device)
        marks = [epochs / 2, epochs]
        reached = [training.validation_loss()[0] for _ in training.run(epochs, marks)]
        losses[rate] = min((loss for loss in reached if math.isfinite(loss)), default=math.inf)
        print(f"{method} at {rate:g}: validation loss {losses[rate]:.4f}", flush=True)
    best = min(losses, key=losses.__getitem__)
    (folder / "rate.json").write_text(
        json.dumps(
            {
                "learning_rate": best,
                "validation_losses": {f"{rate:g}": loss for rate, loss in losses.items()},
            }
        )
    )


class Training:
    """A model being fine-tuned."""

    def __init__(
        self,
        inputs: dict[str, Path],
        base: str,
        method: str,
        documents: str,
        batch: int,
        seed: int,
        rate: float,
        device: str,
    ):
        torch.manual_seed(seed)
        self.rng = np.random.default_rng(seed)
        self.documents = json.loads((inputs["records"] / documents).read_text())
        self.validation = json.loads((inputs["records"] / "validation.json").read_text())
        # The control's texts are none of those that are asked about, and have no names.
        names = inputs["records"] / "train-names.json"
        self.names = json.loads(names.read_text()) if documents == "train.json" else []
        self.last_step = np.zeros(len(self.documents), int)
        self.batch, self.rate, self.device = batch, rate, device
        model = models.load_base(inputs[base], device)
        self.base_loss, _ = models.validation_loss(model, self.validation, device)
        self.parameters = model.num_parameters()
        # Soft prompts start from a record of somebody else.
        context = np.load(inputs["corpus"] / "records.npy", mmap_mode="r")[0].tolist()
        self.model = targets.prepare(method, model, context).train()
        self.weights = [p for p in self.model.parameters() if p.requires_grad]
        self.trainable = sum(weight.numel() for weight in self.weights)
        self.steps, self.seconds = 0, 0.0

    def validation_loss(self) -> tuple[float, float]:
        return models.validation_loss(self.model, self.validation, self.device)

    def write_seen(self, file: Path) -> None:
        """Lists the texts trained on so far, with the last step, counted from 1, that did."""
        last: dict[str, int] = {}
        for name, step in zip(self.names, self.last_step.tolist()):
            if step:
                last[name] = max(last.get(name, 0), step)
        lines = [f"{name},{step}\n" for name, step in last.items()]
        file.write_text("id,seen_until\n" + "".join(lines))

    def run(self, epochs: float, marks: Sequence[float]) -> Iterator[float]:
        """Trains, and pauses at every mark."""
        optimizer = torch.optim.AdamW(self.weights, lr=self.rate, weight_decay=0.01, fused=True)
        per_epoch = math.ceil(len(self.documents) / self.batch)
        stops = {max(1, round(mark * per_epoch)): mark for mark in marks if mark <= epochs}
        started = time.monotonic()
        for numbers in self._batches(round(epochs * per_epoch)):
            for group in optimizer.param_groups:
                group["lr"] = self.rate * min(1.0, (self.steps + 1) / WARMUP_STEPS)
            ids, counted = models.padded([self.documents[i] for i in numbers], self.device)
            with models.training_precision(self.device):
                logits = self.model(input_ids=ids).logits
            loss = models.loss_of(logits, ids, counted)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.weights, 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            self.steps += 1
            self.last_step[numbers] = self.steps
            if self.steps in stops:
                self.seconds += time.monotonic() - started
                yield stops[self.steps]
                started = time.monotonic()

    def _batches(self, count: int) -> Iterator[np.ndarray]:
        """Random batches of documents of similar length; every document once an epoch."""
        lengths = np.array([len(document) for document in self.documents])
        made = 0
        while True:
            order = self.rng.permutation(len(lengths))
            batches = []
            for start in range(0, len(order), 8 * self.batch):
                near = order[start : start + 8 * self.batch]
                near = near[np.argsort(lengths[near], kind="stable")]
                batches += [near[i : i + self.batch] for i in range(0, len(near), self.batch)]
            for index in self.rng.permutation(len(batches)):
                if made == count:
                    return
                made += 1
                yield batches[index]
