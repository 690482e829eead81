"""Tiny models, adapters and a tokenizer, all made on the spot from a fixed seed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
EXPORTER = Path(__file__).resolve().parents[2] / "Sources" / "exporter"
sys.path.insert(0, str(EXPORTER))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import pytest  # noqa: E402
import torch  # noqa: E402
from support import (  # noqa: E402
    ARCHITECTURES,
    KINDS,
    TEXTS,
    make_adapter,
    make_model,
    make_tokenizer,
)

torch.set_num_threads(1)
# Waiting for the disk protects from a power cut, which no test can see, and takes a tenth of them.
os.fsync = lambda _: None


@pytest.fixture(scope="session")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """A folder for an architecture and an adapter kind (`full`: the whole model), made once."""
    root = tmp_path_factory.mktemp("zoo")
    tokenizer = make_tokenizer()

    def folder(architecture: str, kind: str) -> Path:
        assert architecture in ARCHITECTURES and kind in ("full", *KINDS)
        path = root / architecture / kind
        if not path.exists():
            if kind == "full":
                make_model(architecture, path, tokenizer)
            else:
                make_adapter(folder(architecture, "full"), architecture, kind, path)
        return path

    return folder


@pytest.fixture
def texts(tmp_path: Path) -> dict[str, Path]:
    """Members and non-members of very different lengths."""
    files = {}
    half = len(TEXTS) // 2
    for name, own in (("members", TEXTS[:half]), ("non-members", TEXTS[half:])):
        files[name] = tmp_path / f"{name}.jsonl"
        rows = [{"id": f"{name}-{n}", "text": t, "family": "f"} for n, t in enumerate(own)]
        files[name].write_text("".join(json.dumps(row) + "\n" for row in rows))
    return files


@pytest.fixture
def export(texts: dict[str, Path], tmp_path: Path) -> Callable[..., Any]:
    """Runs an export in this process and opens what it wrote."""
    from ezscope_export.cli import main
    from support import Evidence

    def run(*arguments: object, out: str = "run.safetensors", data: bool = True) -> Any:
        inputs = ["--members", texts["members"], "--non-members", texts["non-members"]]
        words = [*arguments, "--out", tmp_path / out, "--quiet", *(inputs if data else [])]
        status = main([str(word) for word in words])
        assert status == 0
        path = tmp_path / out
        return Evidence(path) if path.suffix == ".safetensors" else path

    return run


@pytest.fixture
def status_of(
    zoo: Callable[[str, str], Path], texts: dict[str, Path], tmp_path: Path
) -> Callable[..., int]:
    """Exports the members to `x.safetensors` and returns the exit status."""
    from ezscope_export.cli import main

    def run(*more: object, target: object = None, reference: object = None) -> int:
        target = target or zoo("gpt2", "full")
        words = ["--target", target, "--reference", reference or target]
        words += ["--members", texts["members"], "--out", tmp_path / "x.safetensors", "--quiet"]
        return main([str(word) for word in [*words, *more]])

    return run
