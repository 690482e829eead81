"""From a parsed command line to checked settings."""

from __future__ import annotations

import argparse
import json
from typing import Any

from ezscope_export.errors import USAGE, ExportError


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
                f"targets: {', '.join(sorted(targets))}; "
                f"references: {', '.join(sorted(references))}",
                code=USAGE,
            )
        pairs[target] = reference
    return pairs


def _columns(text: str) -> tuple[str, ...]:
    from ezscope_export.statistics import COLUMNS, MOMENTS

    groups = {
        "ranks": ("ranks",),
        "top1": ("top1_ids", "top1_logprobs"),
        "moments": MOMENTS,
        "logprobs": (),
    }
    if text == "all":
        return tuple(COLUMNS)
    chosen = {"logprobs"}
    for name in filter(None, (part.strip() for part in text.split(","))):
        if name not in groups:
            raise ExportError(
                f"no column is called {name}", "choose of ranks, top1, moments", code=USAGE
            )
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
