"""Asks every model about every text, with the project's own exporter."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

EXPORTER = Path(__file__).resolve().parents[2] / "Sources" / "exporter"
# Continuations: how many tokens of a text are given, and how many follow.
PREFIX, CONTINUED = 48, 32


def export(
    folder: Path, inputs: dict[str, Path], *, runs: Sequence[dict], bases: Sequence[str], device: str
) -> None:
    """One call for all models. It takes up by itself what an earlier, killed one has done."""
    models = inputs["models"]
    # Beside the stages and not in this one's folder, which is new each time.
    out = folder.parent.parent / "export"
    command = [sys.executable, "-m", "ezscope_export", "--out", str(out), "--name", "Invented private records"]
    for base in bases:
        command += ["--reference", f"{base}={models / base}"]
    for run in runs:
        command += ["--target", f"{run['name']}={models / run['name']}"]
        command += ["--against", f"{run['name']}={run['reference']}"]
    command += ["--members", str(inputs["records"] / "members.jsonl")]
    command += ["--non-members", str(inputs["records"] / "non-members.jsonl")]
    command += ["--decoding", "greedy", "--prefix-tokens", str(PREFIX), "--new-tokens", str(CONTINUED)]
    command += ["--reference-columns", "top1", "--device", device]
    command += ["--threads", os.environ.get("OMP_NUM_THREADS", "1")]
    print(" ".join(command), flush=True)
    subprocess.run(command, check=True, env=environment())
    for file in out.iterdir():
        file.rename(folder / file.name)
    out.rmdir()


def environment() -> dict[str, str]:
    """The environment in which the exporter of this clone is found."""
    paths = [str(EXPORTER), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
