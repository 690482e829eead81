"""From hidden states to logits, a few positions at a time.

The logits of a batch are its largest tensor by far: 8,192 positions of a 128k vocabulary take
4 GiB in float32. So the model's last layer is taken out of its forward pass and applied to the
positions that count, in chunks. Models that do something to the logits afterwards, or have no
separate last layer, are found out by a comparison and run whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch


class Projection:
    """A model's vocabulary projection."""

    def __init__(self, module: torch.nn.Module, base: Any) -> None:
        self.module: torch.nn.Module | None = module
        self.head: Any = base.get_output_embeddings()
        self.vocabulary = int(_text_config(base.config).vocab_size)
        weight = getattr(self.head, "weight", None)
        if isinstance(weight, torch.Tensor):
            self.vocabulary = int(weight.shape[0])
        self.chunked = self.head is not None
        self.taken: torch.Tensor | None = None

    def rows(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """What `logits` takes, for every token [B, L, ·]: virtual positions are left out."""
        if self.module is None:
            raise RuntimeError("the model was unloaded")
        if not self.chunked:
            logits: torch.Tensor = self._forward(ids, mask)
            return logits[:, -ids.shape[1] :]
        original = self.head.forward
        self.head.forward = self._take
        try:
            self._forward(ids, mask)
        finally:
            # An instance attribute now hides the class's method: remove it, or put it back.
            del self.head.forward
            if self.head.forward != original:
                self.head.forward = original
        taken, self.taken = self.taken, None
        if taken is None:
            raise RuntimeError("the model did not use its last layer")
        return taken[:, -ids.shape[1] :]

    def logits(self, rows: torch.Tensor) -> torch.Tensor:
        """The logits of some rows, a tensor of their own that may be overwritten."""
        return self.head(rows) if self.chunked else rows.clone()

    def chunks(self, rows: torch.Tensor, size: int) -> Iterator[tuple[slice, torch.Tensor]]:
        """The logits of rows, `size` at a time."""
        for start in range(0, rows.shape[0], size):
            part = slice(start, min(start + size, rows.shape[0]))
            yield part, self.logits(rows[part])

    @torch.inference_mode()
    def difference(self, ids: torch.Tensor, mask: torch.Tensor) -> float:
        """By how much chunked log-probabilities differ from those of the whole model."""
        if not self.chunked:
            return 0.0
        whole = torch.log_softmax(self._forward(ids, mask)[:, -ids.shape[1] :].float(), dim=-1)
        try:
            rows = self.rows(ids, mask)
            parts = torch.log_softmax(self.logits(rows).float(), dim=-1)
        except (RuntimeError, TypeError):
            return float("inf")
        if parts.shape != whole.shape:
            return float("inf")
        finite = whole > -1e30
        return float((parts - whole)[finite].abs().max()) if finite.any() else 0.0

    def release(self) -> None:
        """Lets go of the model."""
        self.module = None
        self.head = None

    def _forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        if self.module is None:
            raise RuntimeError("the model was unloaded")
        logits: torch.Tensor = self.module(
            input_ids=ids, attention_mask=mask, use_cache=False
        ).logits
        return logits

    def _take(self, hidden: torch.Tensor, *_: Any, **__: Any) -> torch.Tensor:
        self.taken = hidden
        return hidden[..., :1]


def _text_config(config: Any) -> Any:
    return config.get_text_config() if hasattr(config, "get_text_config") else config
