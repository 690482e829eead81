"""What can be written on the command line."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ezscope_export import __version__
from ezscope_export.chat import PROMPTS
from ezscope_export.errors import USAGE, nearest

_DESCRIPTION = """\
Turns a fine-tuned model, its base and your texts into evidence that ezscope opens.

  ezscope-export --target ./my-lora --reference adapter-off \\
    --members train.jsonl --non-members held-out.jsonl --out run.safetensors
"""


_DTYPES = ("auto", "float32", "bfloat16", "float16", "float64")
_ALIASES = {
    "bf16": "bfloat16",
    "fp16": "float16",
    "half": "float16",
    "fp32": "float32",
    "float": "float32",
    "fp64": "float64",
    "double": "float64",
}


class Parser(argparse.ArgumentParser):
    """A parser whose usage errors are one line with the nearest word that it knows."""

    def error(self, message: str) -> Any:
        self.exit(USAGE, f"{self.prog.split()[0]}: {self._hinted(message)}\n")

    def _hinted(self, message: str) -> str:
        unknown = re.fullmatch(r"unrecognized arguments: (.*)", message, re.DOTALL)
        if unknown:
            word = unknown.group(1).split()[0].split("=")[0]
            options = [name for action in self._actions for name in action.option_strings]
            known: Iterable[str] = options if word.startswith("-") else COMMANDS
            return f"{word} is no option{nearest(word, known)}; see --help"
        choice = re.fullmatch(
            r"argument (\S+): invalid choice: '(.*?)' \(choose from (.*)\)", message, re.DOTALL
        )
        if choice:
            name, word, choices = choice.groups()
            known = [c.strip(" '") for c in choices.split(",")]
            return (
                f"{name} {word} is not known{nearest(word, known)}; choose from {', '.join(known)}"
            )
        return f"{message}; see --help"


COMMANDS = ("make-reference", "compare-precision")


def dtype_of(text: str) -> str:
    """A precision by its name or one of its short names."""
    return _ALIASES.get(text.lower().removeprefix("torch."), text.removeprefix("torch."))


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
    g.add_argument(
        "--seen",
        action="append",
        default=[],
        metavar="[NAME=]FILE",
        help="the texts a target saved within its first epoch had been trained on: id, seen_until",
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
        type=dtype_of,
        choices=_DTYPES,
        help="auto: the checkpoint's own; also bf16, fp16, fp32",
    )
    g.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    g.add_argument(
        "--trust-remote-code", action="store_true", help="run code that comes with a model"
    )
    g.add_argument(
        "--allow-pickle",
        action="store_true",
        help="open weights that are no safetensors (.bin); only weights are read from them",
    )
    g.add_argument(
        "--quantize",
        choices=["8bit", "4bit"],
        help="load whole weights as QLoRA does (bitsandbytes)",
    )
    g.add_argument(
        "--device-map",
        choices=["auto", "balanced", "sequential"],
        help="spread layers over GPUs, memory and disk (accelerate)",
    )
    g.add_argument(
        "--max-memory",
        action="append",
        default=[],
        metavar="DEVICE=SIZE",
        help="of weights on a device, with --device-map: 0=20GiB, cpu=8GiB",
    )
    g.add_argument(
        "--offload",
        metavar="DIR",
        help="where layers lie that fit nowhere, with --device-map; they are read as needed",
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
    g.add_argument("--text-field", metavar="COLUMN", help="default: by the layout of the rows")
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
        help="only assistants' turns (or `completion`, or Alpaca's `output`) count",
    )
    g.add_argument(
        "--alpaca",
        default="auto",
        choices=PROMPTS,
        help="Alpaca's rows through the chat template or in Stanford's words; auto: chat where "
        "there is a template",
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
