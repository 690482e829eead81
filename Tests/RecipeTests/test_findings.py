"""Every figure that the READMEs tell of the sample data is in the files."""

import json
import re
from pathlib import Path

import pytest

from figures import read_manifest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "SampleData"
LARGE = SAMPLE / "package-descriptions"


def read(folder):
    figures = json.loads((folder / "figures.json").read_text())["runs"]
    return figures, {run["name"]: run for run in read_manifest(folder)["run"]}


SMALL_FIGURES, SMALL_RUNS = read(SAMPLE)
LARGE_FIGURES, LARGE_RUNS = read(LARGE)
SEEN = json.loads((LARGE / "seen.json").read_text())["full-e0.25"]


def percent(share):
    return f"{100 * share:.1f} %"


def auc(attack):
    return lambda figures, run: f"{figures['primary'][attack]['auc']:.3f}"


def interval(figures, run):
    low, high = figures["primary"]["ez"]["auc_interval"]
    return f"{figures['primary']['ez']['auc']:.3f} [{low:.3f}, {high:.3f}]"


def tpr(attack, rate):
    return lambda figures, run: percent(figures["primary"][attack][f"tpr_at_{rate}"]["achievable"])


def counts(figures, run):
    return f"{figures['primary']['members']:,} + {figures['primary']['non_members']:,}"


def loss(figures, run):
    return run["validation_loss"]


def reported(path):
    """A report's tables: of each section, for what a row names first, its cells by heading."""
    sections, heading = {}, None
    for line in path.read_text().splitlines():
        if line.startswith("## "):
            found = sections.setdefault(line.removeprefix("## "), {})
            heading = None
        elif not line.startswith("|"):
            heading = None
        elif heading is None:
            heading = [cell.strip() for cell in line.strip("|").split("|")]
        elif not set(line) <= set("|- "):
            cells = [cell.strip().strip("`") for cell in line.strip("|").split("|")]
            found.setdefault(cells[0], {}).update(zip(heading[1:], cells[1:]))
    return sections


REPORTED = reported(SAMPLE / "RESULTS.md")
RUNS, SEEDS = "Every run", "Over training seeds"
REPEATS = "By how often a text was trained on"
DETAILS = "By how much of a text is boilerplate"
CONTINUED = "Continued word for word"
FRONTIER = "Leakage beside validation loss"
OFTEN = "Texts trained on 16 times"


def told(section, run, column):
    """A cell of the sample's report, as its README writes it."""
    return REPORTED[section][run][column].replace("%", " %")


# What a column of a table holds, by the table's place and the column's heading.
COLUMNS = {
    "members + non-members": counts,
    "validation loss": loss,
    "LOSS AUC": auc("loss"),
    "ref-diff AUC": auc("ref-diff"),
    "WBC AUC": auc("wbc"),
    "WBC TPR@1%": tpr("wbc", 0.01),
    "WBC TPR@0.1%": tpr("wbc", 0.001),
    "EZ TPR@1%": tpr("ez", 0.01),
    "EZ TPR@0.1%": tpr("ez", 0.001),
    "TPR at 1 % FPR": tpr("ez", 0.01),
    "TPR at 0.1 % FPR": tpr("ez", 0.001),
    "released AUC": auc("ez:policy=released"),
    "released TPR@1%": tpr("ez:policy=released", 0.01),
}


def tables(path):
    """The rows of a page's tables as dictionaries by heading, with the run each names first."""
    heading = None
    for line in path.read_text().splitlines():
        if not line.startswith("|"):
            heading = None
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if heading is None:
            heading = cells
        elif not set(cells[0]) <= {"-", ":"}:
            yield dict(zip(heading, cells))


