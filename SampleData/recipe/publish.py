"""Gathers the checkpoints that are asked about, each in a folder that says what it is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import targets
from experiment import Run


def gather(
    folder: Path, inputs: dict[str, Path], *, runs: Sequence[dict[str, Any]], bases: Sequence[str]
) -> None:
    """Copies the bases and one checkpoint for each run, with what a manifest says about it."""
    for base in bases:
        copy(inputs[base], folder / base)
        facts = {"model": base, "validation_loss": base_loss(inputs, base)}
        (folder / base / "ezscope.json").write_text(json.dumps(facts, indent=1))
    for run in [Run(**fields) for fields in runs]:
        facts: dict[str, Any]  # type: ignore[no-redef]
        if run.training is None:
            model = run.model or run.reference
            place, facts = inputs[model], {"validation_loss": base_loss(inputs, model)}
            facts |= {"method": run.kind, "model": model, "trainable_parameters": 0}
        else:
            checkpoint = choose(run, inputs)
            place = inputs[f"tune-{run.training}"] / "checkpoints" / f"{checkpoint['epoch']:g}"
            facts = describe(run, plan_of(run, inputs), checkpoint)
        copy(place, folder / run.name)
        point_to_base(folder / run.name)
        link_tokenizer(folder / run.reference, folder / run.name)
        (folder / run.name / "ezscope.json").write_text(json.dumps(facts, indent=1))
        print(f"{run.name}: {facts}")


def choose(run: Run, inputs: dict[str, Path]) -> dict[str, Any]:
    """The checkpoint of a run."""
    checkpoints = plan_of(run, inputs)["checkpoints"]
    return next(one for one in checkpoints if one["epoch"] == run.checkpoint)


def plan_of(run: Run, inputs: dict[str, Path]) -> dict[str, Any]:
    """What the training of a run wrote about itself."""
    return json.loads((inputs[f"tune-{run.training}"] / "training.json").read_text())


def describe(run: Run, plan: dict[str, Any], checkpoint: dict[str, Any]) -> dict[str, Any]:
    """The keys of a manifest's table of runs."""
    return {
        "method": run.kind or plan["method"],
        "model": plan["base"],
        "parameters": plan["parameters"],
        "trainable_parameters": plan["trainable_parameters"],
        "epoch": checkpoint["epoch"],
        "steps": checkpoint["steps"],
        "batch": plan["batch"],
        "seed": plan["seed"],
        "learning_rate": plan["learning_rate"],
        "validation_loss": round(checkpoint["validation_loss"], 4),
        "validation_loss_error": round(checkpoint["validation_loss_error"], 4),
        # Members and non-members are one stream, dealt out at random; the control saw neither.
        **({} if run.kind else {"inclusion": "randomized"}),
        **targets.description(plan["method"]),
    }


def base_loss(inputs: dict[str, Path], base: str) -> float | None:
    """A base's own validation loss, as a training of it found it."""
    for place in inputs.values():
        path = place / "training.json"
        plan = json.loads(path.read_text()) if path.exists() else {}
        if plan.get("base") == base:
            return round(plan["base_validation_loss"], 4)
    return None


def copy(place: Path, folder: Path) -> None:
    """Links what is never changed rather than copying it."""
    folder.mkdir()
    for file in place.iterdir():
        if file.is_file() and file.name not in ("done.json", "adapter_config.json", "README.md"):
            (folder / file.name).hardlink_to(file)
        elif file.name == "adapter_config.json":
            shutil.copyfile(file, folder / file.name)


def link_tokenizer(base: Path, folder: Path) -> None:
    """Completes a model's folder, so that it can be used by itself."""
    for file in base.glob("tokenizer*"):
        if not (folder / file.name).exists():
            (folder / file.name).hardlink_to(file)


def point_to_base(folder: Path) -> None:
    """Makes an adapter name its base where it lies here: beside it."""
    path = folder / "adapter_config.json"
    if path.exists():
        config = json.loads(path.read_text())
        config["base_model_name_or_path"] = "../" + Path(config["base_model_name_or_path"]).name
        path.write_text(json.dumps(config, indent=2))
