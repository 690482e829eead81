"""The command line of `ezscope-collect`."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

from ezscope_collect.settings import KINDS, REFERENCE, TARGET, ServedModel, Settings
from ezscope_export import __version__, ending
from ezscope_export.command_settings import check_sources, sources_of
from ezscope_export.errors import USAGE, ExportError
from ezscope_export.needs import need
from ezscope_export.options import Parser, add_text_options
from ezscope_export.progress import Reporter
from ezscope_export.records import Fields

_DESCRIPTION = """\
Asks a model server for the log-probabilities of your texts and writes evidence that ezscope opens.

  ezscope-collect --server http://127.0.0.1:8000 --target my-lora --reference base-model \\
    --members train.jsonl --non-members held-out.jsonl --out run.safetensors

Servers: vLLM (prompt_logprobs), SGLang, TGI, and completions that echo their prompt, such as
llama-cpp-python's. What was answered is kept: the same command takes an ended run up again.
"""


def parser() -> argparse.ArgumentParser:
    """The options."""
    p = Parser(
        "ezscope-collect",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("--version", action="version", version=__version__)
    g = p.add_argument_group("servers")
    g.add_argument(
        "--target",
        required=True,
        metavar="[NAME=]MODEL[@URL]",
        help="the fine-tuned model by the name its server gives it",
    )
    g.add_argument("--reference", metavar="[NAME=]MODEL[@URL]", help="the model it started from")
    g.add_argument(
        "--server",
        default="http://127.0.0.1:8000",
        metavar="URL",
        help="where models are that do not say it (default: http://127.0.0.1:8000)",
    )
    g.add_argument("--kind", choices=KINDS, default="auto", help="what the servers are")
    g.add_argument(
        "--api-key-env", metavar="NAME", help="the environment variable that holds the key"
    )
    g.add_argument(
        "--tokenizer",
        metavar="DIR_OR_ID",
        help="cut texts here and send token ids; conversations and --max-length need it",
    )
    g.add_argument(
        "--trust-remote-code", action="store_true", help="run code that comes with a tokenizer"
    )
    g = p.add_argument_group(
        "texts (.jsonl .json .csv .tsv .parquet .txt, a folder, hf:NAME:SPLIT)"
    )
    add_text_options(g)
    g.add_argument(
        "--skip-refused", action="store_true", help="leave out texts that a server refuses"
    )
    g = p.add_argument_group("requests")
    g.add_argument(
        "--concurrency", type=int, default=32, metavar="N", help="requests at a time (default: 32)"
    )
    g.add_argument(
        "--retries",
        type=int,
        default=8,
        metavar="N",
        help="how often a failed request is repeated (default: 8)",
    )
    g.add_argument(
        "--timeout",
        type=float,
        default=600,
        metavar="SECONDS",
        help="for an answer (default: 600)",
    )
    g.add_argument(
        "--seed", type=int, default=0, metavar="N", help="of the time between repetitions"
    )
    g = p.add_argument_group("output")
    g.add_argument("--out", required=True, type=Path, metavar="PATH", help="run.safetensors")
    g.add_argument("--keep-work", action="store_true", help="keep the answers in PATH.part")
    g.add_argument("--quiet", action="store_true", help="only warnings and errors")
    return p


def settings_of(options: argparse.Namespace) -> Settings:
    """The checked settings of a parsed command line."""
    least = {"max_length": 2, "concurrency": 1, "retries": 0}
    for name, value in least.items():
        given = getattr(options, name)
        if given is not None and given < value:
            raise ExportError(
                f"--{name.replace('_', '-')} {given}: must be {value} or more", code=USAGE
            )
    if not 0 < options.timeout < 1e6:
        raise ExportError(f"--timeout {options.timeout:g}: must be above 0", code=USAGE)
    if options.concurrency > 1024:
        raise ExportError(f"--concurrency {options.concurrency}: must be at most 1024", code=USAGE)
    if options.out.suffix != ".safetensors":
        raise ExportError("--out must end in .safetensors", code=USAGE)
    if not options.tokenizer:
        needing = {
            "--max-length": options.max_length is not None,
            "--completion-only": options.completion_only,
            "--append-eos": options.append_eos,
            "--cut-text": options.cut_text,
            "--bos": options.bos != "auto",
        }
        for name, is_given in needing.items():
            if is_given:
                raise ExportError(f"{name} needs --tokenizer", code=USAGE)
    sources = sources_of(options)
    check_sources(sources)
    reference = None
    if options.reference:
        reference = ServedModel.parse(REFERENCE, options.reference, options.server)
    return Settings(
        target=ServedModel.parse(TARGET, options.target, options.server),
        reference=reference,
        sources=sources,
        out=options.out,
        kind=options.kind,
        fields=Fields(options.text_field, options.id_field, options.label_field),
        tokenizer=options.tokenizer,
        trust_remote_code=options.trust_remote_code,
        max_length=options.max_length,
        bos=options.bos,
        append_eos=options.append_eos,
        completion_only=options.completion_only,
        cut_text=options.cut_text,
        alpaca=options.alpaca,
        skip_empty=options.skip_empty,
        skip_refused=options.skip_refused,
        concurrency=options.concurrency,
        retries=options.retries,
        timeout=options.timeout,
        seed=options.seed,
        key=_key(options.api_key_env),
        keep_work=options.keep_work,
    )


def _key(name: str | None) -> str | None:
    """The key in an environment variable: on a command line, everybody on the machine reads it."""
    if name is None:
        return None
    key = os.environ.get(name)
    if not key or re.search(r"[^!-~]", key):
        raise ExportError(
            f"--api-key-env {name}: that variable holds no key", f"export {name}=…", code=USAGE
        )
    return key


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line; returns the exit status."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    return ending.run(
        "ezscope-collect",
        lambda: _command(arguments),
        resumes="the same command takes it up again",
        kept="what was answered is kept",
    )


def _command(arguments: list[str] | None) -> int:
    options = parser().parse_args(arguments)
    need("this command", "", "numpy")
    if options.tokenizer:
        need("--tokenizer", "export", "transformers")
    from ezscope_collect.collect import Collection

    Collection(settings_of(options), Reporter(quiet=options.quiet)).run()
    return 0
