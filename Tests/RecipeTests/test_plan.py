import json
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

import experiment
import plan
from experiment import PACKAGES, SMALL, WHOLE

SCALES = pytest.mark.parametrize("scale", [WHOLE, SMALL, PACKAGES], ids=lambda scale: scale.name)
OUTSIDE = {"lists": Path("lists"), "documents": Path("documents")}


def test_planning_loads_nothing_heavy():
    code = "import sys, plan; plan.stages('whole', 'cpu'); sys.exit('torch' in sys.modules)"
    import subprocess

    from conftest import RECIPE

    assert subprocess.run([sys.executable, "-c", code], cwd=RECIPE, check=False).returncode == 0


@SCALES
def test_plans_are_pure(scale):
    assert experiment.runs(scale) == experiment.runs(scale)
    assert experiment.trainings(scale) == experiment.trainings(scale)
    assert [asdict(run) for run in experiment.runs(scale)] == json.loads(
        json.dumps([asdict(run) for run in experiment.runs(scale)])
    )


@SCALES
def test_stages_are_pure_and_their_inputs_exist(scale):
    made = plan.stages(scale.name, "cpu", OUTSIDE)
    assert made == plan.stages(scale.name, "cpu", OUTSIDE)
    seen = set()
    for stage in made:
        assert set(stage.inputs) <= seen, stage.name
        assert stage.name not in seen
        seen.add(stage.name)
    assert made[-1].name == "report"


@SCALES
def test_every_run_is_of_a_kept_checkpoint(scale):
    trainings = {one.name: one for one in experiment.trainings(scale)}
    runs = experiment.runs(scale)
    assert len({run.name for run in runs}) == len(runs)
    for run in runs:
        assert run.reference in scale.bases
        if run.training is None:
            assert run.model in scale.bases and run.model != run.reference
        else:
            assert run.checkpoint in experiment.marks(trainings[run.training].epochs)


@SCALES
def test_the_controls_are_there(scale):
    kinds = [run.kind for run in experiment.runs(scale)]
    assert kinds.count("control") == 1 and kinds.count("pretrained") == 1
    control = next(one for one in experiment.trainings(scale) if one.name == "control")
    assert control.documents == "others.json"


@pytest.mark.parametrize("scale", [WHOLE, PACKAGES], ids=lambda scale: scale.name)
def test_the_plans_have_what_they_promise(scale):
    runs = {run.name: run for run in experiment.runs(scale)}
    methods = {one.method for one in experiment.trainings(scale)}
    assert methods == {"full", "lora", "head", "prefix", "prompt", "p-tuning"}
    for method in ("full", "lora"):
        for ending in ("", "-seed2", "-seed3"):
            assert f"{method}-e3{ending}" in runs
    assert {"small-full-e1", "small-full-e5", "prefix-e8", "head-e5", "pretrained"} <= set(runs)
    assert set(scale.repeated) == {"4", "16"}
    assert len(scale.bases) == 2
    if scale is WHOLE:
        assert set(scale.texts.canaries) == {"0", "1", "4", "16"}
    else:
        # GPT-2's size, and as many texts as a TPR at 0.1 % wants.
        main = scale.bases["base-main"]
        assert (main.layers, main.width, main.heads, scale.vocabulary) == (12, 768, 12, 16_384)
        assert scale.members == 10_000


@SCALES
def test_slower_rates_are_slower_than_those_that_validation_chooses_from(scale):
    # Else two runs of one setting and seed would count as two.
    for method in scale.methods.values():
        assert max(method.slower, default=0) < min(method.rates)


def test_only_what_trains_is_counted_on_the_gpu():
    stages = plan.stages("packages", "cuda", OUTSIDE)
    on_gpu = {stage.name for stage in stages if stage.on_gpu}
    assert {"base-main", "base-small", "tune-full", "rate-lora-base-main"} <= on_gpu
    assert not on_gpu & {"descriptions", "prose", "records", "blind", "models", "scores", "report"}
    assert not any(stage.on_gpu for stage in plan.stages("whole", "cpu"))


@SCALES
def test_runs_are_compared_at_whole_epochs_only(scale):
    for run in experiment.runs(scale):
        assert isinstance(run.checkpoint, int)
        assert run.training is None or run.checkpoint >= 1


def test_methods_reach_several_losses_at_one_epoch():
    runs = {run.name: run for run in experiment.runs(WHOLE)}
    trainings = {one.name: one for one in experiment.trainings(WHOLE)}
    for method in ("full", "lora"):
        rates = {
            trainings[run.training].rate
            for run in runs.values()
            if run.training and trainings[run.training].method == method and run.checkpoint == 1
        }
        assert len(rates) == 3 and None in rates
    assert {"full-lr5e-5-e1", "lora-lr5e-4-e3"} <= set(runs)


def test_another_setting_is_another_key(tmp_path):
    from stages import Workshop

    def key(scale):
        plan.SCALES["changed"] = scale
        try:
            return Workshop(tmp_path, plan.stages("changed", "cpu")).key("tune-lora")
        finally:
            del plan.SCALES["changed"]

    same = key(WHOLE)
    assert key(replace(WHOLE)) == same
    assert key(replace(WHOLE, seed=2)) != same
    assert key(replace(WHOLE, texts=replace(WHOLE.texts, rows=10))) != same
    # What only the models of the other size need changes nothing here.
    bases = {**WHOLE.bases, "base-small": replace(WHOLE.bases["base-small"], steps=7)}
    assert key(replace(WHOLE, bases=bases)) == same
