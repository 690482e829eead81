"""The work folder beside the output: taken up by the same export, refused to any other."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ezscope_export import __version__
from ezscope_export.checkpoint import files_that_count
from ezscope_export.errors import INPUT_OUTPUT, ExportError
from ezscope_export.files import clear_parts, write_text
from ezscope_export.inputs import Source, fingerprint
from ezscope_export.progress import Reporter
from ezscope_export.records import UNKNOWN

if TYPE_CHECKING:
    from ezscope_export.roster import Roster
    from ezscope_export.settings import Settings

# What changes the names and the words of the output, but none of its numbers.
_WORDS = ("out", "keep_work", "set_fields", "seen", "experiment", "description")


# Says that a work folder is ours, and of which work.
_MARKER = "state.json"
# Stands in the marker while the folder is removed.
_ENDED = "ended"


def start(settings: Settings, roster: Roster, report: Reporter) -> dict[str, str]:
    """Makes the work folder, or takes up one of the same export; returns the models' digests."""
    try:
        return _start(settings, roster, report)
    except OSError as error:
        raise ExportError(
            f"cannot be written: {error.strerror}",
            "choose another --out",
            where=str(settings.work),
            code=INPUT_OUTPUT,
        ) from None


def _start(settings: Settings, roster: Roster, report: Reporter) -> dict[str, str]:
    work = settings.work
    refuse_planted(work)
    digests = Digests(work / "digests.json", report)
    models = {spec.name: digests.of(roster.folders_of(spec)) for spec in roster.specs}
    claim(work, _state(settings, models), "export", report)
    digests.save()
    return models


def claim(work: Path, facts: dict[str, Any], what: str, report: Reporter) -> None:
    """Makes a work folder for work that depends on some facts, or takes up one of the same work."""
    refuse_planted(work)
    state = json.dumps(facts, sort_keys=True, indent=1, default=str)
    marker = work / _MARKER
    # A kill while the marker was written leaves half of it, which is ours too.
    clear_parts(marker)
    known = marker.read_text(encoding="utf-8") if marker.exists() else None
    if known == state:
        report.say(f"taking up the unfinished {what} in {work}")
        return
    if work.exists():
        if known is None and any(work.iterdir()):
            raise ExportError(
                "is in the way and not ours", "move it, or choose another --out", where=str(work)
            )
        if known not in (None, _ENDED):
            report.say("models, inputs or options have changed: starting over")
        remove(work)
    work.mkdir(mode=0o700, parents=True)
    write_text(marker, state)


def remove(work: Path) -> None:
    """Removes a work folder; killed on the way, what is left is ours still, and of no work."""
    marker = work / _MARKER
    write_text(marker, _ENDED)
    for entry in list(work.iterdir()):
        if entry == marker:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    marker.unlink()
    work.rmdir()


def refuse_planted(work: Path) -> None:
    """A work folder that somebody else laid out is not believed."""
    if not os.path.lexists(work):
        return
    facts = os.lstat(work)
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid():
        raise ExportError(
            "is in the way and not ours", "move it, or choose another --out", where=str(work)
        )


def _state(settings: Settings, models: dict[str, str]) -> dict[str, Any]:
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
        "models": models,
    }


class Digests:
    """Digests of models' files by content, remembered for as long as a file is not touched.

    A copy, or a file written again with the same bytes, is the same model.
    """

    def __init__(self, path: Path, report: Reporter) -> None:
        self.path = path
        self.report = report
        self.known: dict[str, str] = {}
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
            self.known = {str(k): str(v) for k, v in known.items()}
        except (OSError, ValueError, AttributeError):
            pass

    def of(self, folders: list[Path]) -> str:
        """One digest of all that a model's numbers depend on."""
        files = [file for folder in folders for file in files_that_count(folder)]
        size = sum(file.stat().st_size for file in files if self._key(file) not in self.known)
        if size > 1 << 30:
            self.report.say(f"reading {size / 2**30:.1f} GiB of weights to know them again")
        whole = hashlib.sha256()
        for file in files:
            whole.update(f"{file.name}\0{self._digest(file)}\0".encode())
        return whole.hexdigest()

    def save(self) -> None:
        """Keeps the digests for the next call."""
        write_text(self.path, json.dumps(self.known))

    def _key(self, file: Path) -> str:
        facts = file.stat()
        return f"{file.resolve()} {facts.st_ino} {facts.st_size} {facts.st_mtime_ns}"

    def _digest(self, file: Path) -> str:
        key = self._key(file)
        if key not in self.known:
            digest = hashlib.sha256()
            with open(file, "rb") as opened:
                while block := opened.read(1 << 20):
                    digest.update(block)
            self.known[key] = digest.hexdigest()
        return self.known[key]
