"""What came out, expected or not, as tables; and checks without which nothing of it counts."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dataset import read_texts
from evidence import PRIMARY, read_continuations
from figures import (
    Rows,
    classes,
    components,
    figures_of_run,
    ranked,
    read_manifest,
    read_scores,
)
from frontier import WIDTH, Checkpoint, Comparison, compare, contrast, front, points

SHOWN = ("ez", "loss", "ref-diff", "wbc", "min-k++:k=20")
# By which attacks it is told how low a text can be ranked that was trained on most often.
LOWEST = ("ez", "soft-ez", "ez:policy=released", "ref-diff", "wbc", "loss")
# Of which texts it is told how many are continued word for word: split, and times trained on.
CONTINUED = {
    "members": ("member", 1),
    "4 times": ("member_dup", 4),
    "16 times": ("member_dup", 16),
    "canaries, 16 times": ("canary", 16),
    "non-members": ("nonmember", 0),
    "control canaries": ("canary_control", 0),
}
# The controls are checked at 99 %: of 95 % intervals one in twenty would miss by chance.
WIDER = 2.576 / 1.96


@dataclass(frozen=True)
class Result:
    """A run: what the manifest says, its scores, and its figures over the primary sequences."""

    facts: dict[str, Any]
    rows: Rows
    primary: dict[str, Any]
    # The rows that headline figures are over.
    counted: Rows

    @property
    def name(self) -> str:
        return self.facts["name"]

    def value(self, attack: str) -> float:
        return self.primary[attack]["auc"]

    def primary_scores(self, attack: str) -> tuple[np.ndarray, np.ndarray]:
        """Whether each counted sequence is a member, and its score, ordered by id."""
        rows = sorted(self.counted, key=lambda row: row["id"])
        return np.array([row["label"] == "member" for row in rows]), ranked(rows, attack)

    def detected(self, attack: str) -> float:
        return self.primary[attack]["tpr_at_0.01"]["achievable"]


def write(folder: Path, inputs: dict[str, Path]) -> None:
    """Writes `report.md` and `figures.json`; a control that shows leakage is an error."""
    metas = {row["id"]: row["meta"] for row in read_texts(inputs["records"])}
    manifest = read_manifest(inputs["evidence"])
    results = [
        _result(facts, read_scores(inputs["scores"] / f"{facts['name']}.csv"), metas)
        for facts in manifest["run"]
    ]
    blind = json.loads((inputs["blind"] / "blind.json").read_text())
    sections = [
        "# The experiment\n",
        _setting(results, manifest, blind),
        "## Every run\n",
        _runs(results),
        "## Over training seeds\n",
        _seeds(results),
        "## Leakage beside validation loss\n",
        _frontier(results),
        "## By how often a text was trained on\n",
        _repeats(results, metas),
        _details(results, metas),
        "## Continued word for word\n",
        _continued(results, metas, inputs["evidence"]),
        "## Edge cases of EZ\n",
        _classes(results, lambda row: True),
        _most_repeated(results, metas),
    ]
    (folder / "report.md").write_text("\n".join(section for section in sections if section) + "\n")
    (folder / "figures.json").write_text(
        json.dumps({result.name: result.primary for result in results}, indent=1)
    )
    check(results)


def check(results: Iterable[Result]) -> None:
    """Controls must not be told apart, and full fine-tuning must be."""
    for result in results:
        figures = result.primary["ez"]
        auc, (low, high) = figures["auc"], figures["auc_interval"]
        low, high = auc - WIDER * (auc - low), auc + WIDER * (high - auc)
        if result.facts["method"] in ("control", "pretrained"):
            if not low <= 0.5 <= high:
                raise ValueError(f"{result.name}: AUC {low:.3f} to {high:.3f}, without 0.5")
        elif result.facts["method"] == "full" and "-lr" not in result.name:
            if result.facts["epoch"] >= 3 and low < 0.6:
                raise ValueError(f"{result.name}: AUC {low:.3f} to {high:.3f} is no leakage")


def _result(facts: dict[str, Any], rows: Rows, metas: dict[str, Any]) -> Result:
    kept = [row for row in rows if metas[row["id"]]["split"] in PRIMARY]
    return Result(facts, rows, figures_of_run(kept), kept)


def _setting(results: Sequence[Result], manifest: dict[str, Any], blind: dict[str, Any]) -> str:
    bases = "; ".join(
        f"`{base['name']}` {base['parameters']:,} parameters, validation loss"
        f" {base['validation_loss']:.3f}"
        for base in manifest["reference"]
    )
    first = results[0].primary
    return (
        f"{first['members']:,} members and {first['non_members']:,} non-members. Bases: {bases}."
        f" A classifier of the texts alone reaches an AUC of {blind['auc']:.3f}; chance gives"
        f" 0.500 ± {blind['deviation']:.3f} (one standard deviation).\n"
    )


def _runs(results: Sequence[Result]) -> str:
    return table(
        [
            "run",
            "epoch",
            "validation loss",
            "EZ AUC (95 %)",
            "EZ TPR@1%",
            *(f"{a} AUC" for a in SHOWN[1:]),
            "WBC TPR@1%",
        ],
        (
            [
                f"`{one.name}`",
                f"{one.facts.get('epoch', 0):g}",
                _loss(one),
                _interval(one),
                percent(one.detected("ez")),
                *(f"{one.value(attack):.3f}" for attack in SHOWN[1:]),
                percent(one.detected("wbc")),
            ]
            for one in results
        ),
    )


def _seeds(results: Sequence[Result]) -> str:
    """Mean and standard deviation over trainings that differ in the seed alone."""
    groups: dict[str, list[Result]] = {}
    for one in results:
        groups.setdefault(one.name.split("-seed")[0], []).append(one)
    several = {name: group for name, group in groups.items() if len(group) > 1}
    if not several:
        return "One training seed: nothing here says how another training would have come out.\n"
    return table(
        ["run", "seeds", "validation loss", "EZ AUC", "EZ TPR@1%", "ref-diff AUC", "WBC TPR@1%"],
        (
            [
                f"`{name}`",
                str(len(group)),
                spread([one.facts["validation_loss"] for one in group], "{:.3f}"),
                spread([one.value("ez") for one in group], "{:.3f}"),
                spread([one.detected("ez") for one in group], "{:.1%}"),
                spread([one.value("ref-diff") for one in group], "{:.3f}"),
                spread([one.detected("wbc") for one in group], "{:.1%}"),
            ]
            for name, group in several.items()
        ),
    )


def _frontier(results: Sequence[Result]) -> str:
    """Every checkpoint's leakage beside its validation loss, and where which method leaks less."""
    checkpoints = [found for one in results if (found := checkpoint(one)) is not None]
    if len({one.method for one in checkpoints}) < 2:
        return "One method: there is nothing to compare.\n"
    compared = compare(checkpoints)
    curves = {
        method: {point.setting for point in front(p for p in every if p.method == method)}
        for every in [points(checkpoints)]
        for method in {one.method for one in checkpoints}
    }
    shown = sorted(points(checkpoints), key=lambda one: (one.method, one.loss))
    listed = table(
        ["setting", "seeds", "validation loss", "EZ AUC (95 %)", "on its method's curve"],
        (
            [
                f"`{one.setting}`",
                str(len(one.runs)),
                f"{one.loss:.3f}"
                + ("" if one.loss_error is None else f" ± {WIDTH * one.loss_error:.3f}"),
                _spanned(*contrast(one.weights, {c.run: c.leakage for c in checkpoints})),
                "yes" if one.setting in curves[one.method] else "",
            ]
            for one in shown
        ),
    )
    tested = table(
        ["at the loss of", "validation loss", "EZ AUC", "curve of", "EZ AUC there", "difference"]
        + ["p (Holm)"],
        (
            [
                f"`{one.point.setting}`",
                f"{one.point.loss:.3f}",
                f"{one.point.leakage:.3f}",
                one.against,
                f"{one.there:.3f}",
                f"{one.difference:+.3f} ({one.interval[0]:+.3f} to {one.interval[1]:+.3f})",
                f"{one.holm:.2g}",
            ]
            for one in compared
        ),
    )
    about = (
        "Checkpoints at whole epochs only, so that every member has been trained on equally often."
        " A setting is a method, a learning rate and a number of epochs; figures are means over its"
        " training seeds, and intervals are over sequences and, of losses, over validation texts."
    )
    return f"{about}\n\n{listed}\n{tested}\n{_verdicts(compared)}"


