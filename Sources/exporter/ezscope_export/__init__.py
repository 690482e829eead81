"""Per-token evidence of memorization from fine-tuned language models, for ezscope."""

__version__ = "0.1.0"
