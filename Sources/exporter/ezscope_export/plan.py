"""Which sequences are scored together: a pure function of their lengths and two numbers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Plan:
    """Batches of sequence indices, longest first, so that memory runs out at once or never."""

    order: np.ndarray
    starts: np.ndarray

    def __len__(self) -> int:
        return len(self.starts) - 1

    def batch(self, index: int) -> np.ndarray:
        """The sequences of one batch."""
        return self.order[self.starts[index] : self.starts[index + 1]]

    @property
    def digest(self) -> str:
        """What tells two plans apart."""
        data = self.order.tobytes() + self.starts.tobytes()
        return hashlib.sha256(data).hexdigest()[:16]


def make_plan(lengths: np.ndarray, batch_tokens: int, batch_size: int) -> Plan:
    """Batches of similar lengths with at most `batch_tokens` tokens, padding included.

    A single sequence longer than that is a batch of its own.
    """
    order = np.argsort(-lengths, kind="stable").astype(np.int64)
    ordered = lengths[order]
    starts = [0]
    while starts[-1] < len(order):
        longest = max(int(ordered[starts[-1]]), 1)
        count = max(1, min(batch_tokens // longest, batch_size))
        starts.append(min(starts[-1] + count, len(order)))
    return Plan(order, np.asarray(starts, dtype=np.int64))