def _verdicts(compared: Sequence[Comparison]) -> str:
    """In words: which method leaks less than which, at how many of the losses both reach."""
    lines = []
    pairs = dict.fromkeys(tuple(sorted((one.point.method, one.against))) for one in compared)
    for first, second in pairs:
        between = [one for one in compared if {one.point.method, one.against} == {first, second}]
        signs = [
            (one.difference < 0) == (one.point.method == first)
            for one in between
            if one.holm < 0.05
        ]
        lines.append(
            f"- {first} and {second}: of {len(between)} losses that both reach, {first} leaks less"
            f" at {sum(signs)}, {second} at {len(signs) - sum(signs)}, and"
            f" {len(between) - len(signs)} do not tell them apart."
        )
    return "\n".join(lines) + "\n"


def checkpoint(one: Result) -> Checkpoint | None:
    """A run as a place between utility and leakage; None for controls and other sizes."""
    facts = one.facts
    if facts["method"] in ("control", "pretrained") or facts["model"] != "base-main":
        return None
    if facts["epoch"] != int(facts["epoch"]):
        raise ValueError(f"{one.name} was stopped within an epoch: it has not seen all members")
    labels, scores = one.primary_scores("ez")
    return Checkpoint(
        one.name,
        facts["method"],
        f"{facts['method']}, {facts['learning_rate']:g}, epoch {facts['epoch']:g}",
        facts["validation_loss"],
        facts.get("validation_loss_error"),
        components(labels, scores),
    )


