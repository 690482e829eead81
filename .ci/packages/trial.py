"""Installing a package where nothing else is, and using it there."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import termios
import time
from dataclasses import dataclass
from pathlib import Path

import tomllib

from packages.content import ROOT, version
from packages.errors import PackagingError
from packages.roots import TERMINALS, Root, Way, tool

KINDS = {
    "archive": "ezscope-{version}-linux-*.tar.gz",
    "wheel": "ezscope-{version}-*.whl",
    "deb": "ezscope_{version}_*.deb",
}
_NO_INPUT, _NO_TERMINAL, _USAGE = 66, 69, 64
_PATIENCE = 120


@dataclass(frozen=True)
class Answer:
    """What a command came to."""

    status: int
    output: str


class Trial:
    """One package in one root."""

    def __init__(self, kind: str, package: Path, place: Path, way: Way) -> None:
        self.kind = kind
        self.package = package
        self.root = Root(place / "root", way)
        self.prefix = {"archive": "/opt/ezscope", "wheel": "/opt/python", "deb": "/usr"}[kind]

    def run(self) -> None:
        """Installs the package and checks what it gives; raises where something is amiss."""
        self.root.add_system()
        {"archive": self._unpack, "wheel": self._pip, "deb": self._dpkg}[self.kind]()
        self._program()
        self._terminal()
        if self.kind == "wheel":
            self._python_commands()
        if self.kind == "deb" and self.root.way is Way.OWN:
            self._purge()

    # Installing.

    def _unpack(self) -> None:
        folder = self.root.inside("/opt")
        folder.mkdir()
        shutil.unpack_archive(self.package, folder)
        next(folder.iterdir()).rename(self.root.inside(self.prefix))

    def _pip(self) -> None:
        python = self.root.add_python()
        here = self.root.inside("/" + self.package.name)
        shutil.copy(self.package, here)
        if self.root.way is Way.EMPTIED:
            self._done([python, "-m", "venv", self.root.at(self.prefix)])
        else:
            self._done(self.root.words(python, "-m", "venv", self.prefix))
        words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]
        pip = self.root.words(f"{self.prefix}/bin/python", *words, "--no-deps")
        self._done([*pip, self.root.at("/" + self.package.name)])

    def _done(self, words: list[str]) -> None:
        ran = subprocess.run(
            words, env=self.root.environment(), capture_output=True, text=True, timeout=600
        )
        if ran.returncode != 0:
            raise PackagingError(f"{self.package.name}: {words[-1]}: {ran.stdout}{ran.stderr}")

    def _dpkg(self) -> None:
        if self.root.way is Way.EMPTIED:
            self._host(tool("dpkg-deb"), "--extract", str(self.package), str(self.root.tree))
            return
        data = self.root.inside("/var/lib/dpkg")
        for name in ("info", "updates", "triggers"):
            (data / name).mkdir(parents=True)
        (data / "available").touch()
        # The tree has what these hold, and nobody installed it there.
        (data / "status").write_text("\n".join(map(_installed, ("libc6", "ncurses-base"))))
        self._host_dpkg("--install", str(self.package))

    def _host_dpkg(self, *words: str) -> None:
        self._host(*self.root.superuser(tool("dpkg"), "--root", str(self.root.tree), *words))

    def _host(self, *command: str) -> None:
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
        ran = subprocess.run(command, env=environment, capture_output=True, text=True)
        if ran.returncode != 0:
            raise PackagingError(f"{self.package.name}: {command}: {ran.stdout}{ran.stderr}")

    def _purge(self) -> None:
        self._host_dpkg("--purge", "ezscope")
        left = [path for path in self.root.tree.rglob("*ezscope*") if path.is_file()]
        # dpkg keeps the lists of what it knew before.
        left = [path for path in left if "var/lib/dpkg" not in str(path)]
        if left:
            raise PackagingError(f"{self.package.name}: removed, but {left} stay")

    # Using.

    def _ran(self, name: str, *words: str) -> Answer:
        ran = subprocess.run(
            self.root.words(f"{self.prefix}/bin/{name}", *words),
            env=self.root.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            # Sample data must be found by where the program is, not by where it is started.
            cwd="/",
        )
        return Answer(ran.returncode, ran.stdout + ran.stderr)

    def _expect(self, answer: Answer, status: int, *words: str) -> None:
        missing = [word for word in words if word not in answer.output]
        if answer.status != status or missing:
            raise PackagingError(
                f"{self.package.name}: status {answer.status} instead of {status}, or without "
                f"{missing}:\n{answer.output[-2000:]}"
            )

    def _program(self) -> None:
        sample = self.root.at(f"{self.prefix}/share/ezscope/SampleData")
        self._expect(self._ran("ezscope", "--version"), 0, f"ezscope {version()} (")
        self._expect(self._ran("ezscope", "check", sample), 0)
        drawn = self._ran("ezscope", "snapshot", *"--screen tokens --size 100x30".split())
        self._expect(drawn, 0, "Tokens")
        tour = self.root.at("/tmp/tour.cast")
        self._expect(self._ran("ezscope", "demo", "--record", tour), 0)
        header = json.loads(self.root.inside("/tmp/tour.cast").read_text().splitlines()[0])
        page = self.root.at("/tmp/audit.html")
        self._expect(self._ran("ezscope", "report", sample, "-o", page), 0)
        text = self.root.inside("/tmp/audit.html").read_text()
        if header.get("width", 0) < 80 or "</html>" not in text or len(text) < 20_000:
            raise PackagingError(f"{self.package.name}: the tour or the report is not whole")
        self._expect(self._ran("ezscope", "check", self.root.at("/tmp/none")), _NO_INPUT)

    def _terminal(self) -> None:
        """The dashboard opens and closes; on an unknown terminal it says what to do."""
        manifest = f"{self.prefix}/share/ezscope/SampleData/experiment.toml"
        runs = tomllib.loads(self.root.inside(manifest).read_text())["run"]
        for term in TERMINALS:
            self._expect(self._on_terminal(term, until=runs[0]["name"]), 0, runs[0]["name"])
        unknown = self._on_terminal("no-such-terminal", until=None)
        self._expect(unknown, _NO_TERMINAL, 'TERM="no-such-terminal"', "TERM=xterm-256color")

    def _on_terminal(self, term: str, until: str | None) -> Answer:
        """Runs the dashboard on a terminal and leaves it as soon as it shows a word."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
        child = subprocess.Popen(
            self.root.words(f"{self.prefix}/bin/ezscope"),
            env=self.root.environment({"TERM": term}),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            cwd="/",
        )
        os.close(theirs)
        seen, end = b"", time.monotonic() + _PATIENCE
        has_left = until is None
        try:
            while time.monotonic() < end:
                if not select.select([ours], [], [], 0.5)[0]:
                    if child.poll() is not None:
                        break
                    continue
                try:
                    part = os.read(ours, 65_536)
                except OSError:  # Nobody has the other end any more.
                    break
                if not part:
                    break
                seen += part
                if not has_left and until and until.encode() in seen:
                    os.write(ours, b"q")
                    has_left = True
            status = child.wait(timeout=max(1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            status = child.wait()
        os.close(ours)
        # Lines are wrapped by nobody but the terminal.
        return Answer(status, re.sub(r"[\r\n]+", " ", seen.decode(errors="replace")))

    def _python_commands(self) -> None:
        project = tomllib.loads((ROOT / "Sources/exporter/pyproject.toml").read_text())["project"]
        for name in project["scripts"]:
            self._expect(self._ran(name, "--version"), 0, version())
        words = "--target a --reference b --members m.jsonl --out o.safetensors".split()
        self._expect(self._ran("ezscope-export", *words), _USAGE, "pip install 'ezscope[export]'")


def _installed(package: str) -> str:
    """What dpkg has on record of an installed package."""
    asked = subprocess.run(
        [tool("dpkg-query"), "--show", "--showformat=${Version} ${Architecture}", package],
        capture_output=True,
        text=True,
        check=True,
    )
    known, machine = asked.stdout.split()
    return (
        f"Package: {package}\nStatus: install ok installed\nArchitecture: {machine}\n"
        f"Version: {known}\nMaintainer: nobody\nDescription: what the tree holds of it\n"
    )