@pytest.mark.parametrize(
    ("page", "column", "figures", "runs", "rows"),
    [
        (SAMPLE / "README.md", "run", SMALL_FIGURES, SMALL_RUNS, 18),
        (LARGE / "README.md", "run", LARGE_FIGURES, LARGE_RUNS, len(LARGE_RUNS)),
        (ROOT / "README.md", "fine-tuned on 10,000 texts", LARGE_FIGURES, LARGE_RUNS, 8),
    ],
    ids=["sample", "package descriptions", "project"],
)
def test_tables_hold_what_the_files_do(page, column, figures, runs, rows):
    checked = 0
    for row in tables(page):
        if "EZ AUC" not in row or column not in row:
            continue
        name = re.search(r"`([^`]+)`", row[column]).group(1)
        for heading, cell in row.items():
            if heading == "EZ AUC":
                write = interval if "[" in cell else auc("ez")
            elif heading in COLUMNS:
                write = COLUMNS[heading]
            else:
                assert heading == column, heading
                continue
            expected = write(figures[name], runs[name])
            if write is loss:
                assert float(cell) == round(expected, len(cell.split(".")[1])), (name, heading)
            else:
                assert cell == expected, (name, heading)
        checked += 1
    assert checked == rows


def ez(figures, name, key=None, population="primary"):
    found = figures[name][population]["ez"]
    return found["auc"] if key is None else found[f"tpr_at_{key}"]["achievable"]


def released(name, key):
    return LARGE_FIGURES[name]["primary"]["ez:policy=released"][f"tpr_at_{key}"]["achievable"]


def large(name, key=None):
    return ez(LARGE_FIGURES, name, key)


def small(name):
    return ez(SMALL_FIGURES, name)


def recency(name):
    quarters = json.loads((LARGE / "recency.json").read_text())[name]
    return [one["auc"] for one in quarters if "quarter" in one]


def losses(prefix):
    found = [run["validation_loss"] for name, run in LARGE_RUNS.items() if name.startswith(prefix)]
    return f"{min(found):.3f}"


def small_loss(name):
    return f"{SMALL_RUNS[name]['validation_loss']:.3f}"


# How many losses both methods reach; at how many the one and the other leaks less.
BETWEEN = re.search(
    r"full and lora: of (\d+) losses that both reach, full leaks less at (\d+), lora at (\d+), and"
    r" (\d+) do not",
    (SAMPLE / "RESULTS.md").read_text(),
)


def crossings(method):
    """The losses at which a method is shown to leak less than the other of the two."""
    found = []
    for row in tables(SAMPLE / "RESULTS.md"):
        setting, against = row.get("at the loss of", ""), row.get("curve of", "")
        one = setting.strip("`").split(",")[0]
        if {one, against} == {"full", "lora"} and float(row["p (Holm)"]) < 0.05:
            less = one if row["difference"].startswith("-") else against
            if less == method:
                found.append(row["validation loss"])
    found.sort()
    return " and ".join([", ".join(found[:-1])] * (len(found) > 1) + found[-1:])


