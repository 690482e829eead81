"""`experiment.toml`: which files make up which run."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from ezscope_export.files import write_text

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def manifest_text(
    name: str, description: str, references: list[dict[str, Any]], runs: list[dict[str, Any]]
) -> str:
    """The manifest of an experiment whose sequences are in `sequences.safetensors`."""
    parts = [f"name = {_value(name)}\n"]
    if description:
        parts.append(f"description = {_value(description)}\n")
    parts.append('common = ["sequences.safetensors"]\n')
    for title, tables in (("reference", references), ("run", runs)):
        for table in tables:
            parts.append(f"\n[[{title}]]\n")
            parts += [f"{_key(k)} = {_value(v)}\n" for k, v in table.items() if v is not None]
    return "".join(parts)


def write_manifest(folder: Path, text: str) -> None:
    """Writes the manifest, whole or not at all."""
    write_text(folder / "experiment.toml", text)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _value(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    # A JSON string is a TOML basic string, but for DEL.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
