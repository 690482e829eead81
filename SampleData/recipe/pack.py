"""Makes a small folder out of a whole experiment: the sample data that ship with ezscope.

Every run becomes a score file over the primary sequences; a few keep their evidence token by token
as well, over some of the sequences. The figures beside them are computed from what was packed.
"""

from __future__ import annotations

import gzip
import io
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import packages
from conformance import reference, sample
from evidence import PRIMARY, read_continuations
from figures import (
    ATTACKS,
    FURTHER_ATTACKS,
    TEXT_COLUMNS,
    Rows,
    classes,
    figures_of_run,
    of_score_files,
    read_manifest,
    read_scores,
)
from report import trained

# Of members and of non-members, so many keep their continuations.
CONTINUED = 75
EVERYTHING = ("logprobs", "ranks", "top1_ids", "top1_logprobs", "logprob_means", "logprob_stds")
CHOICES = ("logprobs", "ranks", "top1_ids")
# The first run of these methods keeps its tokens, with these columns.
COLUMNS_OF = {"full": EVERYTHING, "lora": EVERYTHING, "prefix": CHOICES, "prompt": CHOICES}


@dataclass(frozen=True)
class Packing:
    """What of an experiment is kept."""

    name: str
    description: str
    # How many sequences of each split keep their tokens, by how often they were trained on.
    tokens_of: Mapping[tuple[str, int], int]
    # So many bytes at most.
    limit: int


INVENTED = Packing(
    "Invented private records",
    "What small GPT-2 architecture models said, before and after fine-tuning, about invented"
    " private records that they were or were not trained on.",
    {
        ("member", 1): 400,
        ("nonmember", 0): 400,
        ("member_dup", 4): 16,
        ("member_dup", 16): 40,
        ("canary", 1): 8,
        ("canary", 4): 8,
        ("canary", 16): 8,
        ("canary_control", 0): 24,
    },
    limit=20_000_000,
)
PACKAGES = Packing(
    packages.NAME,
    packages.DESCRIPTION,
    {("member", 1): 600, ("nonmember", 0): 600, ("member_dup", 4): 200, ("member_dup", 16): 100},
    limit=60_000_000,
)


def pack(
    evidence: Path, scores: Path, report: Path, into: Path, packing: Packing = INVENTED
) -> None:
    """Writes the packed experiment into a folder, whose files of the same kind it replaces."""
    manifest = read_manifest(evidence)
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into, prefix=".packing-") as place:
        folder = Path(place)
        chosen, metas = write_sequences(evidence / manifest["common"][0], folder, packing.tokens_of)
        continued = with_continuation(chosen, list(metas.values()))
        kept = with_tokens(manifest["run"])
        for base in manifest["reference"]:
            base["files"] = write_reference(evidence, base, kept, folder, chosen)
        primary = {name for name, meta in metas.items() if meta["split"] in PRIMARY}
        (folder / "scores").mkdir()
        (folder / "seen").mkdir()
        for run in manifest["run"]:
            if "seen" in run:
                text = (evidence / run["seen"]).read_bytes()
                run["seen"] += ".gz"
                (folder / run["seen"]).write_bytes(gzip.compress(text, mtime=0))
            rows = read_scores(scores / f"{run['name']}.csv")
            rows = [row for row in rows if row["id"] in primary]
            if run["name"] in kept:
                write_tokens(evidence, run, folder, chosen, continued)
            else:
                del run["files"]
                rows = [without(row, FURTHER_ATTACKS) for row in rows]
            write_scores(folder, run, rows)
        write_manifest(folder / "experiment.toml", manifest, packing)
        write_figures(folder, metas, primary)
        shutil.copyfile(report / "report.md", folder / "RESULTS.md")
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        if size > packing.limit:
            raise ValueError(
                f"{size:,} bytes are more than the {packing.limit:,} that may ship; keep fewer"
            )
        replace(folder, into)
    print(f"{size:,} bytes in {into}")


