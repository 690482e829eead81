"""A pass of one model over sequences: batch by batch, resumable, results straight to disk."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ezscope_export.budget import Budget
from ezscope_export.columns import COLUMNS, ColumnFile
from ezscope_export.errors import ExportError
from ezscope_export.files import write_text
from ezscope_export.models import LoadedModel
from ezscope_export.plan import Plan, make_plan
from ezscope_export.progress import Reporter
from ezscope_export.sequences import Sequences
from ezscope_export.statistics import token_statistics

# Results reach the disk, and the journal says so, at most this often.
_CHECKPOINT_SECONDS = 2.0
_TRIM = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
LOWEST = float(np.finfo(np.float32).min)


@dataclass
class Batch:
    """Padded ids with the places of what is to be scored."""

    ids: torch.Tensor
    mask: torch.Tensor
    rows: torch.Tensor
    columns: torch.Tensor


def pad(sequences: list[np.ndarray], device: torch.device) -> Batch:
    """Sequences side by side, padded on the right; scored wherever the *target* is no padding."""
    lengths = [len(ids) for ids in sequences]
    ids = torch.zeros((len(sequences), max(lengths)), dtype=torch.long)
    for row, sequence in enumerate(sequences):
        ids[row, : lengths[row]] = torch.from_numpy(sequence.astype(np.int64))
    steps = torch.arange(ids.shape[1])
    mask = steps[None, :] < torch.tensor(lengths)[:, None]
    rows, columns = torch.nonzero(mask[:, 1:], as_tuple=True)
    return Batch(ids.to(device), mask.to(device, torch.long), rows.to(device), columns.to(device))


@torch.inference_mode()
def score(
    model: LoadedModel,
    sequences: list[np.ndarray],
    wanted: tuple[str, ...],
    chunk_rows: int,
    counted: list[np.ndarray] | None = None,
) -> dict[str, np.ndarray]:
    """The wanted columns of some sequences, position after position, sequence after sequence.

    With `counted`, only the positions whose flag is set.
    """
    batch = pad(sequences, model.device)
    hidden = model.projection.rows(batch.ids, batch.mask)
    rows, columns = batch.rows, batch.columns
    if counted is not None:
        keep = torch.from_numpy(np.concatenate(counted).astype(bool)).to(model.device)
        rows, columns = rows[keep], columns[keep]
    targets = batch.ids[rows, columns + 1]
    # A model spread over devices gives its last states on another than it takes tokens on.
    states = hidden[rows.to(hidden.device), columns.to(hidden.device)]
    del hidden
    parts: dict[str, list[torch.Tensor]] = {name: [] for name in wanted}
    for part, logits in model.projection.chunks(states, chunk_rows):
        found = token_statistics(logits, targets[part].to(logits.device), wanted)
        for name, values in found.items():
            parts[name].append(values)
    result = {}
    for name in wanted:
        values = torch.cat(parts[name]) if parts[name] else torch.zeros(0)
        result[name] = values.cpu().numpy().astype(COLUMNS[name])
    if "logprobs" in result:
        if np.isnan(result["logprobs"]).any():
            raise ExportError(
                "the model gives log-probabilities that are not numbers",
                "float16 overflows in some models: try --dtype bfloat16 or float32",
                where=model.name,
            )
        np.maximum(result["logprobs"], LOWEST, out=result["logprobs"])
    return result


class Journal:
    """Which batches of a pass are on disk; a pass that is killed loses the others only."""

    def __init__(self, folder: Path, plan: Plan, setting: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.path = folder / "done"
        head = f"{plan.digest} {len(plan)} {setting}"
        lines = self.path.read_text().split("\n") if self.path.exists() else []
        self.done: set[int] = set()
        if lines and lines[0] == head:
            # The last line may be half of one: only those with their end count.
            self.done = {int(line) for line in lines[1:-1] if line.isdigit()}
        write_text(self.path, "\n".join([head, *map(str, sorted(self.done)), ""]))
        self.file = open(self.path, "a", encoding="ascii")
        self.waiting: list[int] = []
        self.saved = time.monotonic()

    def finished(self, batch: int, sync: Callable[[], None], last: bool = False) -> None:
        """Notes a batch; now and then makes sure that all of them are on disk."""
        self.waiting.append(batch)
        if last or time.monotonic() - self.saved >= _CHECKPOINT_SECONDS:
            sync()
            self.file.write("".join(f"{number}\n" for number in self.waiting))
            self.file.flush()
            os.fsync(self.file.fileno())
            self.waiting = []
            give_memory_back()
            self.saved = time.monotonic()

    def close(self) -> None:
        """Ends the journal."""
        self.file.close()


def give_memory_back() -> None:
    """Returns free pages to the system: glibc keeps those between blocks in use, more and more."""
    if _TRIM is not None:
        _TRIM(0)


def run_columns(
    model: LoadedModel,
    sequences: Sequences,
    folder: Path,
    wanted: tuple[str, ...],
    budget: Budget,
    report: Reporter,
    title: str,
) -> None:
    """Every wanted column of every position, into column files of the folder."""
    plan = make_plan(sequences.lengths, budget.batch_tokens, budget.batch_size)
    journal = Journal(folder, plan, f"{budget.chunk_rows} {','.join(wanted)}")
    files = {n: ColumnFile(folder / n, COLUMNS[n], sequences.positions) for n in wanted}

    def sync() -> None:
        for file in files.values():
            file.sync()

    def work(indices: np.ndarray) -> None:
        result = score(model, [sequences.ids(i) for i in indices], wanted, budget.chunk_rows)
        place = 0
        for index in indices:
            count = int(sequences.lengths[index]) - 1
            for name, file in files.items():
                file.write(sequences.position_start(index), result[name][place : place + count])
            place += count

    _run(plan, journal, sequences.lengths, work, sync, report, title)
    for file in files.values():
        file.close()


def run_means(
    model: LoadedModel,
    sequences: Sequences,
    folder: Path,
    budget: Budget,
    report: Reporter,
    title: str,
) -> None:
    """The mean log-probability of each sequence's counted positions, into one column file."""
    plan = make_plan(sequences.lengths, budget.batch_tokens, budget.batch_size)
    journal = Journal(folder, plan, f"{budget.chunk_rows} means")
    file = ColumnFile(folder / "means", "<f8", len(sequences))

    def work(indices: np.ndarray) -> None:
        flags = [sequences.scored(i) for i in indices]
        ids = [sequences.ids(i) for i in indices]
        values = score(model, ids, ("logprobs",), budget.chunk_rows, flags)["logprobs"]
        place = 0
        for index, flag in zip(indices, flags):
            count = int(flag.sum())
            own = values[place : place + count].astype(np.float64)
            file.write(int(index), np.array([own.mean() if count else np.nan]))
            place += count

    _run(plan, journal, sequences.lengths, work, file.sync, report, title)
    file.close()


def _run(
    plan: Plan,
    journal: Journal,
    lengths: np.ndarray,
    work: Callable[[np.ndarray], None],
    sync: Callable[[], None],
    report: Reporter,
    title: str,
) -> None:
    progress = report.progress(title, int(lengths.sum()))
    left = [number for number in range(len(plan)) if number not in journal.done]
    for number in journal.done:
        progress.skip(int(lengths[plan.batch(number)].sum()))
    if journal.done and left:
        report.say(f"{title}: {len(journal.done):,} of {len(plan):,} batches are there already")
    for number in left:
        indices = plan.batch(number)
        work(indices)
        journal.finished(number, sync, last=number == left[-1])
        progress.advance(int(lengths[indices].sum()))
    journal.close()
    if left:
        progress.finish()
    if not (journal.folder / "complete").exists():
        write_text(journal.folder / "complete", plan.digest)
