"""From a parsed command line to checked settings."""

from __future__ import annotations

import argparse
import json
import os
import re
from typing import Any

from ezscope_export.errors import NO_INPUT, USAGE, ExportError, nearest


def settings_of(options: argparse.Namespace) -> Any:
    """The checked settings of a parsed command line."""
    from ezscope_export.continuations import ContinuationOptions, Decoding
    from ezscope_export.extras import ExtraOptions
    from ezscope_export.places import LoadOptions
    from ezscope_export.records import Fields
    from ezscope_export.settings import Settings
    from ezscope_export.sizes import parse_size
    from ezscope_export.training import seen_files

    targets, references = _models(options)
    sources = sources_of(options)
    _check_ranges(options)
    settings = Settings(
        targets=targets,
        references=references,
        against=_pairs(options.against, {t.name for t in targets}, {r.name for r in references}),
        sources=sources,
        out=options.out,
        fields=Fields(options.text_field, options.id_field, options.label_field),
        load=LoadOptions(
            options.dtype,
            options.device,
            options.base,
            options.trust_remote_code,
            options.allow_pickle,
            options.device_map,
            _max_memory(options),
            options.offload,
            options.quantize,
        ),
        tokenizer=options.tokenizer,
        max_length=options.max_length,
        bos=options.bos,
        append_eos=options.append_eos,
        completion_only=options.completion_only,
        cut_text=options.cut_text,
        skip_empty=options.skip_empty,
        alpaca=options.alpaca,
        columns=_columns(options.columns),
        reference_columns=_columns(options.reference_columns),
        memory=parse_size(options.memory) if options.memory else None,
        batch_size=max(1, options.batch_size),
        validation=options.validation,
        set_fields=[_field(text) for text in options.set],
        seen=seen_files(options.seen, [target.name for target in targets]),
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
    check_sources(sources)
    return settings


def sources_of(options: argparse.Namespace) -> list[Any]:
    """The inputs of texts."""
    from ezscope_export.inputs import Source, told_apart
    from ezscope_export.records import MEMBER, NON_MEMBER, UNKNOWN

    labels = {"members": MEMBER, "non_members": NON_MEMBER, "unknown": UNKNOWN, "data": None}
    sources = [Source(f, label) for key, label in labels.items() for f in getattr(options, key)]
    if not sources:
        raise ExportError("no texts", "give --members and --non-members", code=USAGE)
    return told_apart(sources)


def check_sources(sources: list[Any]) -> None:
    """Every input is there, once, before a minute goes into models."""
    from ezscope_export.inputs import HUB

    seen: dict[str, Any] = {}
    for source in sources:
        place = source.path
        if not place.startswith(HUB):
            if not os.path.exists(place):
                raise ExportError(
                    "cannot be read: no such file", "check the path", where=place, code=NO_INPUT
                )
            place = os.path.realpath(place)
        if place in seen:
            twice = seen[place].label == source.label
            raise ExportError(
                "is given twice" if twice else "is given as members and as something else",
                "name every input once" if twice else "a text cannot be both",
                where=source.path,
                code=USAGE,
            )
        seen[place] = source


def _check_ranges(options: argparse.Namespace) -> None:
    """Numbers that make no sense are said at once."""
    least = {
        "max_length": 2,
        "batch_size": 1,
        "threads": 1,
        "shots": 1,
        "prefix_tokens": 1,
        "new_tokens": 1,
        "continue_most": 1,
    }
    for name, value in least.items():
        given = getattr(options, name)
        if given is not None and given < value:
            raise ExportError(
                f"--{name.replace('_', '-')} {given}: must be {value} or more", code=USAGE
            )
    if not 0 < options.neighbor_rate <= 1:
        raise ExportError(
            f"--neighbor-rate {options.neighbor_rate:g}: must be above 0 and at most 1", code=USAGE
        )


def _max_memory(options: argparse.Namespace) -> tuple[tuple[str, int], ...]:
    from ezscope_export.sizes import parse_size

    found = []
    for text in options.max_memory:
        place, _, size = text.partition("=")
        if not size or not (place.isdigit() or place in ("cpu", "mps")):
            raise ExportError(
                f"--max-memory {text} is not understood", "write 0=20GiB or cpu=8GiB", code=USAGE
            )
        found.append((place, parse_size(size)))
    if (found or options.offload) and not options.device_map:
        raise ExportError(
            "--max-memory and --offload need --device-map", "add --device-map auto", code=USAGE
        )
    return tuple(found)


def _models(options: argparse.Namespace) -> tuple[list[Any], list[Any]]:
    from ezscope_export.places import ModelSpec

    targets = [ModelSpec.parse(text) for text in options.target]
    references = [ModelSpec.parse(text) for text in options.reference]
    for specs in (targets, references):
        names = [spec.name for spec in specs]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise ExportError(f"two models are called {twice}", "name them: NAME=DIR", code=USAGE)
        for name in names:
            if not re.fullmatch(r"[A-Za-z0-9._+-]+", name) or name in (".", ".."):
                raise ExportError(f"{name!r} cannot name a model", "name it: NAME=DIR", code=USAGE)
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
    from ezscope_export.columns import COLUMNS, MOMENTS

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
                f"no column is called {name}{nearest(name, groups)}",
                "choose of ranks, top1, moments",
                code=USAGE,
            )
        chosen.update(groups[name])
    return tuple(name for name in COLUMNS if name in chosen)


def _field(text: str) -> tuple[str | None, str, Any]:
    """`[RUN:]KEY=VALUE`: numbers and booleans as such, anything else a text."""
    key, equals, value = text.partition("=")
    run, colon, name = key.rpartition(":")
    if not equals or not name:
        raise ExportError(f"--set {text} has no KEY=VALUE", code=USAGE)
    from ezscope_export.training import SEEN, checked

    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        parsed = value
    if name == SEEN:
        raise ExportError("--set seen is not understood", "pass --seen FILE", code=USAGE)
    checked({name: parsed}, f"--set {text}", USAGE)
    return (run if colon else None), name, parsed