def with_tokens(runs: Sequence[dict[str, Any]]) -> set[str]:
    """The names of the runs that keep their tokens: the first of each such method."""
    first: dict[str, str] = {}
    for run in runs:
        if run["method"] in COLUMNS_OF:
            first.setdefault(run["method"], run["name"])
    return set(first.values())


def write_sequences(
    source: Path, folder: Path, tokens_of: Mapping[tuple[str, int], int]
) -> tuple[list[int], dict[str, dict[str, Any]]]:
    """Writes the kept sequences; returns which they are, and what is known of all."""
    tensors = reference.read_safetensors(source)
    names = [name.decode() for name in reference.texts(tensors, "sequence.ids")]
    metas = [json.loads(meta) for meta in reference.texts(tensors, "sequence.metas")]
    chosen: list[int] = []
    for (split, times), count in tokens_of.items():
        found = [
            i
            for i, meta in enumerate(metas)
            if (meta["split"], meta["duplicates"]) == (split, times)
        ]
        chosen += found[:count]
    chosen.sort()
    result = sample.cut(tensors, chosen, ["token_ids"])
    result["sequence.labels"] = tensors["sequence.labels"][chosen]
    for name in ("sequence.texts", "sequence.metas"):
        entries = reference.texts(tensors, name)
        result |= sample.text_column(name, [entries[i] for i in chosen])
    result |= {name: value for name, value in tensors.items() if name.startswith("vocabulary.")}
    sample.write_safetensors(folder / "sequences.safetensors", result)
    return chosen, dict(zip(names, metas))


def with_continuation(chosen: Sequence[int], metas: Sequence[dict[str, Any]]) -> set[int]:
    """Of the chosen, all but members and non-members, of which only the first are kept."""
    left = {"member": CONTINUED, "nonmember": CONTINUED}
    kept = set()
    for index in chosen:
        split = metas[index]["split"]
        left[split] = left.get(split, len(chosen)) - 1
        if left[split] >= 0:
            kept.add(index)
    return kept


def write_reference(
    evidence: Path, base: dict[str, Any], kept: set[str], folder: Path, chosen: list[int]
) -> list[str]:
    """Writes what a base said, if a run with tokens was compared with it."""
    runs = read_manifest(evidence)["run"]
    if not any(run["name"] in kept and run["reference"] == base["name"] for run in runs):
        return []
    tensors = reference.read_safetensors(evidence / base["files"][0])
    columns = ["reference.logprobs", "reference.top1_ids"]
    sample.write_safetensors(
        folder / f"{base['name']}.safetensors", sample.cut(tensors, chosen, columns)
    )
    return [f"{base['name']}.safetensors"]


def write_tokens(
    evidence: Path, run: dict[str, Any], folder: Path, chosen: list[int], continued: set[int]
) -> None:
    """Writes a run's evidence over the kept sequences, and the continuations of some of these."""
    tensors = reference.read_safetensors(evidence / run["files"][0])
    columns = [f"target.{column}" for column in COLUMNS_OF[run["method"]]]
    result = sample.cut(tensors, chosen, columns)
    names = [name.decode() for name in reference.texts(tensors, "sequence.ids")]
    entries = read_continuations(evidence, run)
    result |= sample.text_column(
        "continuations", [entries[names[i]] if i in continued else b"" for i in chosen]
    )
    run["files"] = [f"{run['name']}.safetensors"]
    sample.write_safetensors(folder / run["files"][0], result)


def without(row: dict[str, str], columns: Sequence[str]) -> dict[str, str]:
    """A row without some columns."""
    return {name: value for name, value in row.items() if name not in columns}


def write_scores(folder: Path, run: dict[str, Any], rows: Rows) -> None:
    """Writes a score file; the same rows make the same bytes.

    Of seven digits where tokens are kept that give the scores anew, otherwise of six.
    """
    digits = 7 if "files" in run else 6
    run["scores"] = f"scores/{run['name']}.csv.gz"
    columns = list(rows[0])
    text = io.StringIO()
    text.write(",".join(columns) + "\n")
    for row in rows:
        values = (
            row[column]
            if column in (*TEXT_COLUMNS, "ez_errors") or not row[column]
            else f"{float(row[column]):.{digits}g}"
            for column in columns
        )
        text.write(",".join(values) + "\n")
    (folder / run["scores"]).write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))