# Sentences by page, written anew from the files.
SENTENCES = {
    LARGE / "README.md": [
        f"After three, {percent(large('full-e3', 0.001))} and"
        f" {percent(large('full-e3-seed2', 0.001))}"
        " of the members are found at an FPR of 0.1 % (two seeds), with LoRA"
        f" {percent(large('lora-e3', 0.001))} and {percent(large('lora-e3-seed2', 0.001))}."
        f" LoRA is not safe: after five epochs {percent(large('lora-e5', 0.001))}.",
        f"{LARGE_RUNS['full-e1']['validation_loss']:.3f} nats after one epoch, where LoRA never"
        " comes"
        f" below {losses('lora')}.",
        f"({LARGE_RUNS['lora-e1']['validation_loss']:.3f} nats, AUC {large('lora-e1'):.3f}, against"
        f" {large('full-e1'):.3f} after an epoch",
        f"epoch ({LARGE_RUNS['prefix-e8']['validation_loss']:.3f} nats) and leaks as much"
        f" ({large('prefix-e8'):.3f}).",
        f"Over all 10,000 members the AUC of `full-e0.25` is"
        f" {SEEN['ez of all']['auc']:.3f}, over the"
        f" {LARGE_FIGURES['full-e0.25']['primary']['members']:,} that it had been trained on it is"
        f" {large('full-e0.25'):.3f}, over the rest {SEEN['ez of unseen']['auc']:.3f}:",
        "oldest first: AUC " + ", ".join(f"{one:.3f}" for one in recency("full-e1")),
        "of `lora-e1` " + ", ".join(f"{one:.3f}" for one in recency("lora-e1")),
        f"have {LARGE_RUNS['full-e0.25']['validation_loss']:.3f} and"
        f" {LARGE_RUNS['lora-e1']['validation_loss']:.3f} nats",
        f"and AUCs of {large('full-e0.25'):.3f} and {recency('lora-e1')[-1]:.3f}.",
        f"it finds {percent(released('full-e5', 0.01))} at an FPR of 1 % where the paper's policy"
        " finds"
        f" {percent(large('full-e5', 0.01))}.",
        f"{large('control-e3'):.3f} fine-tuned on other descriptions, {large('pretrained'):.3f}"
        " without",
        f"| here, full, 1 epoch / 3 epochs | {large('full-e1'):.3f} / {large('full-e3'):.3f} |"
        f" {percent(large('full-e1', 0.01))} / {percent(large('full-e3', 0.01))} |"
        f" {percent(large('full-e1', 0.001))} / {percent(large('full-e3', 0.001))} |",
        f"| here, LoRA, 1 epoch / 3 epochs | {large('lora-e1'):.3f} / {large('lora-e3'):.3f} |"
        f" {percent(large('lora-e1', 0.01))} / {percent(large('lora-e3', 0.01))} |"
        f" {percent(large('lora-e1', 0.001))} / {percent(large('lora-e3', 0.001))} |",
        f"| here, prefix, 8 epochs | {large('prefix-e8'):.3f} |"
        f" {percent(large('prefix-e8', 0.01))} |"
        f" {percent(large('prefix-e8', 0.001))} |",
    ],
    ROOT / "README.md": [
        "Under full fine-tuning"
        f" {sum(int(told(OFTEN, 'full-e3', kind)) for kind in ('forced_n0', 'forced_no_errors'))}"
        " of the 40 have no error left",
        f"fine-tuned six ways on invented records, {len(SMALL_RUNS)} runs",
    ],
    SAMPLE / "README.md": [
        f"an EZ AUC of {told(SEEDS, 'full-e3', 'EZ AUC')} against"
        f" {told(SEEDS, 'lora-e3', 'EZ AUC')} over three training seeds; after one"
        f" {told(SEEDS, 'full-e1', 'EZ AUC')} against {told(SEEDS, 'lora-e1', 'EZ AUC')}",
        f"a TPR at 1 % they do ({told(SEEDS, 'full-e3', 'EZ TPR@1%')})",
        f"reaches {small_loss('full-lr5e-5-e3')} after three epochs, lower than any other run,"
        f" with an AUC of {small('full-lr5e-5-e3'):.3f}, where the best rate has"
        f" {told(SEEDS, 'full-e3', 'validation loss').split()[0]} and"
        f" {told(SEEDS, 'full-e3', 'EZ AUC').split()[0]}.",
        f"LoRA's lowest loss is {small_loss('lora-lr1e-3-e3')}, with"
        f" {small('lora-lr1e-3-e3'):.3f}.",
        f"Of {BETWEEN[1]} losses that both reach, full fine-tuning leaks less at {BETWEEN[2]}"
        f" ({crossings('full')}), LoRA at {BETWEEN[3]} ({crossings('lora')}), and {BETWEEN[4]}"
        " do not tell them apart.",
        f"(validation loss {told(RUNS, 'prefix-e8', 'validation loss')}, AUC"
        f" {told(REPEATS, 'prefix-e8', 'ez, 1 times')}); of those seen 16 times it tells nearly all"
        f" ({told(REPEATS, 'prefix-e8', 'ez, 16 times')})",
        f"(AUC {told(REPEATS, 'prompt-e8', 'ez, 4 times')} and"
        f" {told(REPEATS, 'p-tuning-e8', 'ez, 4 times')}",
        f"under `full-e3` {told(OFTEN, 'full-e3', 'forced_n0')} have no downward shift left and"
        f" {told(OFTEN, 'full-e3', 'forced_no_errors')} no error at all",
        f"is {told(REPEATS, 'full-e3', 'ez, 16 times')} with the one policy and"
        f" {told(REPEATS, 'full-e3', 'ez:policy=released, 16 times')} with the other; after five"
        f" epochs {told(REPEATS, 'full-e5', 'ez, 16 times')} and"
        f" {told(REPEATS, 'full-e5', 'ez:policy=released, 16 times')}",
        f"{small('full-e3'):.3f} with either policy after three epochs, {small('full-e5'):.3f} and"
        f" {told(REPEATS, 'full-e5', 'ez:policy=released, 1 times')} after five.",
        "ranks the lowest of the 40 above"
        f" {told(OFTEN, 'full-e5', 'soft-ez')} and {told(OFTEN, 'full-e3-seed2', 'soft-ez')} of the"
        " non-members there, the plain reference difference above"
        f" {told(OFTEN, 'full-e5', 'ref-diff')} and {told(OFTEN, 'full-e3-seed2', 'ref-diff')}.",
        f"({SMALL_FIGURES['full-e3']['primary']['soft-ez']['auc']:.3f} against"
        f" {small('full-e3'):.3f} under `full-e3`)",
        f"EZ's AUC under `full-e3` is {told(DETAILS, 'full-e3', 'ez, plain')}, where it is nearly"
        f" all details {told(DETAILS, 'full-e3', 'ez, rich')}.",
        f"Under `full-e3` {told(CONTINUED, 'full-e3', '16 times')} records repeated 16 times are"
        " continued word for word, under `lora-e3`"
        f" {told(CONTINUED, 'lora-e3', '16 times').split(' of ')[0]}; of members trained on once"
        f" {told(CONTINUED, 'full-e3', 'members')}, though their AUC is {small('full-e3'):.3f}.",
        f"{told(CONTINUED, 'full-e3', 'non-members')} *non-members* are continued word for word",
        f"same organisation: {interval(SMALL_FIGURES['control-e3'], None)}, a little *below*",
        f"without any fine-tuning: {interval(SMALL_FIGURES['pretrained'], None)}.",
    ],
}


