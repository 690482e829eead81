"""The experiment on package descriptions, with a mirror, models and times too small for it."""

import json
import random
from dataclasses import replace

import numpy as np
import pytest

import archive
import descriptions
import figures
import mirror
import plan
import pretrain_by_clock
import prose
import report
from experiment import PACKAGES, Base, Method, Packages
from stages import Workshop

pytest.importorskip("torch")
pytest.importorskip("peft")

TOY = replace(
    PACKAGES,
    name="toy",
    bases={
        "base-main": Base(1, 32, 1, learning_rate=5e-3, seconds=30, batch=8),
        "base-small": Base(1, 16, 1, learning_rate=5e-3, seconds=20, batch=8),
    },
    methods={
        "full": Method(2, (3e-3, 1e-2), slower=(1e-3,)),
        "lora": Method(1, (1e-2,), slower=(1e-3,)),
        "head": Method(1, (1e-2,)),
        "prefix": Method(1, (1e-2,)),
        "prompt": Method(1, (1e-2,)),
        "p-tuning": Method(1, (1e-2,)),
    },
    members=24,
    repeated={"4": 2, "16": 1},
    validation=6,
    texts=Packages(characters=200_000, tokenizer_characters=100_000, held_out=4),
    vocabulary=600,
    lengths=(100, 180),
)
SOURCES = 80


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The folder of a mirror, and what its sources say."""
    root = tmp_path_factory.mktemp("mirror")
    return root, mirror.write(root, SOURCES)


@pytest.fixture(scope="module")
def shop(tmp_path_factory, written):
    """All of the plan, by a clock that moves on by a second whenever it is read."""
    root, _ = written
    plan.SCALES["toy"] = TOY
    outside = {name: root / name for name in ("lists", "documents")}
    workshop = Workshop(tmp_path_factory.mktemp("toy"), plan.stages("toy", "cpu", outside))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pretrain_by_clock, "clock", iter(range(1_000_000)).__next__)
        # What such models show is too little for it; `test_findings` has it on real ones.
        patch.setattr(report, "check", lambda results: None)
        for name in workshop.needed(["report"]):
            workshop.run(name)
    yield workshop
    del plan.SCALES["toy"]


def read(path):
    return json.loads(path.read_text())


def texts_of(folder, name):
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()]


def test_descriptions_are_one_a_source_and_say_what_no_other_says(shop, written):
    found = {one["source"]: one["text"] for one in descriptions.read(shop.folder("descriptions"))}
    _, texts = written
    # Of two sources that say nearly the same, one is left.
    assert ("source-000" in found) != ("nearly-the-same" in found)
    expected = set(texts) | {"only-older", "nearly-the-same"}
    assert len(found) == len(expected) - 1 and set(found) < expected
    assert not any(name.endswith("-dev") for name in found) and "short" not in found
    for name in set(found) & set(texts) - {"source-000"}:
        assert found[name].replace("\n", " ") == " ".join(texts[name])
    every = [descriptions.normal(one) for text in found.values() for one in text.split(". ")]
    assert len(every) == len(set(every))
    assert mirror.SHARED not in "".join(found.values())


def test_no_prose_says_what_a_description_says(shop, written):
    documents = prose.read(shop.folder("prose"))
    _, texts = written
    private = set()
    for one in descriptions.read(shop.folder("descriptions")):
        private.update(descriptions.sequences(one["text"], 8))
    told = [line for text in documents for line in text.split("\n")]
    assert len(told) > 500 and len(told) == len(set(told))
    for line in told:
        assert private.isdisjoint(descriptions.sequences(line, 8)), line
    everything = "\n".join(told)
    assert texts["source-001"][3] not in everything
    assert "int main" not in everything and "Das ist" not in everything and "<p>" not in everything
    # The tokenizer and the bases have read nothing else.
    assert {"prose"} == set(shop.stages["tokenizer"].inputs)
    assert {"prose", "tokenizer"} == set(shop.stages["corpus"].inputs)


def test_splits_are_disjoint_and_dealt_out_at_random(shop, written):
    records = shop.folder("records")
    rows = texts_of(records, "members") + texts_of(records, "non-members")
    sources = [row["meta"]["source"] for row in rows]
    splits = [(row["meta"]["split"], row["meta"]["duplicates"]) for row in rows]
    counts = {kind: splits.count(kind) for kind in set(splits)}
    assert counts == {
        ("member", 1): 24,
        ("member_dup", 4): 2,
        ("member_dup", 16): 1,
        ("nonmember", 0): 24,
    }
    assert len(set(sources)) == len(sources)
    train, others = read(records / "train.json"), read(records / "others.json")
    validation = read(records / "validation.json")
    assert len(train) == 24 + 2 * 4 + 16 and len(validation) == 6 and 0 < len(others) <= 24
    names = read(records / "train-names.json")
    assert len(names) == len(train) and names.count("member-dup-16x-00") == 16
    parts = [{tuple(ids) for ids in part} for part in (train, others, validation)]
    assert sum(map(len, parts)) == len(set.union(*parts)) == 24 + 2 + 1 + len(others) + 6
    # Neither in the order of names nor in that in which they were collected.
    collected = [one["source"] for one in descriptions.read(shop.folder("descriptions"))]
    for order in (sorted(sources), collected):
        places = np.array([order.index(row) for row, kind in zip(sources, splits) if kind[1] == 1])
        assert 0.25 * len(order) < places.mean() < 0.75 * len(order)
        assert (np.diff(places) < 0).any()


def test_bases_are_trained_for_their_time(shop):
    for name, base in TOY.bases.items():
        facts = read(shop.folder(name) / "training.json")
        # The clock is read once at the start and once a step.
        assert facts["steps"] == base.seconds - 1
        assert facts["tokens"] == facts["steps"] * 8 * 180
        assert np.isfinite(facts["held_out_loss"]) and facts["held_out_loss"] < np.log(600)


def test_every_pass_cuts_the_prose_into_rows_at_other_places():
    starts = pretrain_by_clock._starts(1000, 100, 9, np.random.default_rng(1))
    passes = [next(starts) for _ in range(50)]
    assert all((one >= 0).all() and (one + 100 <= 1000).all() for one in passes)
    assert len({int(one[0]) % 100 for one in passes}) > 10


def test_checkpoints_are_of_whole_epochs_and_say_what_they_had_seen(shop):
    records, evidence = shop.folder("records"), shop.folder("evidence")
    names = set(read(records / "train-names.json"))
    per_epoch = -(-len(read(records / "train.json")) // TOY.batch)
    runs = {run["name"]: run for run in figures.read_manifest(evidence)["run"]}
    for name in ("full-e2", "full-e1-seed3", "lora-e1-seed2", "lora-lr1e-3-e1", "small-full-e1"):
        assert name in runs
    assert {run["method"] for run in runs.values()} == {*TOY.methods, "control", "pretrained"}
    for run in runs.values():
        if run["method"] in ("control", "pretrained"):
            assert "seen" not in run
            continue
        assert run["epoch"] == int(run["epoch"]) >= 1
        assert run["steps"] == run["epoch"] * per_epoch and run["batch"] == TOY.batch
        seen = figures.read_scores(evidence / run["seen"])
        assert {row["id"] for row in seen} == names
        last = [int(row["seen_until"]) for row in seen]
        assert run["steps"] - per_epoch < min(last) and max(last) == run["steps"]


def test_the_manifest_opens(shop):
    folder = shop.folder("evidence")
    manifest = figures.read_manifest(folder)
    assert manifest["name"] == "Package descriptions" and "GPT-2" in manifest["description"]
    assert manifest["primary"] == {"split": ["member", "nonmember"]}
    bases = [base["name"] for base in manifest["reference"]]
    assert bases == ["base-main", "base-small"]
    known = {"name", "files", "reference", "method", "model", "parameters", "trainable_parameters"}
    known |= {"epoch", "steps", "batch", "seed", "learning_rate", "validation_loss", "seen"}
    for run in manifest["run"]:
        assert run["reference"] in bases
        assert all((folder / file).is_file() for file in run["files"])
        if run["method"] not in ("control", "pretrained"):
            assert known <= set(run) and run["inclusion"] == "randomized"
    from conformance import reference

    for name, sequences in reference.read_runs(folder):
        assert len(sequences) == 24 + 24 + 2 + 1, name


def test_the_report_has_the_frontier(shop):
    text = (shop.folder("report") / "report.md").read_text()
    assert "24 members and 24 non-members" in text
    for method in ("head", "lora", "p-tuning", "prefix", "prompt"):
        assert f"- full and {method}: of " in text
    assert "`full, 0.001, epoch 1` | 1 |" in text and "`lora, 0.01, epoch 1` | 3 |" in text
    assert "## Texts trained on 16 times" in text
    assert "boilerplate" not in text and "canaries" not in text
    runs = figures.run_names(shop.folder("evidence"))
    assert set(read(shop.folder("report") / "figures.json")) == set(runs)


def test_packing_keeps_all_scores_and_some_tokens(shop, tmp_path):
    import pack

    few = dict.fromkeys(pack.PACKAGES.tokens_of, 5)
    packing = replace(pack.PACKAGES, tokens_of=few)
    places = map(shop.folder, ("evidence", "scores", "report"))
    pack.pack(*places, tmp_path / "packed", packing)
    manifest = figures.read_manifest(tmp_path / "packed")
    assert manifest["name"] == "Package descriptions"
    with_tokens = {run["name"] for run in manifest["run"] if "files" in run}
    assert with_tokens == {"full-e1", "lora-e1", "prefix-e1", "prompt-e1"}
    found = read(tmp_path / "packed" / "figures.json")["runs"]
    for run in manifest["run"]:
        rows = figures.read_scores(tmp_path / "packed" / run["scores"])
        assert len(rows) == 48 and found[run["name"]]["primary"]["members"] == 24


def test_other_files_in_a_folder_from_outside_make_its_stages_stale(shop, written, tmp_path):
    root, _ = written

    def key(name, documents):
        outside = {"lists": root / "lists", "documents": documents}
        return Workshop(tmp_path, plan.stages("toy", "cpu", outside)).key(name)

    moved = tmp_path / "moved"
    moved.mkdir()
    for file in (root / "documents").iterdir():
        (moved / file.name).write_bytes(file.read_bytes())
    assert key("tune-full", moved) == shop.key("tune-full")
    (moved / "three_1_all.deb").write_bytes(b"more")
    assert key("prose", moved) != shop.key("prose")
    assert key("tune-full", moved) != shop.key("tune-full")
    assert key("descriptions", moved) == shop.key("descriptions")


def test_the_newest_description_counts(tmp_path):
    for suite, word in (("bookworm", "older"), ("sid", "newer")):
        own = [f"{word} text {number}." for number in range(6)]
        mirror.write_indices(tmp_path / suite, [mirror.entry("a", own, source="b")], "")
    (text,) = descriptions.by_source(tmp_path)["b"]
    assert text.startswith("newer text 0.\nnewer text 1.") and "older" not in text


def test_lists_keep_their_lines_and_prose_runs_on():
    body = "Title\nIt can do\nthis and that:\n * one thing\n   for two\n * another\n.\nAnd more."
    found = [list(part) for part in descriptions._paragraphs(body)]
    assert found == [
        ["Title"],
        ["It can do this and that:", "* one thing", "for two", "* another"],
        ["And more."],
    ]


def test_damaged_packages_are_told(tmp_path):
    def everything(content):
        path = tmp_path / "odd_1_all.deb"
        path.write_bytes(content)
        return list(archive.files(path, lambda _: True))

    mirror.write_package(tmp_path / "good_1_all.deb", {"a.txt": "fine"})
    good = (tmp_path / "good_1_all.deb").read_bytes()
    assert everything(good) == [("a.txt", b"fine")]
    for content, reason in (
        (b"PK", "no Debian package"),
        (b"!<arch>\n", "holds no data.tar"),
        (good.replace(b"data.tar", b"date.tar"), "holds no data.tar"),
        (good[:-40], "cut short"),
        (good.replace(b"\xfd7zXZ", b"\xfd7zXY"), "damaged"),
    ):
        with pytest.raises(ValueError, match=reason):
            everything(content)


def test_readers_leave_words_alone():
    manual = '.TH X 1\n.SH NAME\nthe \\fBbold\\fR word \\- and\n.BR "more" \n\\(aqx\\(aq\n.nf'
    assert prose.manual_page(manual).split() == "the bold word - and more 'x'".split()
    page = "<head><title>no</title></head><p>The <b>bold</b>\nword &amp; more</p><pre>no</pre>"
    assert prose.web_page(page).strip() == "The bold word & more"
    rng = random.Random(1)
    text = mirror.sentence(rng) + "\n" + mirror.sentence(rng)
    assert list(prose.paragraphs(f"{text}\n\nx = f(y); // z\n\nTwo words")) == [
        text.replace("\n", " ")
    ]


def test_too_few_descriptions_are_told(shop, tmp_path):
    import packages

    settings = dict(shop.stages["records"].settings) | {"members": 1000}
    inputs = {name: shop.folder(name) for name in ("tokenizer", "descriptions")}
    with pytest.raises(ValueError, match="are too few: 2,009 are needed"):
        packages.deal(tmp_path, inputs, **settings)
