"""Where the output goes: onto nothing but an older output, and never onto an input."""

from __future__ import annotations

import json
import os
from pathlib import Path

from ezscope_export.errors import INPUT_OUTPUT, USAGE, ExportError
from ezscope_export.files import clear_parts, open_to_write

_LARGEST_HEADER = 100 << 20


def is_evidence(path: Path) -> bool:
    """Whether a file is evidence that ezscope-export or ezscope-collect wrote."""
    try:
        with open(path, "rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if length > _LARGEST_HEADER:
                return False
            header = json.loads(file.read(length))
        metadata = header["__metadata__"]
        run = json.loads(metadata.get("run", '{"exporter": ""}'))
        return metadata["ezscope"] == "1" and ("exporter" in run or "collector" in run)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def check(out: Path, single: bool, inputs: list[str]) -> None:
    """Refuses an output that would replace something else; tries whether it can be written."""
    for name in inputs:
        if os.path.exists(name) and os.path.exists(out) and os.path.samefile(name, out):
            raise ExportError("is an input", "choose another --out", where=str(out), code=USAGE)
    if single:
        if out.is_dir():
            raise ExportError("is a folder", "choose another --out", where=str(out), code=USAGE)
        _check_file(out)
    else:
        if os.path.lexists(out) and not out.is_dir():
            raise ExportError(
                "is a file",
                "a folder is written: choose another --out, or one that ends in .safetensors",
                where=str(out),
                code=USAGE,
            )
        manifest = out / "experiment.toml"
        if out.is_dir() and any(out.iterdir()) and not _is_manifest(manifest):
            raise ExportError(
                "is a folder with other things in it",
                "choose another --out",
                where=str(out),
                code=USAGE,
            )
        if out.is_dir():
            for path in out.glob("*.safetensors"):
                _check_file(path)
    _try(out.parent)
    clear_parts(out)


def _check_file(path: Path) -> None:
    if os.path.lexists(path) and not is_evidence(path):
        raise ExportError(
            "is there already and is no evidence of this tool",
            "move it, or choose another --out",
            where=str(path),
            code=USAGE,
        )


def _is_manifest(path: Path) -> bool:
    try:
        return 'common = ["sequences.safetensors"]' in path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return False


def _try(folder: Path) -> None:
    """Writes a file of nothing, before hours go into what cannot be written."""
    probe = folder / f".ezscope-export.{os.getpid()}.new"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.close(open_to_write(probe))
        probe.unlink()
    except OSError as error:
        raise ExportError(
            f"cannot be written to: {error.strerror}",
            "choose another --out",
            where=str(folder),
            code=INPUT_OUTPUT,
        ) from None