def write_manifest(path: Path, manifest: dict[str, Any], packing: Packing) -> None:
    """Writes `experiment.toml`."""
    lines = [
        f"name = {json.dumps(packing.name)}",
        f"description = {json.dumps(packing.description)}",
        'common = ["sequences.safetensors"]',
        "",
        "# Headline figures are over these; all other texts are browsed and sliced.",
        "[primary]",
        f"split = {json.dumps(list(PRIMARY))}",
    ]
    for kind in ("reference", "run"):
        for entry in manifest[kind]:
            lines += [
                "",
                f"[[{kind}]]",
                *(f"{key} = {toml(value)}" for key, value in entry.items()),
            ]
    path.write_text("\n".join(lines) + "\n")


def toml(value: object) -> str:
    """A value as TOML spells it: of what occurs here, as JSON does but for large numbers."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:_}" if value > 99999 else str(value)
    return json.dumps(value)


def write_figures(folder: Path, metas: dict[str, dict[str, Any]], primary: set[str]) -> None:
    """Writes `figures.json` from the score files as packed, and from the tokens for the rest.

    Scores of repeated records and canaries are those that the tokens as packed give.
    """
    runs = of_score_files(folder)
    files = {run["name"]: run["scores"] for run in read_manifest(folder)["run"]}
    with tempfile.TemporaryDirectory() as place:
        for name, sequences in reference.read_runs(folder):
            path = Path(place) / "scores.csv"
            reference.write_run(path, name, sequences, ATTACKS + FURTHER_ATTACKS)
            rows = read_scores(folder / files[name])
            known = {row["id"] for row in rows}
            missing = dict.fromkeys(rows[0], "")
            rows += [missing | row for row in read_scores(path) if row["id"] not in known]
            runs[name] = figures_with_tokens(rows, metas)
    (folder / "figures.json").write_text(json.dumps(about(runs), indent=1) + "\n")


def about(runs: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The figures of runs, with what they are by which conventions."""
    return {
        "version": 1,
        "about": "Reference figures of this experiment, computed with NumPy in float64 from the"
        " files"
        " beside it, independently of ezscope.",
        "primary": "over the members and non-members of the run, without members that it had not"
        " been trained on; all: over all its sequences",
        "conventions": {
            "ez": "paper policy, first position skipped, at least 2 error positions; classes"
            " ordered"
            " ordinary < forced_n0 (by P) < forced_no_errors",
            "achievable": "largest TPR of a threshold with FPR <= x",
            "interpolated": "linear along the ROC",
            "strict": "largest TPR of a threshold with FPR < x",
            "auc_interval": "95 %, DeLong, over sequences",
        },
        "runs": runs,
    }


def figures_with_tokens(rows: Rows, metas: dict[str, dict[str, Any]]) -> dict[str, object]:
    """The figures of a run over several populations."""

    def among(belongs: Callable[[dict[str, Any]], bool]) -> Rows:
        return [row for row in rows if belongs(metas[row["id"]])]

    by_times = {}
    for times in (1, 4, 16):
        found = among(trained(times))
        figures = figures_of_run(found)
        members = [row for row in found if row["label"] == "member"]
        # The tokens that are kept do not feed every attack that the whole evidence fed.
        by_times[str(times)] = {
            attack: figures[attack]["auc"]
            for attack in ATTACKS
            if any(row.get(attack) for row in members)
        }
    return {
        "sequences": len(rows),
        "primary": figures_of_run(among(lambda meta: meta["split"] in PRIMARY)),
        "all": figures_of_run(rows),
        "auc_by_duplicates": by_times,
        "ez_classes": classes(rows),
    }


def replace(folder: Path, into: Path) -> None:
    """Puts the new files where the old ones were; whatever else lies there stays."""
    for old in into.glob("*.safetensors"):
        old.unlink()
    for name in ("scores", "seen"):
        shutil.rmtree(into / name, ignore_errors=True)
    for new in folder.iterdir():
        new.replace(into / new.name)
