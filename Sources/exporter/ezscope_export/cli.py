"""The command line."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from ezscope_export import ending
from ezscope_export.command_settings import settings_of
from ezscope_export.errors import USAGE, ExportError, nearest
from ezscope_export.needs import need
from ezscope_export.options import COMMANDS, parser
from ezscope_export.progress import Reporter


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line; returns the exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    return ending.run(
        "ezscope-export",
        lambda: _command(arguments),
        resumes="the same command takes it up again",
        kept="finished batches are kept",
    )


def _command(arguments: list[str]) -> int:
    if arguments[:1] == ["make-reference"]:
        return _make_reference(arguments[1:])
    if arguments[:1] == ["compare-precision"]:
        return _compare_precision(arguments[1:])
    return _export(arguments)


def _export(arguments: list[str]) -> int:
    words = [word for word in arguments[:1] if not word.startswith("-")]
    if words:
        hint = nearest(words[0], COMMANDS)
        raise ExportError(f"{words[0]} is no command{hint}", "see --help", code=USAGE)
    options = parser().parse_args(arguments)
    report = _prepared(options)
    from ezscope_export.export import Export

    Export(settings_of(options), report).run()
    return 0


def _make_reference(arguments: list[str]) -> int:
    need("this command", "export")
    _silence_libraries()
    from ezscope_export import make_reference

    make_reference.run(arguments, Reporter())
    return 0


def _compare_precision(arguments: list[str]) -> int:
    p = parser("ezscope-export compare-precision", writes=False)
    p.add_argument("--json", action="store_true", help="machine-readable")
    options = p.parse_args(arguments)
    options.out = Path("unwritten.safetensors")
    report = _prepared(options)
    from ezscope_export.precision import compare_precision

    compare_precision(settings_of(options), "bfloat16", options.json, report)
    return 0


def _prepared(options: argparse.Namespace) -> Reporter:
    need("this command", "export")
    if options.threads:
        import torch

        torch.set_num_threads(options.threads)
    _silence_libraries()
    return Reporter(quiet=options.quiet)


def _silence_libraries() -> None:
    """The libraries' own progress bars and advice would run over ours."""
    import logging
    import warnings

    from transformers.utils import logging as transformers_logging

    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    for name in ("accelerate", "bitsandbytes", "peft"):
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module=r"(torch|transformers|peft|huggingface_hub)\b")
