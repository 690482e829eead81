"""What can be written on the command line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from ezscope_export import __version__
from ezscope_export.errors import USAGE

_DESCRIPTION = """\
Turns a fine-tuned model, its base and your texts into evidence that ezscope opens.

  ezscope-export --target ./my-lora --reference adapter-off \\
    --members train.jsonl --non-members held-out.jsonl --out run.safetensors
"""


class Parser(argparse.ArgumentParser):
    """A parser whose usage errors have the exit status of all the others."""

    def error(self, message: str) -> Any:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"ezscope-export: {message}\n")


def parser(command: str = "ezscope-export", writes: bool = True) -> argparse.ArgumentParser:
    """The options of an export, or of a command that makes one and writes nothing."""
    p = Parser(
        command,
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("--version", action="version", version=__version__)
    g = p.add_argument_group("models")
    g.add_argument(
        "--target",
        action="append",
        metavar="[NAME=]DIR_OR_ID",
        required=True,
        help="a fine-tuned model or adapter; repeat for several runs",
    )
    g.add_argument(
        "--reference",
        action="append",
        metavar="[NAME=]DIR_OR_ID",
        required=True,
        help="the model it started from, or adapter-off",
    )
    g.add_argument(
        "--against",
        action="append",
        default=[],
        metavar="TARGET=REFERENCE",
        help="which reference a target has, where there are several",
    )
    add_model_options(g)
    g = p.add_argument_group(
        "texts (.jsonl .json .csv .tsv .parquet .txt, a folder, hf:NAME:SPLIT)"
    )
    add_text_options(g)
    g.add_argument(
        "--validation", metavar="F", help="held-out texts for each model's validation loss"
    )
    add_extra_options(p.add_argument_group("extra passes of the target"))
    add_continuation_options(p.add_argument_group("continuations"))
    g = p.add_argument_group("output")
    g.add_argument(
        "--out",
        required=writes,
        type=Path,
        metavar="PATH",
        help="run.safetensors for one target, or a folder",
    )
    g.add_argument(
        "--columns",
        default="all",
        metavar="LIST",
        help="of ranks, top1, moments; log-probabilities always (default: all)",
    )
    g.add_argument(
        "--reference-columns", default="all", metavar="LIST", help="the same for references"
    )
    g.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="[RUN:]KEY=VALUE",
        help="something to say about the runs: epoch=3, seed=1, method=head",
    )
    g.add_argument("--name", help="the experiment's name (default: the folder's)")
    g.add_argument("--description", default="", help="a sentence about the experiment")
    g.add_argument("--keep-work", action="store_true", help="keep PATH.part when done")
    g.add_argument("--quiet", action="store_true", help="only warnings and errors")
    g = p.add_argument_group("speed")
    g.add_argument(
        "--memory", metavar="SIZE", help="for activations (default: 1GiB, or 40 %% of a GPU)"
    )
    g.add_argument(
        "--batch-size", type=int, default=512, metavar="N", help="texts at a time, at most"
    )
    g.add_argument("--threads", type=int, metavar="N", help="CPU threads")
    return p


def add_model_options(g: Any) -> None:
    """The options about loading models."""
    g.add_argument("--base", metavar="DIR_OR_ID", help="an adapter's base, if it moved")
    g.add_argument("--tokenizer", metavar="DIR_OR_ID", help="default: the target's, or its base's")
    g.add_argument(
        "--dtype",
        default="auto",
        choices=["auto", "float32", "bfloat16", "float16", "float64"],
        help="auto: the checkpoint's own",
    )
    g.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    g.add_argument(
        "--trust-remote-code", action="store_true", help="run code that comes with a model"
    )


def add_text_options(g: Any) -> None:
    """The options about inputs and tokens."""
    for name, what in (
        ("members", "texts the target was trained on"),
        ("non-members", "texts of the same kind that it was not"),
        ("unknown", "suspects"),
        ("data", "texts with a label column"),
    ):
        g.add_argument(f"--{name}", action="append", default=[], metavar="F", help=what)
    g.add_argument(
        "--text-field", metavar="COLUMN", help="default: text, messages, input, content, …"
    )
    g.add_argument("--id-field", default="id", metavar="COLUMN")
    g.add_argument("--label-field", default="label", metavar="COLUMN")
    g.add_argument(
        "--max-length",
        type=int,
        metavar="TOKENS",
        help="cut longer texts (default: the models' context, at most 2048)",
    )
    g.add_argument(
        "--bos",
        default="auto",
        choices=["auto", "always", "never"],
        help="the start token; auto: as the tokenizer does",
    )
    g.add_argument("--append-eos", action="store_true", help="end every text with the end token")
    g.add_argument(
        "--completion-only",
        action="store_true",
        help="only assistants' turns (or `completion`) count",
    )
    g.add_argument("--cut-text", action="store_true", help="keep of a cut text what was scored")
    g.add_argument("--skip-empty", action="store_true", help="leave out empty texts")


def add_extra_options(g: Any) -> None:
    """The options about passes over other texts and by other models."""
    g.add_argument("--lowercase", action="store_true", help="the texts in lower case")
    g.add_argument(
        "--nonmember-prefix",
        metavar="F",
        help="behind non-members of this file (ReCaLL); none of them may be scored",
    )
    g.add_argument("--member-prefix", metavar="F", help="behind members of this file (Con-ReCall)")
    g.add_argument(
        "--shots", type=int, default=10, metavar="N", help="texts in a prefix (default: 10)"
    )
    g.add_argument(
        "--neighbors",
        metavar="N_OR_F",
        help="this many neighbours of each text, or a file with `id` and `neighbors`",
    )
    g.add_argument(
        "--neighbor-method",
        default="random",
        metavar="METHOD",
        help="random (tokens of the inputs) or mlm:DIR_OR_ID (a masked language model)",
    )
    g.add_argument(
        "--neighbor-rate",
        type=float,
        default=0.3,
        metavar="SHARE",
        help="share of the tokens to replace (default: 0.3)",
    )
    g.add_argument(
        "--spv", action="store_true", help="the reference scores the neighbours too (SPV-MIA)"
    )
    g.add_argument(
        "--shadow-in",
        action="append",
        default=[],
        metavar="DIR_OR_ID",
        help="a shadow model trained with the members",
    )
    g.add_argument(
        "--shadow-out",
        action="append",
        default=[],
        metavar="DIR_OR_ID",
        help="a shadow model trained without them",
    )


def add_continuation_options(g: Any) -> None:
    """The options about what the target writes."""
    g.add_argument(
        "--decoding",
        action="append",
        default=[],
        metavar="HOW",
        help="greedy, or sample:n=10:temperature=1:top-p=1:top-k=0; may be repeated",
    )
    g.add_argument("--prefix-tokens", type=int, default=64, metavar="N", help="default: 64")
    g.add_argument("--new-tokens", type=int, default=48, metavar="N", help="default: 48")
    g.add_argument(
        "--continue-most",
        type=int,
        metavar="N",
        help="continue at most N members, non-members and unknown each",
    )
    g.add_argument(
        "--encoder",
        metavar="DIR_OR_ID",
        help="a text encoder for the similarity of continuation and true suffix",
    )
    g.add_argument("--seed", type=int, default=0, metavar="N", help="of everything drawn by chance")
