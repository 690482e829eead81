"""What a Debian mirror holds: indices of packages, and the files that a package installs."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

# Newest first: of a package that several suites describe, the newest description counts.
SUITES = ("sid", "trixie", "bookworm", "bullseye")
INDICES = ("Packages", "Translation-en")
OPENERS: dict[str, Callable[..., IO[str]]] = {"": open, ".gz": gzip.open, ".xz": lzma.open}
HELP = "SampleData/recipe/README.md says what to fetch"
# A file of a package that is larger holds no prose, or hides a bomb.
LARGEST = 50_000_000


def indices(lists: Path) -> list[dict[str, Path]]:
    """The indices of every suite, by kind: `SUITE/Packages.xz` and `SUITE/Translation-en.xz`."""
    found = []
    for suite in SUITES:
        own = {kind: path for kind in INDICES if (path := _index(lists / suite, kind)) is not None}
        missing = [kind for kind in INDICES if kind not in own]
        if own and missing:
            raise ValueError(f"{lists / suite} holds no {missing[0]}, as .xz, .gz or plain; {HELP}")
        if own:
            found.append(own)
    if not found:
        named = ", ".join(SUITES)
        raise ValueError(f"{lists} holds no indices of any suite ({named}); {HELP}")
    return found


def _index(folder: Path, kind: str) -> Path | None:
    places = (folder / f"{kind}{ending}" for ending in OPENERS)
    return next((place for place in places if place.is_file()), None)


def packages(folder: Path) -> list[Path]:
    """The `.deb` files of a folder."""
    found = sorted(folder.glob("*.deb"))
    if not found:
        raise ValueError(f"{folder} holds no .deb files; {HELP}")
    return found


def stanzas(index: Path) -> Iterator[dict[str, str]]:
    """The paragraphs of an index, as Debian's control files are written."""
    fields: dict[str, str] = {}
    name = ""
    with OPENERS[index.suffix](index, "rt", encoding="utf-8", errors="replace") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if not line:
                if fields:
                    yield fields
                fields, name = {}, ""
            elif line[0] in " \t":
                if name:
                    fields[name] += "\n" + line[1:]
            else:
                name, _, value = line.partition(":")
                fields[name] = value.strip()
    if fields:
        yield fields


def files(package: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """Path and content of the plain files that are wanted; nothing is written anywhere."""
    try:
        with tarfile.open(fileobj=io.BytesIO(_data(package)), mode="r:*") as data:
            for entry in data:
                path = entry.name.removeprefix("./")
                if entry.isfile() and entry.size <= LARGEST and wanted(path):
                    content = data.extractfile(entry)
                    if content is not None:
                        yield path, content.read()
    except (tarfile.TarError, EOFError, lzma.LZMAError) as error:
        raise ValueError(f"{package} is damaged ({error}); fetch it again") from error


def _data(package: Path) -> bytes:
    """The member `data.tar` of a package, which is an `ar` archive."""
    with open(package, "rb") as file:
        if file.read(8) != b"!<arch>\n":
            raise ValueError(f"{package} is no Debian package; fetch it again")
        while (header := _next_member(file)) is not None:
            size = int(header[48:58])
            if header.startswith(b"data.tar"):
                content = file.read(size)
                if len(content) < size:
                    break
                return content
            file.seek(size + size % 2, io.SEEK_CUR)
    raise ValueError(f"{package} is cut short or holds no data.tar; fetch it again")


def _next_member(file: IO[bytes]) -> bytes | None:
    header = file.read(60)
    return header if len(header) == 60 and header[48:58].strip().isdigit() else None
