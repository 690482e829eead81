"""How far a model's training had come, and which of the texts it had been trained on by then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ezscope_export.checkpoint import read_json
from ezscope_export.columns import TextColumn
from ezscope_export.errors import USAGE, ExportError, printable
from ezscope_export.inputs import rows

SEEN = "seen"
SEEN_UNTIL = "seen_until"
_COUNTS = ("steps", "batch", "seed", "parameters", "trainable_parameters")
_NUMBERS = ("epoch", "validation_loss")
_METHODS = (
    *("full", "lora", "head", "adapter", "bitfit", "prefix", "prompt", "p-tuning", "pretrained"),
    *("control", "self"),
)
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def described(folder: Path) -> dict[str, Any]:
    """What lies beside a model about its training: Trainer's state, then `ezscope.json`."""
    facts = trainer_facts(folder)
    path = folder / "ezscope.json"
    if path.exists():
        facts.update(checked(read_json(path), str(path)))
    return facts


def trainer_facts(folder: Path) -> dict[str, Any]:
    """What Trainer noted beside a checkpoint: how far it had come.

    Its batch is that of one process before accumulation, so it is not called `batch`, which is the
    sequences of a step: nothing in the file tells those.
    """
    path = folder / "trainer_state.json"
    if not path.exists():
        return {}
    try:
        state = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(state, dict):
        return {}
    facts: dict[str, Any] = {}
    if _is_number(state.get("epoch")):
        facts["epoch"] = state["epoch"]
    for key, name in (("global_step", "steps"), ("train_batch_size", "process_batch")):
        value: Any = state.get(key)
        if _is_number(value) and value >= 0 and value == int(value):
            facts[name] = int(value)
    return facts


def checked(facts: dict[str, Any], where: str, code: int = 65) -> dict[str, Any]:
    """Facts about a run whose known keys are of the kind that evidence has there."""
    for key, value in facts.items():
        if value is None:
            continue
        if key in _NUMBERS and not _is_number(value):
            wanted = "a number"
        elif key in _COUNTS and not (isinstance(value, int) and _is_number(value) and value >= 0):
            wanted = "a whole number of 0 or more"
        elif key == "method" and value not in _METHODS:
            wanted = f"one of {', '.join(_METHODS)}"
        elif key == SEEN and not isinstance(value, str):
            wanted = "the name of a file"
        else:
            continue
        shown = printable(json.dumps(value, ensure_ascii=False, default=str))
        raise ExportError(f"{key} is {shown}, not {wanted}", where=where, code=code)
    return facts


def _is_number(value: Any) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and abs(value) < float("inf")


def seen_beside(folder: Path, facts: dict[str, Any]) -> str | None:
    """The path of the list that a model's `ezscope.json` names, which must lie beside it."""
    name = facts.get(SEEN)
    if name is None:
        return None
    if Path(name).name != name:
        raise ExportError(
            f"seen is {printable(name)}, not a file beside it", where=str(folder / "ezscope.json")
        )
    return str(folder / name)


def seen_files(texts: list[str], targets: list[str]) -> dict[str, str]:
    """The lists given as `[NAME=]FILE`, by the run they belong to."""
    found: dict[str, str] = {}
    for text in texts:
        name, equals, path = text.partition("=")
        if not equals or (name not in targets and Path(text).exists()):
            if len(targets) > 1:
                raise ExportError(
                    f"--seen {text} does not say whose it is", "write NAME=FILE", code=USAGE
                )
            name, path = targets[0], text
        if name not in targets:
            raise ExportError(
                f"--seen {text} names no target", f"targets: {', '.join(targets)}", code=USAGE
            )
        if name in found:
            raise ExportError(f"--seen is given twice for {name}", code=USAGE)
        found[name] = path
    return found


@dataclass(frozen=True)
class SeenTexts:
    """The texts that a run had been trained on, each with the last step that did; None: unknown."""

    steps: dict[str, int | None]

    @staticmethod
    def read(path: str) -> SeenTexts:
        """Reads a table with the columns `id` and, where known, `seen_until`."""
        steps: dict[str, int | None] = {}
        for place, row in rows(path):
            identity = row.get("id")
            if identity is None or identity == "":
                raise ExportError(
                    "has no id", "write id,seen_until and a line for each text", where=place
                )
            name = str(identity)
            if name in steps:
                raise ExportError(f"names {printable(name)!r} again", where=place)
            steps[name] = _step(row.get(SEEN_UNTIL), place)
        if not steps:
            raise ExportError("lists no text", "leave it out: nothing was seen", where=path)
        return SeenTexts(steps)

    def count(self, ids: TextColumn) -> int:
        """How many of some texts are listed."""
        return sum(name.decode() in self.steps for name in _texts(ids))

    def table(self, ids: TextColumn) -> bytes:
        """The listed ones of some texts, in their order, as CSV."""
        lines = [f"id,{SEEN_UNTIL}\n"]
        for name in (data.decode() for data in _texts(ids)):
            if name in self.steps:
                step = self.steps[name]
                lines.append(f"{_field(name)},{'' if step is None else step}\n")
        return "".join(lines).encode()

    def metas(self, ids: TextColumn, metas: TextColumn) -> Iterator[bytes]:
        """The texts' metadata with `seen` and `seen_until`."""
        for name, data in zip(_texts(ids), _texts(metas)):
            meta = json.loads(data)
            meta.pop(SEEN_UNTIL, None)
            meta[SEEN] = name.decode() in self.steps
            step = self.steps.get(name.decode())
            if step is not None:
                meta[SEEN_UNTIL] = step
            yield json.dumps(meta, ensure_ascii=False, separators=(",", ":")).encode()


def _texts(column: TextColumn) -> Iterator[bytes]:
    return (column[index] for index in range(len(column)))


def _step(value: Any, place: str) -> int | None:
    if value is None or value == "" or value != value:
        return None
    try:
        step = int(value)
    except (ValueError, TypeError, OverflowError):
        step = 0
    if step < 1 or (isinstance(value, float) and value != step):
        raise ExportError(
            f"{SEEN_UNTIL} is no step", "count steps from 1, or leave it empty", where=place
        )
    return step


def _field(name: str) -> str:
    """An id as ezscope reads it from CSV: one line, and nothing that a spreadsheet computes."""
    if name.lstrip("' \u00a0")[:1] in _FORMULA:
        name = "'" + name
    name = name.replace("\\u{", "\\u{5C}u{")
    cell = "".join(c if c.isprintable() else f"\\u{{{ord(c):X}}}" for c in name)
    quoted = any(c in cell for c in ',";') or cell != cell.strip()
    return '"' + cell.replace('"', '""') + '"' if quoted else cell


def is_within_first_epoch(facts: dict[str, Any], members: int) -> bool:
    """Whether a run ended before all its members could have been trained on."""
    if facts.get("method") == "control":
        return False
    epoch, steps, batch = (facts.get(key) for key in ("epoch", "steps", "batch"))
    if epoch is not None and epoch < 1:
        return True
    return steps is not None and batch is not None and steps * batch < members
