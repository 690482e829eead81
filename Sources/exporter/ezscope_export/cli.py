"""The command line."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from ezscope_export import __version__
from ezscope_export.errors import USAGE, ExportError
from ezscope_export.progress import Reporter

_DESCRIPTION = """\
Turns a fine-tuned model, its base and your texts into evidence that ezscope opens.

  ezscope-export --target ./my-lora --reference adapter-off \\
    --members train.jsonl --non-members held-out.jsonl --out run.safetensors
"""


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
    g.add_argument("--target", action="append", metavar="[NAME=]DIR_OR_ID", required=True,
                   help="a fine-tuned model or adapter; repeat for several runs")
    g.add_argument("--reference", action="append", metavar="[NAME=]DIR_OR_ID", required=True,
                   help="the model it started from, or adapter-off")
    g.add_argument("--against", action="append", default=[], metavar="TARGET=REFERENCE",
                   help="which reference a target has, where there are several")
    add_model_options(g)
    g = p.add_argument_group("texts (.jsonl .json .csv .tsv .parquet .txt, a folder, hf:NAME:SPLIT)")
    add_text_options(g)
    g.add_argument("--validation", metavar="F", help="held-out texts for each model's validation loss")
    add_extra_options(p.add_argument_group("extra passes of the target"))
    add_continuation_options(p.add_argument_group("continuations"))
    g = p.add_argument_group("output")
    g.add_argument("--out", required=writes, type=Path, metavar="PATH",
                   help="run.safetensors for one target, or a folder")
    g.add_argument("--columns", default="all", metavar="LIST",
                   help="of ranks, top1, moments; log-probabilities always (default: all)")
    g.add_argument("--reference-columns", default="all", metavar="LIST", help="the same for references")
    g.add_argument("--set", action="append", default=[], metavar="[RUN:]KEY=VALUE",
                   help="something to say about the runs: epoch=3, seed=1, method=head")
    g.add_argument("--name", help="the experiment's name (default: the folder's)")
    g.add_argument("--description", default="", help="a sentence about the experiment")
    g.add_argument("--keep-work", action="store_true", help="keep PATH.part when done")
    g.add_argument("--quiet", action="store_true", help="only warnings and errors")
    g = p.add_argument_group("speed")
    g.add_argument("--memory", metavar="SIZE", help="for activations (default: 1GiB, or 40 %% of a GPU)")
    g.add_argument("--batch-size", type=int, default=512, metavar="N", help="texts at a time, at most")
    g.add_argument("--threads", type=int, metavar="N", help="CPU threads")
    return p


def add_model_options(g: Any) -> None:
    """The options about loading models."""
    g.add_argument("--base", metavar="DIR_OR_ID", help="an adapter's base, if it moved")
    g.add_argument("--tokenizer", metavar="DIR_OR_ID", help="default: the target's, or its base's")
    g.add_argument("--dtype", default="auto", choices=["auto", "float32", "bfloat16", "float16", "float64"],
                   help="auto: the checkpoint's own")
    g.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    g.add_argument("--trust-remote-code", action="store_true", help="run code that comes with a model")


def add_text_options(g: Any) -> None:
    """The options about inputs and tokens."""
    for name, what in (("members", "texts the target was trained on"),
                       ("non-members", "texts of the same kind that it was not"),
                       ("unknown", "suspects"), ("data", "texts with a label column")):
        g.add_argument(f"--{name}", action="append", default=[], metavar="F", help=what)
    g.add_argument("--text-field", metavar="COLUMN", help="default: text, messages, input, content, …")
    g.add_argument("--id-field", default="id", metavar="COLUMN")
    g.add_argument("--label-field", default="label", metavar="COLUMN")
    g.add_argument("--max-length", type=int, metavar="TOKENS",
                   help="cut longer texts (default: the models' context, at most 2048)")
    g.add_argument("--bos", default="auto", choices=["auto", "always", "never"],
                   help="the start token; auto: as the tokenizer does")
    g.add_argument("--append-eos", action="store_true", help="end every text with the end token")
    g.add_argument("--completion-only", action="store_true",
                   help="only assistants' turns (or `completion`) count")
    g.add_argument("--cut-text", action="store_true", help="keep of a cut text what was scored")
    g.add_argument("--skip-empty", action="store_true", help="leave out empty texts")


def add_extra_options(g: Any) -> None:
    """The options about passes over other texts and by other models."""
    g.add_argument("--lowercase", action="store_true", help="the texts in lower case")
    g.add_argument("--nonmember-prefix", metavar="F",
                   help="behind non-members of this file (ReCaLL); none of them may be scored")
    g.add_argument("--member-prefix", metavar="F",
                   help="behind members of this file (Con-ReCall)")
    g.add_argument("--shots", type=int, default=10, metavar="N", help="texts in a prefix (default: 10)")
    g.add_argument("--neighbors", metavar="N_OR_F",
                   help="this many neighbours of each text, or a file with `id` and `neighbors`")
    g.add_argument("--neighbor-method", default="random", metavar="METHOD",
                   help="random (tokens of the inputs) or mlm:DIR_OR_ID (a masked language model)")
    g.add_argument("--neighbor-rate", type=float, default=0.3, metavar="SHARE",
                   help="share of the tokens to replace (default: 0.3)")
    g.add_argument("--spv", action="store_true",
                   help="the reference scores the neighbours too (SPV-MIA)")
    g.add_argument("--shadow-in", action="append", default=[], metavar="DIR_OR_ID",
                   help="a shadow model trained with the members")
    g.add_argument("--shadow-out", action="append", default=[], metavar="DIR_OR_ID",
                   help="a shadow model trained without them")


def add_continuation_options(g: Any) -> None:
    """The options about what the target writes."""
    g.add_argument("--decoding", action="append", default=[], metavar="HOW",
                   help="greedy, or sample:n=10:temperature=1:top-p=1:top-k=0; may be repeated")
    g.add_argument("--prefix-tokens", type=int, default=64, metavar="N", help="default: 64")
    g.add_argument("--new-tokens", type=int, default=48, metavar="N", help="default: 48")
    g.add_argument("--continue-most", type=int, metavar="N",
                   help="continue at most N members, non-members and unknown each")
    g.add_argument("--encoder", metavar="DIR_OR_ID",
                   help="a text encoder for the similarity of continuation and true suffix")
    g.add_argument("--seed", type=int, default=0, metavar="N", help="of everything drawn by chance")


def _export(arguments: list[str]) -> int:
    options = parser().parse_args(arguments)
    report = _prepared(options)
    from ezscope_export.export import Export

    Export(settings_of(options), report).run()
    return 0


def _make_reference(arguments: list[str]) -> int:
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
    if options.threads:
        import torch

        torch.set_num_threads(options.threads)
    _silence_libraries()
    return Reporter(quiet=options.quiet)


def _silence_libraries() -> None:
    """The libraries' own progress bars and advice would run over ours."""
    import warnings

    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    warnings.filterwarnings("ignore", module=r"(torch|transformers|peft|huggingface_hub)\b")