@pytest.mark.parametrize(
    ("page", "sentence"), [(page, one) for page, every in SENTENCES.items() for one in every]
)
def test_sentences_hold_what_the_files_do(page, sentence):
    assert sentence in " ".join(page.read_text().split())


def test_the_withdrawn_claim_is_only_told_as_withdrawn():
    """Of equal validation loss nothing is said that whole epochs do not show."""
    for page in (ROOT / "README.md", SAMPLE / "README.md", SAMPLE / "RESULTS.md"):
        text = page.read_text()
        assert "other way round" not in text and "leaks *less*" not in text.split("## A claim")[0]
    assert "## A claim that was wrong" in (SAMPLE / "README.md").read_text()
    assert not [name for name in SMALL_RUNS if name.startswith("full-at-")]
    assert all(run.get("epoch", 1) >= 1 for run in SMALL_RUNS.values())
    # What is left of runs within their first epoch says which members they had seen.
    for run in LARGE_RUNS.values():
        assert run.get("epoch", 1) >= 1 or (LARGE / run["seen"]).exists()


def test_the_sample_is_small_enough_to_ship():
    # What tools keep beside the recipe does not ship.
    shipped = (
        file
        for file in SAMPLE.rglob("*")
        if not any(part.startswith((".", "__")) for part in file.relative_to(SAMPLE).parts)
    )
    assert 10_000_000 < sum(file.stat().st_size for file in shipped) < 32_000_000


@pytest.mark.parametrize("name", ["full-e3", "full-e0.25", "lora-e3-seed2"])
def test_figures_are_those_of_the_score_files(name):
    import figures

    run = LARGE_RUNS[name]
    rows = figures.without_unseen(figures.read_scores(LARGE / run["scores"]), LARGE, run)
    assert figures.figures_of_run(rows) == LARGE_FIGURES[name]["primary"]
