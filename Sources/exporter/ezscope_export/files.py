"""Files that appear whole or not at all, and are never written through somebody's link."""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | os.O_CLOEXEC


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A new file beside `path`, at a name nobody can foresee, that takes its place when done."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}.new")
    descriptor = os.open(part, _NEW, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            mode = _mode(path)
            if mode is not None:
                os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_text(path: Path, text: str) -> None:
    """Writes a small file that is either whole or absent."""
    with replacing(path) as file:
        file.write(text.encode("utf-8"))


def clear_parts(path: Path) -> None:
    """Removes what a killed process left beside `path`; what others left stays."""
    name = re.compile(re.escape(f".{path.name}.") + r"[0-9a-f]{16}\.new")
    if not path.parent.is_dir():
        return
    with os.scandir(path.parent) as entries:
        for entry in entries:
            if name.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                if entry.stat(follow_symlinks=False).st_uid == os.geteuid():
                    os.unlink(entry.path)


def open_to_write(path: Path, empty: bool = False) -> int:
    """A descriptor to read and write a file of the work folder, which must be no link."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | os.O_CLOEXEC
    return os.open(path, flags | (os.O_TRUNC if empty else 0), 0o600)


def _mode(path: Path) -> int | None:
    try:
        facts = os.lstat(path)
    except OSError:
        return None
    return stat.S_IMODE(facts.st_mode) if stat.S_ISREG(facts.st_mode) else None
