"""The command line."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from ezscope_export.command_settings import settings_of
from ezscope_export.errors import INPUT_OUTPUT, SOFTWARE, USAGE, ExportError, first_line, nearest
from ezscope_export.needs import need
from ezscope_export.options import COMMANDS, parser
from ezscope_export.progress import Reporter


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line; returns the exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        if arguments[:1] == ["make-reference"]:
            return _make_reference(arguments[1:])
        if arguments[:1] == ["compare-precision"]:
            return _compare_precision(arguments[1:])
        return _export(arguments)
    except ExportError as error:
        print(f"ezscope-export: {error}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        print("\nezscope-export: stopped; the same command takes it up again", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return INPUT_OUTPUT
    except OSError as error:
        problem = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        print(f"ezscope-export: {problem}", file=sys.stderr)
        return INPUT_OUTPUT
    except Exception as error:
        if os.environ.get("EZSCOPE_TRACEBACK"):
            raise
        print(f"ezscope-export: {_unforeseen(error)}", file=sys.stderr)
        return SOFTWARE


def _unforeseen(error: Exception) -> str:
    """A sentence for what no check foresaw."""
    name, said = type(error).__name__, first_line(error)
    if name in ("OutOfMemoryError", "MemoryError") or "can't allocate memory" in said:
        return (
            "the memory does not suffice; finished batches are kept\n  pass a smaller --memory or "
            "--batch-size, --dtype bfloat16, or --device-map auto"
        )
    return (
        f"a library fails: {name}: {said}\n  finished batches are kept; EZSCOPE_TRACEBACK=1 shows "
        "where, for a report"
    )


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
