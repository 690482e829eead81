"""The examples of the exporter's README, as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

from conftest import ROOT


def example(word: str, evidence: Path, folder: Path) -> str:
    """A file with the Python example that has a word; its files are in a folder of the test's."""
    text = (ROOT / "Sources" / "exporter" / "README.md").read_text(encoding="utf-8")
    found = [code for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if word in code]
    assert len(found) == 1
    code = found[0].replace('"evidence.parquet"', repr(str(evidence)))
    for name in ("scores", "scores.csv"):
        code = code.replace(f'"{name}"', repr(str(folder / name)))
    (folder / "example.py").write_text(code)
    return str(folder / "example.py")
