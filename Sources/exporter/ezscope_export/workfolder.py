"""The work folder beside the output: taken up by the same export, refused to any other."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ezscope_export import __version__
from ezscope_export.errors import ExportError
from ezscope_export.inputs import Source, fingerprint
from ezscope_export.progress import Reporter
from ezscope_export.records import UNKNOWN
from ezscope_export.roster import Roster
from ezscope_export.sequences import write_marker
from ezscope_export.settings import Settings

# What changes the names and the words of the output, but none of its numbers.
_WORDS = ("out", "keep_work", "set_fields", "experiment", "description")


def start(settings: Settings, roster: Roster, report: Reporter) -> Path:
    """The work folder: an unfinished one of the same export, or an empty one."""
    work = settings.work
    state = json.dumps(_state(settings, roster), sort_keys=True, indent=1, default=str)
    marker = work / "state.json"
    if marker.exists() and marker.read_text(encoding="utf-8") == state:
        report.say(f"taking up the unfinished export in {work}")
        return work
    if work.exists():
        if not marker.exists() and any(work.iterdir()):
            raise ExportError(
                "is in the way and not ours", "move it, or choose another --out", where=str(work)
            )
        if marker.exists():
            report.say("models, inputs or options have changed: starting over")
        shutil.rmtree(work)
    work.mkdir(parents=True)
    write_marker(marker, state)
    return work


def _state(settings: Settings, roster: Roster) -> dict[str, Any]:
    """Whatever the numbers depend on."""
    options = asdict(settings)
    for key in _WORDS:
        del options[key]
    sources = [*settings.sources, *(Source(path, UNKNOWN) for path in settings.extras.files)]
    if settings.validation:
        sources.append(Source(settings.validation, UNKNOWN))
    return {
        "version": __version__,
        "options": options,
        "inputs": [fingerprint(source) for source in sources],
        "models": {spec.name: _print(roster.folders_of(spec)) for spec in roster.specs},
    }


def _print(folders: list[str]) -> list[str]:
    """A model's files by name, size and time: its weights are too large to be read for this."""
    prints = []
    for folder in folders:
        files = sorted(Path(folder).iterdir()) if Path(folder).is_dir() else []
        for file in files:
            facts = file.stat()
            prints.append(f"{file} {facts.st_size} {facts.st_mtime_ns}")
        if not files:
            prints.append(folder)
    return prints
