"""Whose work is in the program, and under which terms."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from packages.errors import PackagingError

_OWN = """\
ezscope is under the Apache License 2.0, whose text follows. The program holds parts of others: the
Swift runtime, Foundation, ArgumentParser and the libraries below, whose own terms stand behind it.
Foundation holds ICU, copyright Unicode, Inc., under the Unicode License V3
(https://www.unicode.org/license.txt).
"""


def text(license_file: Path, archives: Path) -> str:
    """The project's licence, then that of every library in the program."""
    parts = [_OWN, license_file.read_text(encoding="utf-8")]
    parts.append(_section("Swift", _swift_license()))
    for place, names in _terms(archives).items():
        parts.append(_section(", ".join(names), place.read_text(encoding="utf-8")))
    return "\n".join(parts)


def _section(title: str, body: str) -> str:
    line = "=" * 80
    return f"{line}\n{title}\n{line}\n\n{body.strip()}\n"


def _swift_license() -> str:
    """The terms that come with the compiler, of its libraries as well."""
    found = subprocess.run(
        ["swift", "-print-target-info"], check=True, capture_output=True, text=True
    )
    resources = Path(json.loads(found.stdout)["paths"]["runtimeResourcePath"])
    place = resources.parents[1] / "share/swift/LICENSE.txt"
    if not place.is_file():
        raise PackagingError("the compiler's licence is not beside it (share/swift/LICENSE.txt)")
    return place.read_text(encoding="utf-8")


def _terms(archives: Path) -> dict[Path, list[str]]:
    """The system's statement about each library that was linked, by its place."""
    found: dict[Path, list[str]] = {}
    for link in sorted(archives.glob("*.a")):
        package = _owner(link)
        place = Path("/usr/share/doc", package, "copyright").resolve()
        if not place.is_file():
            raise PackagingError(f"{package} says nothing about its terms ({place})")
        found.setdefault(place, []).append(link.stem)
    if not found:
        raise PackagingError(f"{archives} names no library: build with .ci/release")
    return found


def _owner(link: Path) -> str:
    """The system's package that an archive came with, as it was unpacked or as it is linked to."""
    # Where /lib is a link to /usr/lib, packages list the shorter name.
    place = str(link.resolve())
    for name in (place, place.removeprefix("/usr")):
        asked = subprocess.run(["dpkg", "-S", name], capture_output=True, text=True)
        if asked.returncode == 0:
            return asked.stdout.split(":")[0]
    raise PackagingError(f"no package of the system owns {place}: its terms are not known")
