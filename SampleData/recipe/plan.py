"""The plan of a scale as stages: what is made from what."""

from __future__ import annotations

from dataclasses import asdict

import experiment
from experiment import Scale, Training
from stages import Stage

SCALES = {"whole": experiment.WHOLE, "small": experiment.SMALL, "large": experiment.LARGE}
TEXT = ("grammar.py", "lexicon.py", "templates.py", "records.py")
CORPUS = (*TEXT, "corpus.py", "tokenizer.py")
TRAINING = ("models.py", "targets.py", "finetune.py")


def stages(scale_name: str, device: str) -> list[Stage]:
    """Every stage of the plan; the last one, `report`, needs all others."""
    scale = SCALES[scale_name]
    trainings = experiment.trainings(scale)
    runs = [asdict(run) for run in experiment.runs(scale)]
    bases = list(scale.bases)
    made = [*_texts(scale), *(_base(scale, name, device) for name in bases)]
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
            ("publish.py", "targets.py"),
            cost=5,
        )
    )
    texts = 2 * scale.members + 200
    # To say of how likely a text is takes about as long as to train on it; to continue it, thrice.
    each = _cost(scale, "base-main") * (len(runs) + len(bases)) / (1.6 * scale.members)
    asked = {"runs": runs, "bases": bases, "device": device}
    code = (*TEXT, "dataset.py", "evidence.py", "conformance.py", "figures.py")
    made.append(
        Stage(
            "continued",
            "evidence:continue_texts",
            ("models", "records"),
            asked,
            code,
            alone=True,
            cost=4 * each * min(texts, 400),
        )
    )
    made.append(
        Stage(
            "evidence",
            "evidence:export",
            ("models", "records", "continued"),
            asked,
            code,
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
            ("figures.py", "conformance.py"),
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
            ("report.py", "frontier.py", "figures.py", "conformance.py"),
            cost=5,
        )
    )
    return made


def _texts(scale: Scale) -> list[Stage]:
    return [
        Stage(
            "tokenizer",
            "tokenizer:train",
            (),
            {
                "vocabulary": scale.vocabulary,
                "texts": scale.tokenizer_texts,
                "houses": scale.houses,
                "seed": scale.seed + 1,
            },
            CORPUS,
            cost=10,
        ),
        Stage(
            "corpus",
            "rows:write_rows",
            ("tokenizer",),
            {
                "rows": scale.rows,
                "length": scale.lengths[1],
                "houses": scale.houses,
                "seed": scale.seed,
            },
            (*CORPUS, "rows.py"),
            cost=scale.rows / 800,
        ),
        Stage(
            "records",
            "dataset:make",
            ("tokenizer",),
            {
                "members": scale.members,
                "repeated": scale.repeated,
                "canaries": scale.canaries,
                "validation": scale.validation,
                "lengths": scale.lengths,
                "seed": scale.seed,
            },
            (*TEXT, "tokenizer.py", "dataset.py"),
            cost=scale.members / 80,
        ),
        Stage("blind", "blind:measure", ("records",), {"seed": scale.seed}, ("blind.py",), cost=10),
    ]


def _base(scale: Scale, name: str, device: str) -> Stage:
    base = scale.bases[name]
    return Stage(
        name,
        "pretrain:train",
        ("corpus", "tokenizer"),
        {
            "layers": base.layers,
            "width": base.width,
            "heads": base.heads,
            "steps": base.steps,
            "batch": base.batch,
            "learning_rate": base.learning_rate,
            "seed": scale.seed,
            "device": device,
        },
        ("models.py", "pretrain.py"),
        cost=base.steps * base.step_cost,
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
        TRAINING,
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
        TRAINING,
        cost=10 + 1.2 * one.epochs * plan.cost * _cost(scale, one.base),
    )


def _cost(scale: Scale, base: str) -> float:
    return scale.bases[base].epoch_cost
