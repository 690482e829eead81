"""Evidence in Parquet, the binary, and what a single process makes of them."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Sources" / "exporter"))
# Workers that an engine starts find the package the same way.
os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(ROOT / "Sources" / "exporter"), str(Path(__file__).parent)]
)

# The binary that is tested: named in EZSCOPE_BINARY, or the one built last.
BINARY = next(
    (
        path
        for path in [
            *([Path(os.environ["EZSCOPE_BINARY"])] if "EZSCOPE_BINARY" in os.environ else []),
            *ROOT.glob(".build/*/debug/ezscope"),
        ]
        if path.exists()
    ),
    None,
)
if BINARY is not None:
    # The documentation's examples find it on the path, on every node.
    os.environ["PATH"] = f"{BINARY.resolve().parent}{os.pathsep}{os.environ['PATH']}"

from ezscope_convert.cli import main as convert

ATTACKS = ("ez", "loss", "ref-diff", "min-k")


def rows_of(text: str) -> list[list[Any]]:
    """A table of scores, sorted, its numbers as numbers."""
    rows = []
    for row in list(csv.reader(io.StringIO(text)))[1:]:
        values: list[Any] = []
        for field in row:
            try:
                values.append(float(field))
            except ValueError:
                values.append(field)
        rows.append(values)
    return sorted(rows, key=lambda row: str(row[1]))


@pytest.fixture(scope="session")
def binary() -> str:
    """The binary that is tested."""
    if BINARY is None:
        pytest.skip("no ezscope binary: swift build, or name one in EZSCOPE_BINARY")
    return str(BINARY.resolve())


@pytest.fixture(scope="session")
def evidence(binary: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A sample run as one file and as Parquet in small row groups, with its scores."""
    folder = tmp_path_factory.mktemp("evidence")
    sample = ROOT / "SampleData"
    native = folder / "full-e3.safetensors"
    words = [binary, "convert", str(sample), str(native), "--run", "full-e3"]
    subprocess.run(words, check=True, capture_output=True)
    assert convert([str(native), str(folder / "run.parquet"), "--row-group", "100"]) == 0
    words = [binary, "score", str(native), "--attack", ",".join(ATTACKS)]
    whole = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    return {"native": native, "parquet": folder / "run.parquet", "scores": rows_of(whole)}
