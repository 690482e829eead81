"""The plan of a scale as stages: what is made from what."""

from __future__ import annotations

from dataclasses import asdict

import blind
import dataset
import evidence
import experiment
import figures
import finetune
import pretrain
import publish
import report
import rows
import tokenizer
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
        made.append(_rate(scale, base, method, device))
    made += [_tune(scale, one, device) for one in trainings]
    made.append(Stage(
        "models", publish.gather, (*bases, *(f"tune-{one.name}" for one in trainings)),
        {"runs": runs, "bases": bases}, ("publish.py", "targets.py"), cost=5))
    texts = 2 * scale.members + 200
    made.append(Stage(
        "evidence", evidence.export, ("models", "records"),
        {"runs": runs, "bases": bases, "device": device}, ("evidence.py",), alone=True,
        cost=_cost(scale, "base-main") * texts * (len(runs) + len(bases)) / 3000))
    made.append(Stage(
        "scores", figures.write_scores, ("evidence",), {}, ("figures.py",), alone=True,
        cost=0.003 * texts * len(runs)))
    made.append(Stage(
        "report", report.write, ("blind", "records", "models", "evidence", "scores"),
        {"second": scale.second}, ("report.py", "figures.py"), cost=5))
    return made


def _texts(scale: Scale) -> list[Stage]:
    return [
        Stage("tokenizer", tokenizer.train, (), {
            "vocabulary": scale.vocabulary, "texts": scale.tokenizer_texts, "houses": scale.houses,
            "seed": scale.seed + 1,
        }, CORPUS, cost=10),
        Stage("corpus", rows.write_rows, ("tokenizer",), {
            "rows": scale.rows, "length": scale.lengths[1], "houses": scale.houses, "seed": scale.seed,
        }, (*CORPUS, "rows.py"), cost=scale.rows / 800),
        Stage("records", dataset.make, ("tokenizer",), {
            "members": scale.members, "repeated": scale.repeated, "canaries": scale.canaries,
            "validation": scale.validation, "lengths": scale.lengths, "seed": scale.seed,
        }, (*TEXT, "tokenizer.py", "dataset.py"), cost=scale.members / 80),
        Stage("blind", blind.measure, ("records",), {"seed": scale.seed}, ("blind.py",), cost=10),
    ]


def _base(scale: Scale, name: str, device: str) -> Stage:
    base = scale.bases[name]
    return Stage(name, pretrain.train, ("corpus", "tokenizer"), {
        "layers": base.layers, "width": base.width, "heads": base.heads, "steps": base.steps,
        "batch": base.batch, "learning_rate": base.learning_rate, "seed": scale.seed, "device": device,
    }, ("models.py", "pretrain.py"), cost=base.steps * base.step_cost)


def _rate(scale: Scale, base: str, method: str, device: str) -> Stage:
    plan = scale.methods[method]
    tries = len(plan.rates) if len(plan.rates) > 1 else 0
    return Stage(f"rate-{method}-{base}", finetune.choose_rate, (base, "records", "corpus"), {
        "base": base, "method": method, "candidates": plan.rates, "epochs": scale.rate_epochs,
        "batch": scale.batch, "seed": 100 + scale.seed, "device": device,
    }, TRAINING, cost=1 + tries * scale.rate_epochs * plan.cost * _cost(scale, base))


def _tune(scale: Scale, one: Training, device: str) -> Stage:
    rate = f"rate-{one.method}-{one.base}"
    return Stage(f"tune-{one.name}", finetune.train, (one.base, "records", "corpus", rate), {
        "base": one.base, "method": one.method, "documents": one.documents, "epochs": one.epochs,
        "marks": experiment.marks(one.epochs), "batch": scale.batch, "seed": one.seed,
        "device": device,
    }, TRAINING, cost=1.3 * one.epochs * scale.methods[one.method].cost * _cost(scale, one.base))


def _cost(scale: Scale, base: str) -> float:
    return scale.bases[base].epoch_cost
