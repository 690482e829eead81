"""From hidden states to logits, a few positions at a time.

The logits of a batch are its largest tensor by far: 8,192 positions of a 128k vocabulary take
4 GiB in float32. So the model's last layer is taken out of its forward pass and applied to the
positions that count, in chunks. What a model does to the logits afterwards (a scale, a soft cap)
is found out by planting known values in place of the last layer's and looking at what comes out;
models that do anything else, or have no separate last layer, run whole.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import torch

# Planted in place of logits: both signs, tiny to far beyond any cap.
_PLANTED = (-1000.0, -77.0, -20.0, -3.0, -0.5, 0.0, 0.25, 1.0, 8.0, 41.0, 300.0, 1e6)
_TOLERANCE = {torch.float64: 1e-9, torch.float32: 1e-4}


class Projection:
    """A model's vocabulary projection."""

    def __init__(self, module: torch.nn.Module, base: Any) -> None:
        self.module: torch.nn.Module | None = module
        self.head: Any = base.get_output_embeddings()
        self.config = _text_config(base.config)
        self.vocabulary = int(self.config.vocab_size)
        weight = getattr(self.head, "weight", None)
        size = getattr(self.head, "out_features", None)
        if isinstance(size, int):
            self.vocabulary = size
        elif isinstance(weight, torch.Tensor):
            self.vocabulary = int(weight.shape[0])
        self.chunked = self.head is not None
        self.after: Callable[[torch.Tensor], torch.Tensor] | None = None
        self.description = "in chunks"
        self.taken: torch.Tensor | None = None
        self.planted: torch.Tensor | None = None

    def rows(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """What `logits` takes, for every token [B, L, ·]: virtual positions are left out."""
        if self.module is None:
            raise RuntimeError("the model was unloaded")
        if not self.chunked:
            logits: torch.Tensor = self._forward(ids, mask)
            return logits[:, -ids.shape[1] :]
        self._intercepted(ids, mask)
        taken, self.taken = self.taken, None
        if taken is None:
            raise RuntimeError("the model did not use its last layer")
        return taken[:, -ids.shape[1] :]

    def logits(self, rows: torch.Tensor) -> torch.Tensor:
        """The logits of some rows, a tensor of their own that may be overwritten."""
        if not self.chunked:
            return rows.clone()
        logits: torch.Tensor = self.head(rows)
        return logits if self.after is None else self.after(logits)

    def chunks(self, rows: torch.Tensor, size: int) -> Iterator[tuple[slice, torch.Tensor]]:
        """The logits of rows, `size` at a time."""
        for start in range(0, rows.shape[0], size):
            part = slice(start, min(start + size, rows.shape[0]))
            yield part, self.logits(rows[part])

    @torch.inference_mode()
    def verify(self, ids: torch.Tensor, mask: torch.Tensor) -> None:
        """Finds out what follows the last layer; a model that cannot be followed runs whole."""
        if self.chunked:
            self.chunked = self._follow(ids, mask)
        if self.chunked and not self.difference(ids, mask) <= _TOLERANCE.get(self._dtype(), 1e-3):
            self.chunked = False
        if not self.chunked:
            self.after = None
            self.description = "whole"

    def _follow(self, ids: torch.Tensor, mask: torch.Tensor) -> bool:
        """Plants values in place of logits and finds the function that the model applies."""
        values = torch.tensor(_PLANTED, device=ids.device)
        self.planted = values
        try:
            found = self._intercepted(ids, mask)
        except (RuntimeError, TypeError, ValueError, IndexError):
            return False
        finally:
            self.planted, self.taken = None, None
        if found.shape[-1] != len(_PLANTED):
            return False
        given = found[0, -1].double().cpu()
        planted = values.double().cpu()
        if torch.equal(given, planted):
            return True
        scale = float(given[7])
        if scale and torch.allclose(given, planted * scale, rtol=1e-5, atol=1e-6):
            self.after, self.description = _scaled(self._exact(scale))
            return True
        cap = float(given[-1])
        if cap and torch.allclose(given, cap * torch.tanh(planted / cap), rtol=1e-4, atol=1e-5):
            self.after, self.description = _capped(cap)
            return True
        return False

    def _exact(self, scale: float) -> tuple[float, bool]:
        """A scale as the configuration has it, and whether it divides: rounding differs."""
        divisor = getattr(self.config, "logits_scaling", None)
        if (
            isinstance(divisor, (int, float))
            and divisor
            and math.isclose(1 / divisor, scale, rel_tol=1e-4)
        ):
            return float(divisor), True
        for name in ("logit_scale", "lm_head_multiplier"):
            factor = getattr(self.config, name, None)
            if isinstance(factor, (int, float)) and math.isclose(factor, scale, rel_tol=1e-4):
                return float(factor), False
        return scale, False

    @torch.inference_mode()
    def difference(self, ids: torch.Tensor, mask: torch.Tensor) -> float:
        """By how much chunked log-probabilities differ from the whole model's, shape for shape."""
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

    def _intercepted(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """A forward pass without its last layer."""
        original = self.head.forward
        self.head.forward = self._take
        try:
            return self._forward(ids, mask)
        finally:
            # An instance attribute now hides the class's method: remove it, or put it back.
            del self.head.forward
            if self.head.forward != original:
                self.head.forward = original

    def _forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        if self.module is None:
            raise RuntimeError("the model was unloaded")
        logits: torch.Tensor = self.module(
            input_ids=ids, attention_mask=mask, use_cache=False
        ).logits
        return logits

    def _dtype(self) -> torch.dtype:
        weight = getattr(self.head, "weight", None)
        return weight.dtype if isinstance(weight, torch.Tensor) else torch.float32

    def _take(self, hidden: torch.Tensor, *_: Any, **__: Any) -> torch.Tensor:
        self.taken = hidden
        if self.planted is not None:
            return self.planted.to(hidden.device).repeat(*hidden.shape[:-1], 1)
        return hidden[..., :1]


def _scaled(scale: tuple[float, bool]) -> tuple[Callable[[torch.Tensor], torch.Tensor], str]:
    value, divides = scale
    if divides:
        return (lambda logits: logits.div_(value)), f"in chunks, divided by {value:g}"
    return (lambda logits: logits.mul_(value)), f"in chunks, times {value:g}"


def _capped(cap: float) -> tuple[Callable[[torch.Tensor], torch.Tensor], str]:
    return (lambda logits: logits.div_(cap).tanh_().mul_(cap)), f"in chunks, capped at {cap:g}"


def _text_config(config: Any) -> Any:
    return config.get_text_config() if hasattr(config, "get_text_config") else config
