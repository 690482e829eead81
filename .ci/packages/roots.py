"""Roots to try packages in: small trees that hold no more than is put there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from enum import Enum
from functools import cache
from pathlib import Path

from packages.errors import PackagingError

_TOOLS = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin:/sbin:/bin"
_GLIBC = ("libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libutil.so.1")
_TERMINFO = ("/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo", "/usr/lib/terminfo")
TERMINALS = ("xterm-256color", "linux")


class Way(Enum):
    """How far a package can be kept from this machine."""

    OWN = "in an empty root of its own"
    EMPTIED = "with an empty environment only"


WARNING = """\
try-package: this machine forbids mounts of one's own (unshare), so there is no empty root.
Packages are used with an empty environment instead: what they take from this machine unseen is
not noticed."""


@cache
def best_way() -> Way:
    """The best that this machine allows."""
    return Way.OWN if _unshare() else Way.EMPTIED


@cache
def _unshare() -> tuple[str, ...]:
    """The words that give a command mounts of its own; none where that is not allowed."""
    if not shutil.which("unshare", path=_TOOLS):
        return ()
    for flags in (("-m",), ("-r", "-m")):
        words = (tool("unshare"), *flags)
        test = (*words, tool("mount"), "--rbind", "/proc", "/proc")
        if subprocess.run(test, capture_output=True).returncode == 0:
            return words
    return ()


def tool(name: str) -> str:
    """The place of a program of this machine."""
    found = shutil.which(name, path=_TOOLS)
    if not found:
        raise PackagingError(f"{name} is missing")
    return found


class Root:
    """A tree, and how commands are run in it."""

    def __init__(self, tree: Path, way: Way) -> None:
        self.tree = tree
        self.way = way
        for name in ("proc", "dev", "tmp", "home"):
            self.inside(f"/{name}").mkdir(parents=True)

    def inside(self, path: str) -> Path:
        """Where this machine has a path of the tree."""
        return self.tree / path.lstrip("/")

    def at(self, path: str) -> str:
        """A path of the tree as its commands know it."""
        return str(self.inside(path)) if self.way is Way.EMPTIED else path

    def words(self, *command: str) -> list[str]:
        """What to run for a command, named by its path in the tree."""
        program = self.at(command[0])
        if self.way is Way.EMPTIED:
            return [program, *command[1:]]
        enter = [tool("chroot"), str(self.tree), program, *command[1:]]
        tree = shlex.quote(str(self.tree))
        mounts = f'"$0" --rbind /proc {tree}/proc && "$0" --rbind /dev {tree}/dev'
        return [*_unshare(), tool("sh"), "-c", f'{mounts} && exec "$@"', tool("mount"), *enter]

    def superuser(self, *command: str) -> list[str]:
        """What to run for a command of this machine that must own files."""
        return [*_unshare(), *command] if self.way is Way.OWN else [*command]

    def environment(self, more: dict[str, str] | None = None) -> dict[str, str]:
        """All that a command is told."""
        own = {"PATH": "/nonexistent", "HOME": self.at("/home"), "TMPDIR": self.at("/tmp")}
        return own | {"LANG": "C.UTF-8"} | (more or {})

    # What is put into it.

    def add_system(self) -> None:
        """glibc's own libraries and locale, and the entries of two terminals."""
        if self.way is Way.EMPTIED:
            return
        linked = _linked(Path(sys.executable).resolve())
        library = next((path for path in linked if path.name == "libc.so.6"), None)
        if not library:
            raise PackagingError("this machine's Python does not use glibc")
        wanted = [library.with_name(name) for name in _GLIBC]
        for path in [*wanted, *(path for path in linked if path.name.startswith("ld-linux"))]:
            if path.exists():
                self._copy(path)
        locale = Path("/usr/lib/locale/C.utf8")
        if locale.is_dir():
            shutil.copytree(locale, self.inside(str(locale)))
        for name in TERMINALS:
            places = (Path(folder, name[0], name) for folder in _TERMINFO)
            entry = next((path for path in places if path.exists()), None)
            if not entry:
                raise PackagingError(f"this machine has no terminfo entry for {name}")
            target = self.inside(f"/usr/share/terminfo/{name[0]}/{name}")
            target.parent.mkdir(parents=True)
            shutil.copy(entry, target)

    def add_python(self) -> str:
        """The Python that runs this with its standard library; returns its path."""
        program = Path(sys.executable).resolve()
        if self.way is Way.EMPTIED:
            return str(program)
        skipped = shutil.ignore_patterns(
            "site-packages", "dist-packages", "test", "tests", "idlelib", "tkinter", "config-*",
            "__pycache__", "*.a",
        )  # fmt: skip
        # Of a virtual environment those that it rests on.
        modules = Path(sysconfig.get_config_var("DESTSHARED")).resolve()
        for name in {Path(sysconfig.get_path("stdlib")).resolve(), modules.parent}:
            place = str(name)
            shutil.copytree(place, self.inside(place), ignore=skipped, dirs_exist_ok=True)
        wheels = Path("/usr/share/python-wheels")
        if wheels.is_dir():
            shutil.copytree(wheels, self.inside(str(wheels)))
        self._copy(program)
        for path in [program, *modules.glob("*.so")]:
            for library in _linked(path):
                self._copy(library)
        return str(program)

    def _copy(self, path: Path) -> None:
        target = self.inside(str(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            shutil.copy(path, target)


def _linked(path: Path) -> list[Path]:
    """The libraries that this machine gives a program or module."""
    said = subprocess.run([tool("ldd"), path], capture_output=True, text=True).stdout
    return [Path(name) for name in re.findall(r"(?:=> |^\s+)(/\S+)", said, re.M)]