def settings_of(options: argparse.Namespace) -> Any:
    """The checked settings of a parsed command line."""
    from ezscope_export.budget import parse_size
    from ezscope_export.continuations import ContinuationOptions, Decoding
    from ezscope_export.extras import ExtraOptions
    from ezscope_export.inputs import Source
    from ezscope_export.models import LoadOptions
    from ezscope_export.records import MEMBER, NON_MEMBER, UNKNOWN, Fields
    from ezscope_export.settings import Settings

    targets, references = _models(options)
    labels = {"members": MEMBER, "non_members": NON_MEMBER, "unknown": UNKNOWN, "data": None}
    sources = [Source(f, label) for key, label in labels.items() for f in getattr(options, key)]
    if not sources:
        raise ExportError("no texts", "give --members and --non-members", code=USAGE)
    settings = Settings(
        targets=targets,
        references=references,
        against=_pairs(options.against, {t.name for t in targets}, {r.name for r in references}),
        sources=sources,
        out=options.out,
        fields=Fields(options.text_field, options.id_field, options.label_field),
        load=LoadOptions(options.dtype, options.device, options.base, options.trust_remote_code),
        tokenizer=options.tokenizer,
        max_length=options.max_length,
        bos=options.bos,
        append_eos=options.append_eos,
        completion_only=options.completion_only,
        cut_text=options.cut_text,
        skip_empty=options.skip_empty,
        columns=_columns(options.columns),
        reference_columns=_columns(options.reference_columns),
        memory=parse_size(options.memory) if options.memory else None,
        batch_size=max(1, options.batch_size),
        validation=options.validation,
        set_fields=[_field(text) for text in options.set],
        experiment=options.name,
        description=options.description,
        keep_work=options.keep_work,
        seed=options.seed,
        extras=ExtraOptions(
            lowercase=options.lowercase,
            nonmember_prefix=options.nonmember_prefix,
            member_prefix=options.member_prefix,
            shots=options.shots,
            neighbors=options.neighbors,
            neighbor_method=options.neighbor_method,
            neighbor_rate=options.neighbor_rate,
            reference_neighbors=options.spv,
            shadow_in=tuple(options.shadow_in),
            shadow_out=tuple(options.shadow_out),
        ),
        continuations=ContinuationOptions(
            decodings=tuple(Decoding.parse(text) for text in options.decoding),
            prefix_tokens=options.prefix_tokens,
            new_tokens=options.new_tokens,
            per_label=options.continue_most,
            encoder=options.encoder,
        ),
    )
    if settings.single_file and len(targets) > 1:
        raise ExportError(
            "several targets do not fit into one file", "give a folder as --out", code=USAGE
        )
    return settings


