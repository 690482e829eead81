"""What one row of logits says about the true token, in float32 whatever the model computes in."""

from __future__ import annotations

import torch

from ezscope_export.columns import MOMENTS

# Logits this far below the best have probability 0 even in float64, and stay finite when squared.
_FLOOR = -1e4


def token_statistics(
    logits: torch.Tensor, targets: torch.Tensor, columns: tuple[str, ...]
) -> dict[str, torch.Tensor]:
    """The asked-for columns for rows of logits [P, V] and their true tokens [P].

    - `ranks`: 1 + number of entries strictly greater than the true token's.
    - `top1_ids`: the first of the most probable tokens, but the true one if it is among them, so
      that rank 1 and a right first choice are the same thing.
    - `logprob_means`, `logprob_stds`: moments of log p under p itself, not over the vocabulary.

    The logits are overwritten.
    """
    logits = logits.float()
    best, choice = logits.max(dim=-1)
    true = logits.gather(1, targets[:, None]).squeeze(1)
    result: dict[str, torch.Tensor] = {}
    # One buffer for what is as large as the logits: fresh memory costs as much as filling it.
    buffer = torch.empty_like(logits)
    if "ranks" in columns or "top1_ids" in columns:
        # Ones in float32 add up exactly, and twice as fast as booleans.
        ranks = torch.gt(logits, true[:, None], out=buffer).sum(dim=-1).long() + 1
        result["ranks"] = ranks
        result["top1_ids"] = torch.where(ranks == 1, targets, choice)
    shifted = logits.sub_(best[:, None])
    if not any(name in columns for name in MOMENTS):
        log_total = shifted.exp_().sum(dim=-1).log_()
    else:
        weights = torch.exp(shifted, out=buffer)
        total = weights.sum(dim=-1)
        log_total = total.log()
        mean, variance = _moments(shifted, weights, total)
        result["logprob_means"] = mean - log_total
        result["logprob_stds"] = variance.sqrt()
    result["logprobs"] = (true - best) - log_total
    result["top1_logprobs"] = -log_total
    return {name: result[name] for name in columns}


def _moments(
    shifted: torch.Tensor, weights: torch.Tensor, total: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and variance of the shifted logits, in two passes: squares would cancel in one."""
    mean = _dot(weights, shifted) / total
    if not torch.isfinite(mean).all():
        # Entries of minus infinity (a padded vocabulary) give 0 times infinity.
        shifted = shifted.clamp_(min=_FLOOR)
        mean = _dot(weights, shifted) / total
    centred = shifted.sub_(mean[:, None])
    variance = _dot(weights, centred.mul_(centred)) / total
    return mean, variance


def _dot(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """Row by row inner products, without a temporary of their size."""
    return torch.bmm(first[:, None, :], second[:, :, None])[:, 0, 0]
