"""The whole pipeline with models too small to learn much: that everything fits together."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import plan
from conformance import reference
from experiment import SMALL, Base, Invented, Method
from stages import Workshop

pytest.importorskip("torch")
pytest.importorskip("peft")

TINY = replace(
    SMALL,
    name="tiny",
    bases={
        "base-main": Base(1, 32, 1, steps=30, learning_rate=5e-3, batch=8),
        "base-small": Base(1, 16, 1, steps=20, learning_rate=5e-3, batch=8),
    },
    methods={
        "full": Method(2, (3e-3, 1e-2), slower=(1e-3,)),
        "lora": Method(1, (1e-2,)),
        "head": Method(1, (1e-2,)),
        "prefix": Method(1, (1e-2,)),
        "prompt": Method(1, (1e-2,)),
        "p-tuning": Method(1, (1e-2,)),
    },
    members=24,
    repeated={"4": 2, "16": 1},
    validation=6,
    texts=Invented(
        rows=240,
        canaries={"1": 1, "4": 1, "16": 1, "0": 2},
        tokenizer_texts=200,
        houses=10,
    ),
    vocabulary=600,
    lengths=(90, 150),
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Everything up to the scores; what such models show is too little for the report's checks."""
    plan.SCALES["tiny"] = TINY
    workshop = Workshop(tmp_path_factory.mktemp("tiny"), plan.stages("tiny", "cpu"))
    for name in workshop.needed(["scores"]):
        workshop.run(name)
    yield workshop
    del plan.SCALES["tiny"]


def read(path: Path):
    return json.loads(path.read_text())


def test_every_method_trains_what_it_should(shop):
    facts = {
        method: read(shop.folder(f"tune-{method}") / "training.json") for method in TINY.methods
    }
    assert facts["full"]["trainable_parameters"] == facts["full"]["parameters"]
    for method in ("prefix", "prompt", "p-tuning", "lora"):
        assert 0 < facts[method]["trainable_parameters"] < facts["full"]["parameters"] / 2, method
    assert facts["prompt"]["trainable_parameters"] == 16 * 32
    assert facts["head"]["trainable_parameters"] == 600 * 32
    for method, fact in facts.items():
        losses = [one["validation_loss"] for one in fact["checkpoints"]]
        assert np.isfinite(losses).all() and losses != [fact["base_validation_loss"]] * len(
            losses
        ), method


def test_training_again_gives_the_same(shop):
    before = (shop.folder("tune-lora") / "training.json").read_text()
    shop.run("tune-lora")
    again = read(shop.folder("tune-lora") / "training.json")
    assert {**read_text(before), "seconds": 0} == {**again, "seconds": 0}


def read_text(text):
    return json.loads(text)


def test_the_learning_rate_is_the_better_one(shop):
    rate = read(shop.folder("rate-full-base-main") / "rate.json")
    losses = {float(rate): loss for rate, loss in rate["validation_losses"].items()}
    assert set(losses) == {3e-3, 1e-2}
    assert rate["learning_rate"] == min(losses, key=losses.get)
    assert (
        read(shop.folder("tune-full") / "training.json")["learning_rate"] == rate["learning_rate"]
    )


def test_a_slower_rate_is_what_it_says(shop):
    facts = read(shop.folder("models") / "full-lr1e-3-e1" / "ezscope.json")
    assert facts["learning_rate"] == 1e-3 and facts["epoch"] == 1 and facts["method"] == "full"


