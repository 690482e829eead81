"""The part of the sample data that packages hold: whole runs, as many as fit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import tomllib

from packages.errors import PackagingError

# Bytes of files as they lie in the clone. Evidence is hardly compressible.
MOST = 12_000_000

Table = dict[str, Any]


def selected(folder: Path, most: int = MOST) -> dict[str, bytes]:
    """The files to take by their names, among them a manifest of the runs that are taken.

    First comes one run of each method in the manifest's order, so that every screen and the tour
    have something to show; then others in that order, while they fit.
    """
    text = (folder / "experiment.toml").read_text(encoding="utf-8")
    manifest = tomllib.loads(text)
    runs: list[Table] = manifest.get("run", [])
    references = {table["name"]: table for table in manifest.get("reference", [])}
    names = _files(folder, {"common": manifest.get("common", [])})
    taken: set[int] = set()
    for index in _by_importance(runs):
        run = runs[index]
        more = _files(folder, run) | _files(folder, references.get(run.get("reference"), {}))
        if _size(folder, names | more) <= most:
            names |= more
            taken.add(index)
    if not taken:
        raise PackagingError(f"{folder}: no run fits into {most:,} bytes")
    files = {name: (folder / name).read_bytes() for name in sorted(names)}
    kept = {runs[index]["reference"] for index in taken if "reference" in runs[index]}
    numbers = {
        "run": taken,
        "reference": {number for number, name in enumerate(references) if name in kept},
    }
    files["experiment.toml"] = _cut(text, numbers).encode()
    return files


def _by_importance(runs: list[Table]) -> list[int]:
    seen: set[str] = set()
    first: list[int] = []
    for index, run in enumerate(runs):
        method = str(run.get("method"))
        if method not in seen:
            first.append(index)
        seen.add(method)
    return first + [index for index in range(len(runs)) if index not in first]


def _files(folder: Path, table: Table) -> set[str]:
    """Every file beside the manifest that a table names, under whatever key."""
    found: set[str] = set()
    for value in table.values():
        for name in value if isinstance(value, list) else [value]:
            if isinstance(name, str) and name and (folder / name).is_file():
                found.add(name)
    return found


def _size(folder: Path, names: set[str]) -> int:
    return sum((folder / name).stat().st_size for name in names)


def _cut(text: str, kept: dict[str, set[int]]) -> str:
    """The manifest without the tables that are not kept; what is kept stays as it was written."""
    blocks = re.split(r"(?m)^(?=\[)", text)
    counts = dict.fromkeys(kept, -1)
    result: list[str] = []
    is_kept = True
    for block in blocks:
        head = re.match(r"\[\[(\w+)\]\]", block)
        if head and head[1] in counts:
            counts[head[1]] += 1
            is_kept = counts[head[1]] in kept[head[1]]
        elif not re.match(r"\[\[?\w+\.", block):
            # Tables within a run or reference share its fate; others are nobody's.
            is_kept = True
        if is_kept:
            result.append(block)
    return "".join(result)