def _spanned(value: float, error: float) -> str:
    return f"{value:.3f} ({value - WIDTH * error:.3f}–{value + WIDTH * error:.3f})"


def _repeats(results: Sequence[Result], metas: dict[str, Any]) -> str:
    """EZ by both policies: the released one fails on what leaks most."""
    slices = [(f"{times} times", trained(times)) for times in (1, 4, 16)]
    return _sliced(results, metas, slices, ("ez", "ez:policy=released"))


def trained(times: int) -> Callable[[dict[str, Any]], bool]:
    """Whether a text is a non-member, or a member that was trained on so many times."""
    kinds = (("member", times), ("member_dup", times), ("nonmember", 0))
    return lambda meta: (meta["split"], meta["duplicates"]) in kinds


def _details(results: Sequence[Result], metas: dict[str, Any]) -> str:
    def written(detail: str) -> Callable[[dict[str, Any]], bool]:
        return lambda meta: meta["split"] in PRIMARY and meta["detail"] == detail

    if not all("detail" in meta for meta in metas.values()):
        return ""
    slices = [(detail, written(detail)) for detail in ("rich", "mixed", "plain")]
    heading = "## By how much of a text is boilerplate\n\n"
    return heading + _sliced(results, metas, slices, ("ez",))


def _sliced(
    results: Sequence[Result],
    metas: dict[str, Any],
    slices: Sequence[tuple[str, Callable[[dict[str, Any]], bool]]],
    attacks: Sequence[str],
) -> str:
    lines = []
    for one in results:
        if one.facts["method"] in ("control", "pretrained"):
            continue
        cells = [f"`{one.name}`"]
        for _, belongs in slices:
            figures = figures_of_run([row for row in one.rows if belongs(metas[row["id"]])])
            cells += [f"{figures[attack]['auc']:.3f}" for attack in attacks]
        lines.append(cells)
    heads = [f"{attack}, {name}" for name, _ in slices for attack in attacks]
    return table(["AUC of run", *heads], lines)


def _continued(results: Sequence[Result], metas: dict[str, Any], evidence: Path) -> str:
    """How many texts a model continues to the letter, greedily, from their first tokens."""
    there = {(meta["split"], meta["duplicates"]) for meta in metas.values()}
    kinds = {name: kind for name, kind in CONTINUED.items() if kind in there}
    lines = []
    for one in results:
        counts = {kind: [0, 0] for kind in kinds.values()}
        for name, entries in read_continuations(evidence, one.facts).items():
            meta = metas[name]
            count = counts.get((meta["split"], meta["duplicates"]))
            if count is not None and entries:
                (first,) = json.loads(entries)
                length = len(first["suffix_token_ids"])
                count[0] += first["token_ids"][:length] == first["suffix_token_ids"]
                count[1] += 1
        lines.append([f"`{one.name}`", *(f"{same} of {of}" for same, of in counts.values())])
    return table(["run", *kinds], lines)


def _classes(results: Sequence[Result], belongs: Callable[[dict[str, str]], bool]) -> str:
    counted = [(one, classes(filter(belongs, one.rows))) for one in results]
    return table(
        ["run", *counted[0][1]],
        ([f"`{one.name}`", *map(str, counts.values())] for one, counts in counted),
    )


def _most_repeated(results: Sequence[Result], metas: dict[str, Any]) -> str:
    """What EZ makes of the texts trained on most often, and how low an attack ranks one of them."""
    most = max(meta["duplicates"] for meta in metas.values() if meta["split"] == "member_dup")
    repeated = {
        name
        for name, meta in metas.items()
        if (meta["split"], meta["duplicates"]) == ("member_dup", most)
    }
    belongs = trained(most)
    lines = []
    for one in results:
        rows = [row for row in one.rows if belongs(metas[row["id"]])]
        labels = np.array([row["label"] == "member" for row in rows])
        lowest = (components(labels, ranked(rows, attack)).of_members.min() for attack in LOWEST)
        lines.append([f"`{one.name}`", *map(percent, lowest)])
    return (
        f"## Texts trained on {most} times\n\nTheir edge cases of EZ:\n\n"
        + _classes(results, lambda row: row["id"] in repeated)
        + "\nThe share of non-members that the lowest ranked of them lies above:\n\n"
        + table(["run", *LOWEST], lines)
    )


def table(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    rows = [heads, ["---"] * len(heads), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def percent(share: float) -> str:
    """A share of one, with one decimal."""
    return f"{share:.1%}"


def spread(values: Sequence[float], style: str) -> str:
    """Mean ± standard deviation."""
    return f"{style.format(np.mean(values))} ± {style.format(np.std(values, ddof=1))}"


def _loss(one: Result) -> str:
    loss = one.facts.get("validation_loss", math.nan)
    return f"{loss:.3f}"


def _interval(one: Result) -> str:
    low, high = one.primary["ez"]["auc_interval"]
    return f"{one.value('ez'):.3f} ({low:.3f}–{high:.3f})"
