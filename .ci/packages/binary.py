"""What a program needs of the system that it is to run on."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from packages.errors import PackagingError

# The oldest glibc that packages are for.
NEWEST_SYMBOLS = (2, 36)
_GLIBC = re.compile(
    r"(?:libc|libm|libdl|libpthread|librt|libutil|libresolv|ld-linux[\w-]*)\.so\.\d+"
)
_MACHINES = {62: ("x86_64", "amd64"), 183: ("aarch64", "arm64")}


@dataclass(frozen=True)
class Needs:
    """The processor and the glibc that a program needs."""

    machine: str
    debian: str
    glibc: tuple[int, int]


def needs(program: Path) -> Needs:
    """Looks into a program; refuses one that needs anything but glibc, or too new a one."""
    dynamic = _listed("readelf", "--dynamic", "--wide", program)
    others = [name for name in libraries(dynamic) if not _GLIBC.fullmatch(name)]
    if others:
        raise PackagingError(f"the program needs {', '.join(others)}: .ci/release links them in")
    newest = newest_symbols(_listed("objdump", "--dynamic-syms", program))
    if newest > NEWEST_SYMBOLS:
        raise PackagingError(
            f"the program needs glibc {newest[0]}.{newest[1]}, newer than "
            f"{NEWEST_SYMBOLS[0]}.{NEWEST_SYMBOLS[1]}: build it on an older system"
        )
    header = program.read_bytes()[:20]
    number = int.from_bytes(header[18:20], "little")
    if header[:4] != b"\x7fELF" or number not in _MACHINES:
        raise PackagingError(
            f"{program} is no program for {' or '.join(m for m, _ in _MACHINES.values())}"
        )
    return Needs(*_MACHINES[number], newest)


def libraries(dynamic: str) -> list[str]:
    """The shared libraries that `readelf --dynamic` lists."""
    return re.findall(r"\(NEEDED\)\s+Shared library: \[(.+?)\]", dynamic)


def newest_symbols(symbols: str) -> tuple[int, int]:
    """The newest version of glibc's symbols that `objdump --dynamic-syms` lists as not defined."""
    found = re.findall(r"\*UND\*.*?\bGLIBC_(\d+)\.(\d+)", symbols)
    if not found:
        raise PackagingError("the program takes nothing from glibc: it cannot be the one meant")
    return max((int(major), int(minor)) for major, minor in found)


def _listed(*words: str | Path) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout
