"""The plan of a scale as stages: what is made from what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType

import experiment
from experiment import Invented, Packages, Scale, Training
from stages import Stage

SCALES = {"whole": experiment.WHOLE, "small": experiment.SMALL, "packages": experiment.PACKAGES}
TEXT = ("grammar.py", "lexicon.py", "templates.py", "records.py")
CORPUS = (*TEXT, "corpus.py", "tokenizer.py")
# What reads packages and deals their texts out.
PACKAGED = ("archive.py", "descriptions.py", "prose.py", "tokenizer.py", "packages.py")
TRAINING = ("models.py", "targets.py", "finetune.py")
NOTHING: Mapping[str, Path] = MappingProxyType({})


def stages(scale_name: str, device: str, outside: Mapping[str, Path] = NOTHING) -> list[Stage]:
    """Every stage of the plan; the last one, `report`, needs all others.

    A plan on package descriptions is given the folders `lists` and `documents` from outside.
    """
    scale = SCALES[scale_name]
    trainings = experiment.trainings(scale)
    runs = [asdict(run) for run in experiment.runs(scale)]
    bases = list(scale.bases)
    if isinstance(scale.texts, Invented):
        made = _invented_texts(scale, scale.texts)
    else:
        made = _packaged_texts(scale, scale.texts, outside)
    made.append(
        Stage(
            "blind",
            "blind:measure",
            ("records",),
            {"seed": scale.seed},
            code=("blind.py",),
            cost=10,
        )
    )
    made += [_base(scale, name, device) for name in bases]
    for base, method in sorted({(one.base, one.method) for one in trainings}):
        if len(scale.methods[method].rates) > 1:
            made.append(_rate(scale, base, method, device))
    made += [_tune(scale, one, device) for one in trainings]
    made.append(
        Stage(
            "models",
            "publish:gather",
            (*bases, *(f"tune-{one.name}" for one in trainings)),
            {"runs": runs, "bases": bases},
            code=("publish.py", "targets.py"),
            cost=5,
        )
    )
    texts = 2 * scale.members + 200
    # To say of how likely a text is takes about as long as to train on it; to continue it, thrice.
    each = _cost(scale, "base-main") * (len(runs) + len(bases)) / (1.6 * scale.members)
    asked = {"runs": runs, "bases": bases, "device": device}
    code: tuple[str, ...] = ("dataset.py", "evidence.py", "conformance.py", "figures.py")
    export = "evidence:export"
    if isinstance(scale.texts, Packages):
        export = "packages:export"
        code = (*code, "packages.py")
    else:
        code = (*TEXT, *code)
    made.append(
        Stage(
            "continued",
            "evidence:continue_texts",
            ("models", "records"),
            asked,
            code=code,
            alone=True,
            cost=4 * each * min(texts, 400),
        )
    )
    made.append(
        Stage(
            "evidence",
            export,
            ("models", "records", "continued"),
            asked,
            code=code,
            alone=True,
            cost=each * texts,
        )
    )
    made.append(
        Stage(
            "scores",
            "figures:write_scores",
            ("evidence",),
            {},
            code=("figures.py", "conformance.py"),
            alone=True,
            cost=0.003 * texts * len(runs),
        )
    )
    made.append(
        Stage(
            "report",
            "report:write",
            ("blind", "records", "models", "evidence", "scores"),
            {},
            code=("report.py", "frontier.py", "figures.py", "conformance.py"),
            cost=5,
        )
    )
    return made


def _invented_texts(scale: Scale, texts: Invented) -> list[Stage]:
    return [
        Stage(
            "tokenizer",
            "tokenizer:train",
            (),
            {
                "vocabulary": scale.vocabulary,
                "texts": texts.tokenizer_texts,
                "houses": texts.houses,
                "seed": scale.seed + 1,
            },
            code=CORPUS,
            cost=10,
        ),
        Stage(
            "corpus",
            "rows:write_rows",
            ("tokenizer",),
            {
                "rows": texts.rows,
                "length": scale.lengths[1],
                "houses": texts.houses,
                "seed": scale.seed,
            },
            code=(*CORPUS, "rows.py"),
            cost=texts.rows / 800,
        ),
        Stage(
            "records",
            "dataset:make",
            ("tokenizer",),
            {
                "members": scale.members,
                "repeated": scale.repeated,
                "canaries": texts.canaries,
                "validation": scale.validation,
                "lengths": scale.lengths,
                "seed": scale.seed,
            },
            code=(*TEXT, "tokenizer.py", "dataset.py"),
            cost=scale.members / 80,
        ),
    ]


def _packaged_texts(scale: Scale, texts: Packages, outside: Mapping[str, Path]) -> list[Stage]:
    return [
        Stage(
            "descriptions",
            "descriptions:collect",
            (),
            {
                "fewest_words": texts.fewest_words,
                "shingle": texts.shingle,
                "most_shared": texts.most_shared,
            },
            outside={"lists": outside["lists"]},
            code=("archive.py", "descriptions.py"),
            cost=60,
        ),
        Stage(
            "prose",
            "prose:collect",
            ("descriptions",),
            {"shared": texts.overlap, "seed": scale.seed},
            outside={"documents": outside["documents"]},
            code=("archive.py", "descriptions.py", "prose.py"),
            cost=300,
        ),
        Stage(
            "tokenizer",
            "packages:train_tokenizer",
            ("prose",),
            {"vocabulary": scale.vocabulary, "characters": texts.tokenizer_characters},
            code=PACKAGED,
            cost=60,
        ),
        Stage(
            "corpus",
            "packages:write_tokens",
            ("tokenizer", "prose"),
            {
                "characters": texts.characters,
                "length": scale.lengths[1],
                "held_out": texts.held_out,
            },
            code=PACKAGED,
            cost=120,
        ),
        Stage(
            "records",
            "packages:deal",
            ("tokenizer", "descriptions"),
            {
                "members": scale.members,
                "repeated": scale.repeated,
                "validation": scale.validation,
                "lengths": scale.lengths,
                "seed": scale.seed,
            },
            code=(*PACKAGED, "dataset.py"),
            cost=30,
        ),
    ]


def _base(scale: Scale, name: str, device: str) -> Stage:
    base = scale.bases[name]
    by_clock = isinstance(scale.texts, Packages)
    how_long = {"seconds": base.seconds} if by_clock else {"steps": base.steps}
    return Stage(
        name,
        "pretrain_by_clock:train" if by_clock else "pretrain:train",
        ("corpus", "tokenizer"),
        {
            "layers": base.layers,
            "width": base.width,
            "heads": base.heads,
            **how_long,
            "batch": base.batch,
            "learning_rate": base.learning_rate,
            "seed": scale.seed,
            "device": device,
        },
        code=("models.py", "pretrain.py", *(["pretrain_by_clock.py"] if by_clock else [])),
        cost=base.seconds or base.steps * base.step_cost,
        on_gpu=device != "cpu",
    )


def _rate(scale: Scale, base: str, method: str, device: str) -> Stage:
    plan = scale.methods[method]
    return Stage(
        _rate_name(base, method),
        "finetune:choose_rate",
        (base, "records", "corpus"),
        {
            "base": base,
            "method": method,
            "candidates": plan.rates,
            "epochs": scale.rate_epochs,
            "batch": scale.batch,
            "seed": 100 + scale.seed,
            "device": device,
        },
        code=TRAINING,
        on_gpu=device != "cpu",
        cost=5 + 1.2 * len(plan.rates) * scale.rate_epochs * plan.cost * _cost(scale, base),
    )


def _rate_name(base: str, method: str) -> str:
    return f"rate-{method}-{base}"


def _tune(scale: Scale, one: Training, device: str) -> Stage:
    plan = scale.methods[one.method]
    inputs: tuple[str, ...] = (one.base, "records", "corpus")
    settings: dict[str, object] = {
        "base": one.base,
        "method": one.method,
        "documents": one.documents,
        "epochs": one.epochs,
        "marks": experiment.marks(one.epochs),
        "batch": scale.batch,
        "seed": one.seed,
        "device": device,
    }
    if one.rate is not None:
        settings["rate"] = one.rate
    elif len(plan.rates) == 1:
        settings["rate"] = plan.rates[0]
    else:
        inputs += (_rate_name(one.base, one.method),)
        settings["rate"] = inputs[-1]
    return Stage(
        f"tune-{one.name}",
        "finetune:train",
        inputs,
        settings,
        code=TRAINING,
        on_gpu=device != "cpu",
        cost=10 + 1.2 * one.epochs * plan.cost * _cost(scale, one.base),
    )


def _cost(scale: Scale, base: str) -> float:
    return scale.bases[base].epoch_cost
