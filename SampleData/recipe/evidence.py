"""Asks every model about every text, with the project's own exporter."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from conformance import reference, sample
from dataset import read_texts
from experiment import SEEN
from figures import read_manifest

EXPORTER = Path(__file__).resolve().parents[2] / "Sources" / "exporter"
# Headline figures are over these splits.
PRIMARY = ("member", "nonmember")
# Continuations: how many tokens of a text are given, and how many follow.
PREFIX, CONTINUED = 48, 32
# Of members trained on once, and of non-members, so many are continued; of all others, all are.
PLAIN_CONTINUED = 100


def continue_texts(
    folder: Path,
    inputs: dict[str, Path],
    *,
    runs: Sequence[dict[str, Any]],
    bases: Sequence[str],
    device: str,
) -> None:
    """Greedy continuations of what one wants to know of: repeated and planted texts."""
    # Where the exporter finds them again if it is killed.
    texts = work_folder(folder) / "texts"
    texts.mkdir(parents=True, exist_ok=True)
    for name in ("members", "non-members"):
        lines = (inputs["records"] / f"{name}.jsonl").read_text().splitlines(keepends=True)
        plain = [
            line for line in lines if json.loads(line)["meta"]["split"] in ("member", "nonmember")
        ]
        dropped = set(plain[PLAIN_CONTINUED:])
        (texts / f"{name}.jsonl").write_text("".join(line for line in lines if line not in dropped))
    more = ["--decoding", "greedy", "--prefix-tokens", str(PREFIX), "--new-tokens", str(CONTINUED)]
    more += ["--columns", "logprobs", "--reference-columns", "logprobs"]
    call_exporter(folder, inputs["models"], texts, runs, bases, device, more)


def export(
    folder: Path,
    inputs: dict[str, Path],
    *,
    runs: Sequence[dict[str, Any]],
    bases: Sequence[str],
    device: str,
) -> None:
    """Everything about every text, one call for all models, and the continuations beside it."""
    more = ["--reference-columns", "top1"]
    call_exporter(folder, inputs["models"], inputs["records"], runs, bases, device, more)
    ids = [row["id"] for row in read_texts(inputs["records"])]
    manifest = (folder / "experiment.toml").read_text()
    (folder / "continuations").mkdir()
    for run in read_manifest(inputs["continued"])["run"]:
        file = f"continuations/{run['name']}.safetensors"
        entries = read_continuations(inputs["continued"], run)
        column = sample.text_column("continuations", [entries.get(name, b"") for name in ids])
        column |= sample.text_column("sequence.ids", [name.encode() for name in ids])
        sample.write_safetensors(folder / file, column)
        alone = f'files = ["{run["name"]}.safetensors"]'
        if manifest.count(alone) != 1:
            raise ValueError(f"the manifest does not say {alone} once")
        manifest = manifest.replace(alone, f'{alone[:-1]}, "{file}"]')
    manifest = add_seen(folder, inputs["models"], manifest)
    primary = "# Repeated texts, canaries and controls are for browsing and slicing.\n[primary]\n"
    primary += f"split = {json.dumps(list(PRIMARY))}\n\n"
    manifest = manifest.replace("[[reference]]", primary + "[[reference]]", 1)
    (folder / "experiment.toml").write_text(manifest)


def add_seen(folder: Path, models: Path, manifest: str) -> str:
    """Copies what each run had seen beside its evidence; returns the manifest that names it."""
    (folder / "seen").mkdir()
    for run in read_manifest(folder)["run"]:
        source = models / run["name"] / SEEN
        # A heading alone: the control was trained on texts that nobody is asked about.
        if not source.exists() or source.read_text().count("\n") < 2:
            continue
        shutil.copyfile(source, folder / "seen" / f"{run['name']}.csv")
        name = f'name = "{run["name"]}"\n'
        if manifest.count(name) != 1:
            raise ValueError(f"the manifest does not say {name} once")
        manifest = manifest.replace(name, f'{name}seen = "seen/{run["name"]}.csv"\n')
    return manifest


def read_continuations(evidence: Path, run: dict[str, Any]) -> dict[str, bytes]:
    """The continuations of a run by sequence, as JSON; empty where a text has none."""
    found: dict[str, bytes] = {}
    for file in run["files"]:
        tensors = reference.read_safetensors(evidence / file)
        entries = reference.texts(tensors, "continuations") or ()
        names = reference.texts(tensors, "sequence.ids")
        found |= {name.decode(): entry for name, entry in zip(names, entries)}
    return found


def call_exporter(
    folder: Path,
    models: Path,
    texts: Path,
    runs: Sequence[dict[str, Any]],
    bases: Sequence[str],
    device: str,
    more: Sequence[str],
) -> None:
    """One call for all models. It takes up by itself what an earlier, killed one has done."""
    out = work_folder(folder) / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "ezscope_export",
        "--out",
        str(out),
        "--name",
        "Invented private records",
    ]
    for base in bases:
        command += ["--reference", f"{base}={models / base}"]
    for run in runs:
        command += ["--target", f"{run['name']}={models / run['name']}"]
        command += ["--against", f"{run['name']}={run['reference']}"]
    command += ["--members", str(texts / "members.jsonl")]
    command += ["--non-members", str(texts / "non-members.jsonl")]
    command += ["--device", device, "--threads", os.environ.get("OMP_NUM_THREADS", "1"), *more]
    print(" ".join(command), flush=True)
    subprocess.run(command, check=True, env=environment())
    for file in out.iterdir():
        file.rename(folder / file.name)
    shutil.rmtree(out.parent)


def work_folder(folder: Path) -> Path:
    """A folder beside the stages, that stays; the stage's own is new each time."""
    return folder.parent.parent / "export" / folder.name.split(".")[0]


def environment() -> dict[str, str]:
    """The environment in which the exporter of this clone is found."""
    paths = [str(EXPORTER), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
