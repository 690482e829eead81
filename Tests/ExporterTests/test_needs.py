"""What a plain installation lacks is named, with the command that brings it; the rest works without."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXPORTER = ROOT / "Sources/exporter"

# Nothing but the standard library and the exporter can be imported.
_ALONE = """
import sys
sys.path = [sys.argv.pop(1)] + [place for place in sys.path if "-packages" not in place]
module = sys.argv.pop(1)
sys.argv[0] = module
from importlib import import_module
sys.exit(import_module(module).main())
"""


def alone(module: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-B", "-c", _ALONE, str(EXPORTER), module, *words]
    return subprocess.run(command, capture_output=True, text=True)


COMMANDS = [
    "ezscope_export.cli",
    "ezscope_export.cluster_cli",
    "ezscope_collect.cli",
    "ezscope_convert.cli",
]


@pytest.mark.parametrize("module", COMMANDS)
def test_help_and_version_need_nothing(module):
    asked = alone(module, "--version")
    assert (asked.returncode, asked.stderr) == (0, "")
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", asked.stdout)
    assert alone(module, "--help").returncode == 0


@pytest.mark.parametrize(
    "module,words,shown",
    [
        (
            "ezscope_export.cli",
            "--target a --reference b --members m.jsonl --out o.safetensors",
            "ezscope-export: this command needs torch, transformers, peft, safetensors, "
            "not installed here; pip install 'ezscope[export]'",
        ),
        ("ezscope_export.cli", "make-reference sft", "pip install 'ezscope[export]'"),
        (
            "ezscope_collect.cli",
            "--target m --members m.jsonl --out o.safetensors",
            "needs numpy, not installed here; pip install ezscope",
        ),
        ("ezscope_convert.cli", "a.parquet b.csv", "pip install ezscope"),
        (
            "ezscope_export.cluster_cli",
            "scores scores.csv",
            "needs pyarrow, not installed here; pip install 'ezscope[cluster]'",
        ),
    ],
)
def test_what_is_missing_is_named_in_one_line(module, words, shown):
    asked = alone(module, *words.split())
    assert asked.returncode == 64
    assert len(asked.stderr.splitlines()) == 1 and shown in asked.stderr


@pytest.mark.skipif(sys.version_info < (3, 11), reason="needs tomllib")
def test_the_extras_are_those_of_the_project():
    import tomllib

    from ezscope_export.needs import EXTRAS

    project = tomllib.loads((EXPORTER / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {
        name: tuple(need.partition(">=")[0] for need in needs)
        for name, needs in project["optional-dependencies"].items()
        if name != "test"
    }
    assert extras == EXTRAS
    assert [need.partition(">=")[0] for need in project["dependencies"]] == ["numpy"]
