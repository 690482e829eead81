"""Per-token evidence of memorization from fine-tuned language models, for ezscope."""

from pathlib import Path

# The program reads the same file, and so do the packages: nobody else states a version.
__version__ = Path(__file__).with_name("version.txt").read_text(encoding="ascii").strip()
