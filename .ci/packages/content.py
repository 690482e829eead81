"""The files that every package holds, by their place under a prefix such as /usr."""

from __future__ import annotations

import calendar
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from packages import manual, notices, sample
from packages.errors import PackagingError

ROOT = Path(__file__).resolve().parents[2]
VERSION_FILE = ROOT / "Sources/exporter/ezscope_export/version.txt"
LICENSE_FILE = ROOT / ".github/LICENSE"

PROGRAM = "bin/ezscope"
BASH = "share/bash-completion/completions/ezscope"
FISH = "share/fish/vendor_completions.d/ezscope.fish"
ZSH = "share/zsh/site-functions/_ezscope"
MANUAL = "share/man/man1/"
NOTICES = "share/doc/ezscope/copyright"
CHANGES = "share/doc/ezscope/CHANGELOG.md"
SAMPLE = "share/ezscope/SampleData/"

# Before it, a zip archive knows no time.
EARLIEST = 315_532_800


@dataclass(frozen=True)
class File:
    """What a file holds, and whether it runs."""

    data: bytes
    runs: bool = False

    @property
    def mode(self) -> int:
        """Its permissions: whoever made it has no say in them."""
        return 0o755 if self.runs else 0o644


Content = dict[str, File]


def version() -> str:
    """The one version of program, exporter and packages."""
    return VERSION_FILE.read_text(encoding="ascii").strip()


def time_of(said: str, given: str | None) -> int:
    """The time that every file has: as given, or the start of the day that `--version` names."""
    if given:
        return max(EARLIEST, int(given))
    day = re.search(r"\(commit [0-9a-f]+ of (\d{4})-(\d\d)-(\d\d)\b", said)
    if not day:
        raise PackagingError(
            f"the program does not know its commit ({said.strip()}), and so not its time: "
            "build it in a clone, or set SOURCE_DATE_EPOCH"
        )
    year, month, number = (int(part) for part in day.groups())
    return calendar.timegm((year, month, number, 0, 0, 0))


def answer(program: Path, *words: str) -> str:
    """What the program prints."""
    ran = subprocess.run([program, *words], capture_output=True, text=True)
    if ran.returncode != 0:
        raise PackagingError(f"{program.name} {' '.join(words)} fails: {ran.stderr.strip()}")
    return ran.stdout


def gather(program: Path, archives: Path, time: int) -> Content:
    """The program without its symbols, its pages, completions, sample and notices."""
    content = {PROGRAM: File(_stripped(program), runs=True)}
    for place, shell in ((BASH, "bash"), (FISH, "fish"), (ZSH, "zsh")):
        content[place] = File(answer(program, "--generate-completion-script", shell).encode())
    described = answer(program, "--experimental-dump-help")
    for name, text in manual.pages(described, version(), time).items():
        content[MANUAL + name] = File(text.encode())
    for name, data in sample.selected(ROOT / "SampleData").items():
        content[SAMPLE + name] = File(data)
    content[NOTICES] = File(notices.text(LICENSE_FILE, archives).encode())
    content[CHANGES] = File((ROOT / ".github/CHANGELOG.md").read_bytes())
    return dict(sorted(content.items()))


def _stripped(program: Path) -> bytes:
    """The program without symbols: they are most of it, and only a debugger reads them."""
    bare = program.with_name(program.name + ".stripped")
    subprocess.run(["strip", "--strip-all", "-o", bare, program], check=True)
    data = bare.read_bytes()
    bare.unlink()
    return data