def _models(options: argparse.Namespace) -> tuple[list[Any], list[Any]]:
    from ezscope_export.models import ModelSpec

    targets = [ModelSpec.parse(text) for text in options.target]
    references = [ModelSpec.parse(text) for text in options.reference]
    for specs in (targets, references):
        names = [spec.name for spec in specs]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise ExportError(f"two models are called {twice}", "name them: NAME=DIR", code=USAGE)
    return targets, references


def _pairs(texts: list[str], targets: set[str], references: set[str]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        target, _, reference = text.partition("=")
        if target not in targets or reference not in references:
            raise ExportError(
                f"--against {text} names no known target and reference",
                f"targets: {', '.join(sorted(targets))}; references: {', '.join(sorted(references))}",
                code=USAGE,
            )
        pairs[target] = reference
    return pairs


def _columns(text: str) -> tuple[str, ...]:
    from ezscope_export.statistics import COLUMNS, MOMENTS

    groups = {"ranks": ("ranks",), "top1": ("top1_ids", "top1_logprobs"), "moments": MOMENTS,
              "logprobs": ()}
    if text == "all":
        return tuple(COLUMNS)
    chosen = {"logprobs"}
    for name in filter(None, (part.strip() for part in text.split(","))):
        if name not in groups:
            raise ExportError(f"no column is called {name}", "choose of ranks, top1, moments", code=USAGE)
        chosen.update(groups[name])
    return tuple(name for name in COLUMNS if name in chosen)


def _field(text: str) -> tuple[str | None, str, Any]:
    """`[RUN:]KEY=VALUE`: numbers and booleans as such, anything else a text."""
    key, equals, value = text.partition("=")
    run, colon, name = key.rpartition(":")
    if not equals or not name:
        raise ExportError(f"--set {text} has no KEY=VALUE", code=USAGE)
    try:
        parsed = json.loads(value)
    except json.JSONDecodeError:
        parsed = value
    return (run if colon else None), name, parsed