def test_every_checkpoint_says_what_it_had_seen(shop):
    folder, records = shop.folder("models"), shop.folder("records")
    names = read(records / "train-names.json")
    assert len(names) == len(read(records / "train.json"))
    per_epoch = -(-len(names) // TINY.batch)
    for run, epoch in (("full-e1", 1), ("full-e2", 2), ("prompt-e1", 1)):
        facts = read(folder / run / "ezscope.json")
        assert facts["steps"] == epoch * per_epoch and facts["batch"] == TINY.batch
        lines = (folder / run / "seen.csv").read_text().splitlines()
        assert lines[0] == "id,seen_until"
        last = {name: int(step) for name, step in (line.split(",") for line in lines[1:])}
        # After whole epochs every text was trained on in the last of them.
        assert set(last) == set(names)
        assert (epoch - 1) * per_epoch < min(last.values()) and max(last.values()) == facts["steps"]
    assert (folder / "control-e1" / "seen.csv").read_text() == "id,seen_until\n"


def test_the_manifest_names_what_was_seen(shop):
    import figures

    evidence = shop.folder("evidence")
    for run in figures.read_manifest(evidence)["run"]:
        if run["method"] in ("control", "pretrained"):
            assert "seen" not in run
        else:
            assert run["steps"] * run["batch"] >= TINY.members
            assert (evidence / run["seen"]).read_text().startswith("id,seen_until\n")


def test_the_frontier_is_of_every_method(shop):
    import figures
    import report

    evidence, scores = shop.folder("evidence"), shop.folder("scores")
    metas = {row["id"]: row["meta"] for row in report.read_texts(shop.folder("records"))}
    results = [
        report._result(facts, figures.read_scores(scores / f"{facts['name']}.csv"), metas)
        for facts in figures.read_manifest(evidence)["run"]
    ]
    found = [one for result in results if (one := report.checkpoint(result)) is not None]
    assert {one.method for one in found} == set(TINY.methods)
    assert all(one.loss_error is not None and one.loss_error > 0 for one in found)
    text = report._frontier(results)
    assert "`full, 0.001, epoch 1`" in text and "- full and lora: of " in text


def test_only_models_that_saw_the_members_say_that_chance_chose_them(shop):
    facts = {file.parent.name: read(file) for file in shop.folder("models").glob("*/ezscope.json")}
    for run in ("full-e1", "lora-e1", "full-lr1e-3-e1"):
        assert facts[run]["inclusion"] == "randomized"
    for run in ("control-e1", "pretrained", "base-main"):
        assert "inclusion" not in facts[run]


def test_adapters_find_their_base_beside_them(shop):
    folder = shop.folder("models")
    for run in ("lora-e1", "prefix-e1", "prompt-e1", "p-tuning-e1"):
        named = read(folder / run / "adapter_config.json")["base_model_name_or_path"]
        assert (folder / run / named).resolve() == (folder / "base-main").resolve()


def test_every_run_has_scores_for_every_text(shop):
    import figures

    texts = (shop.folder("records") / "members.jsonl").read_text().count("\n")
    texts += (shop.folder("records") / "non-members.jsonl").read_text().count("\n")
    names = figures.run_names(shop.folder("evidence"))
    assert {"full-e1", "full-e2", "lora-e1", "control-e1", "pretrained"} <= set(names)
    for name in names:
        rows = figures.read_scores(shop.folder("scores") / f"{name}.csv")
        assert len(rows) == texts
        assert {row["label"] for row in rows} == {"member", "non-member"}
        assert all(np.isfinite(float(row["loss"])) for row in rows)


def test_evidence_is_what_the_model_says(shop):
    """The exporter against one forward pass, for a whole model and for virtual tokens."""
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    folder = shop.folder("models")
    base = AutoModelForCausalLM.from_pretrained(folder / "base-main")
    for name in ("full-e1", "prompt-e1"):
        if name == "full-e1":
            model = AutoModelForCausalLM.from_pretrained(folder / name).eval()
        else:
            model = PeftModel.from_pretrained(base, folder / name).eval()
        sequences = next(
            s for run, s in reference.read_runs(shop.folder("evidence")) if run == name
        )
        one = sequences["member-00003"]
        ids = torch.tensor(one["token_ids"].astype(np.int64))[None]
        with torch.no_grad():
            logits = model(input_ids=ids).logits[0, -ids.shape[1] :]
        expected = logits.double().log_softmax(-1)[:-1].gather(1, ids[0, 1:, None])[:, 0]
        assert np.abs(expected.numpy() - one["target.logprobs"]).max() < 1e-4


def test_packing_keeps_what_matters(shop, tmp_path):
    import figures
    import pack

    report = tmp_path / "report"
    report.mkdir()
    (report / "report.md").write_text("# The experiment\n")
    into = tmp_path / "packed"
    into.mkdir()
    (into / "README.md").write_text("stays")
    (into / "old.safetensors").write_text("goes")
    pack.pack(shop.folder("evidence"), shop.folder("scores"), report, into)
    assert (into / "README.md").read_text() == "stays"
    assert not (into / "old.safetensors").exists()
    kept = figures.read_manifest(into)
    with_tokens = [run["name"] for run in kept["run"] if "files" in run]
    assert with_tokens == ["full-e1", "lora-e1", "prefix-e1", "prompt-e1"]
    # Figures rest on the scores of all, whether tokens of some are kept beside them or not.
    assert all((into / run["scores"]).exists() for run in kept["run"])
    seen = {run["name"]: run["seen"] for run in kept["run"] if "seen" in run}
    assert {"full-e1", "full-e2"} <= set(seen) and all((into / f).exists() for f in seen.values())
    found = read(into / "figures.json")["runs"]
    assert set(found) == {run["name"] for run in kept["run"]}
    rows = {run["name"]: figures.read_scores(into / run["scores"]) for run in kept["run"]}
    members = len({row["id"] for row in rows["full-e1"] if row["label"] == "member"})
    assert {entry["primary"]["members"] for entry in found.values()} == {members}
    assert set(figures.FURTHER_ATTACKS) <= set(rows["full-e1"][0])
    assert not set(figures.FURTHER_ATTACKS) & set(rows["full-e2"][0])
    # Repeated records have the scores that their tokens give.
    assert found["full-e1"]["sequences"] > len(rows["full-e1"])
    assert found["full-e1"]["auc_by_duplicates"].keys() == {"1", "4", "16"}
    # Packed evidence gives the scores that the whole evidence gives.
    whole = {r["id"]: r for r in figures.read_scores(shop.folder("scores") / "full-e1.csv")}
    sequences = next(s for run, s in reference.read_runs(into) if run == "full-e1")
    attacks = figures.ATTACKS + figures.FURTHER_ATTACKS
    reference.write_run(tmp_path / "again.csv", "full-e1", sequences, attacks)
    for row in figures.read_scores(tmp_path / "again.csv"):
        assert row == whole[row["id"]]
    before = {p.name: p.read_bytes() for p in into.iterdir() if p.is_file()}
    pack.pack(shop.folder("evidence"), shop.folder("scores"), report, into)
    assert before == {p.name: p.read_bytes() for p in into.iterdir() if p.is_file()}
    little = replace(pack.INVENTED, limit=1000)
    with pytest.raises(ValueError, match="keep fewer"):
        pack.pack(shop.folder("evidence"), shop.folder("scores"), report, into, little)
    assert (into / "full-e1.safetensors").exists()
    shutil.rmtree(into)
