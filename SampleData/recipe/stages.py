"""Runs the stages of a plan, several at a time, each in a process of its own, and none twice.

A stage's output is a folder, written under another name and renamed when it is whole. Beside the
output lies `done.json` with a key: the stage's settings, the keys of its inputs and the code it
says it depends on. A stage whose key is as before is not run again; killing everything at any
moment loses only the stages that were running.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

HERE = Path(__file__).resolve().parent
# Four trainings at a time kept one H100 busy; more only wait for each other.
SHARING_GPU = 4


@dataclass(frozen=True)
class Stage:
    """A step of the plan: a pure function of its settings and of its inputs' folders."""

    name: str
    # `module:function`, called with the folder to fill and the folders of the inputs by name.
    # Imported only where it runs: most of these need packages that take seconds to load.
    work: str
    inputs: tuple[str, ...] = ()
    # Keyword arguments of `work`; together with the inputs they determine the output.
    settings: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    # Folders from outside of the plan, by name: inputs, told by the names and sizes of their files.
    outside: Mapping[str, Path] = field(default_factory=lambda: MappingProxyType({}))
    # Files, relative to this folder, whose change makes the output stale.
    code: tuple[str, ...] = ()
    # Roughly how many seconds it takes one core, to tell how much is left.
    cost: float = 1.0
    # Uses all cores itself, and runs while nothing else does.
    alone: bool = False
    # Trains on the GPU, which only a few stages share.
    on_gpu: bool = False


class Workshop:
    """Where the outputs of a plan's stages lie."""

    def __init__(self, root: Path, stages: Sequence[Stage]):
        self.root = root
        self.stages = {stage.name: stage for stage in stages}
        if len(self.stages) != len(stages):
            raise ValueError("two stages have one name")
        self._keys: dict[str, str] = {}

    def folder(self, name: str) -> Path:
        return self.root / "stages" / name

    def log(self, name: str) -> Path:
        return self.root / "logs" / f"{name}.log"

    def key(self, name: str) -> str:
        """What the output of a stage depends on, hashed."""
        if name not in self._keys:
            stage = self.stages[name]
            parts: dict[str, object] = {
                "settings": stage.settings,
                "inputs": {other: self.key(other) for other in stage.inputs},
                "code": {
                    file: hashlib.sha256(meaning(HERE / file).encode()).hexdigest()
                    for file in sorted(stage.code)
                },
            }
            if stage.outside:
                parts["outside"] = {name: contents(path) for name, path in stage.outside.items()}
            text = json.dumps(parts, sort_keys=True, default=list)
            self._keys[name] = hashlib.sha256(text.encode()).hexdigest()
        return self._keys[name]

    def done(self, name: str) -> dict[str, Any] | None:
        """The marker of a finished stage that is not stale."""
        try:
            marker = json.loads((self.folder(name) / "done.json").read_text())
        except (OSError, ValueError):
            return None
        return marker if marker["key"] == self.key(name) else None

    def needed(self, wanted: Sequence[str]) -> list[str]:
        """The wanted stages and all that they need, inputs first."""
        order: list[str] = []

        def visit(name: str) -> None:
            if name in order:
                return
            for other in self.stages[name].inputs:
                visit(other)
            order.append(name)

        for name in wanted:
            visit(name)
        return order

    def sweep(self) -> None:
        """Removes what killed processes left behind."""
        for partial in self.root.glob("stages/*.partial"):
            if not Path("/proc", partial.name.split(".")[-2]).exists():
                shutil.rmtree(partial, ignore_errors=True)

    def run(self, name: str) -> None:
        """Runs one stage in this process."""
        stage, folder = self.stages[name], self.folder(name)
        # Named after the process: one that a killed run left behind writes elsewhere.
        partial = folder.with_name(f"{name}.{os.getpid()}.partial")
        partial.mkdir(parents=True)
        started, cpu = time.monotonic(), time.process_time()
        inputs = {other: self.folder(other) for other in stage.inputs} | dict(stage.outside)
        module, function = stage.work.split(":")
        getattr(importlib.import_module(module), function)(partial, inputs, **stage.settings)
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        marker = {
            "key": self.key(name),
            "seconds": round(time.monotonic() - started, 2),
            "cpu_seconds": round(
                time.process_time() - cpu + children.ru_utime + children.ru_stime, 2
            ),
        }
        (partial / "done.json").write_text(json.dumps(marker, indent=1) + "\n")
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)


def meaning(file: Path) -> str:
    """What a Python file does: comments and layout leave trained models as good as they were."""
    return ast.dump(ast.parse(file.read_text()))


def contents(folder: Path) -> dict[str, int]:
    """The sizes of a folder's files: enough to tell whether it is the folder of before."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.stat().st_size for path in files}


class StageFailed(Exception):
    """A stage ended with an error; its log says why."""


class Runner:
    """Runs what is not done yet, the longest chains of stages first."""

    def __init__(self, workshop: Workshop, command: Sequence[str], workers: int):
        self.workshop = workshop
        # Followed by a stage's name, this runs it.
        self.command = list(command)
        self.workers = workers
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.log_file = workshop.root / "make.log"

    def say(self, text: str) -> None:
        """Tells the screen and the log."""
        line = f"{time.strftime('%H:%M:%S')} {text}"
        print(line, flush=True)
        with open(self.log_file, "a") as file:
            file.write(line + "\n")

    def run(self, wanted: Sequence[str]) -> None:
        """Brings the wanted stages up to date, or raises `StageFailed`."""
        names = self.workshop.needed(wanted)
        open_stages = [name for name in names if self.workshop.done(name) is None]
        self.workshop.root.joinpath("logs").mkdir(parents=True, exist_ok=True)
        self.workshop.sweep()
        self.say(f"{len(names)} stages, {len(names) - len(open_stages)} of them done before")
        meter = Meter([self.workshop.stages[name] for name in open_stages], self.workers)
        previous = {
            number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            self._loop(open_stages, meter)
        finally:
            self._end_children()
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _loop(self, open_stages: list[str], meter: Meter) -> None:
        waiting, last_said = list(open_stages), 0.0
        while waiting or self.running:
            finished = self._collect(meter)
            self._start(waiting)
            if finished or time.monotonic() - last_said > 60:
                self.say(meter.line(sorted(self.running)))
                last_said = time.monotonic()
            time.sleep(0.2)

    def _start(self, waiting: list[str]) -> None:
        """Starts what can start, the stage with the most work behind it first."""
        workshop = self.workshop
        behind = remaining_work(workshop, [*waiting, *self.running])
        for name in sorted(waiting, key=lambda name: -behind[name]):
            if len(self.running) == self.workers:
                return
            stage = workshop.stages[name]
            if any(other in waiting or other in self.running for other in stage.inputs):
                continue
            if self.running and (stage.alone or self._one_is_alone()):
                continue
            if stage.on_gpu and self._on_gpu() >= SHARING_GPU:
                continue
            waiting.remove(name)
            threads = self.workers if stage.alone else 1
            with open(workshop.log(name), "w") as log:
                self.running[name] = subprocess.Popen(
                    [*self.command, name],
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                    env={**os.environ, "OMP_NUM_THREADS": str(threads)},
                )

    def _one_is_alone(self) -> bool:
        return any(self.workshop.stages[name].alone for name in self.running)

    def _on_gpu(self) -> int:
        return sum(self.workshop.stages[name].on_gpu for name in self.running)

    def _collect(self, meter: Meter) -> list[str]:
        finished = [name for name, process in self.running.items() if process.poll() is not None]
        for name in finished:
            status = self.running.pop(name).returncode
            marker = self.workshop.done(name)
            if status != 0:
                log = self.workshop.log(name)
                tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
                raise StageFailed(f"stage {name} failed with status {status}; {log} ends:\n{tail}")
            if marker is None:
                raise StageFailed(f"the recipe changed while stage {name} ran; start it again")
            cores = self.workers if self.workshop.stages[name].alone else 1
            meter.finish(name, marker["seconds"] * cores)
        return finished

    def _stop(self, number: int, _frame: object) -> None:
        self._end_children()
        self.say("stopped; the same command goes on from here")
        sys.exit(128 + number)

    def _end_children(self) -> None:
        for process in self.running.values():
            if process.poll() is None:
                # A stage may have started processes itself: the exporter, for one.
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.running.values():
            process.wait()
        self.running.clear()


def remaining_work(workshop: Workshop, names: Sequence[str]) -> dict[str, float]:
    """For each stage, the cost of the longest chain of stages that begins with it."""
    chains: dict[str, float] = {}
    for name in reversed(workshop.needed(names)):
        users = [other for other in names if name in workshop.stages[other].inputs]
        chains[name] = workshop.stages[name].cost + max((chains[user] for user in users), default=0)
    return chains


class Meter:
    """How far the work has come, and when it may end."""

    def __init__(self, stages: Sequence[Stage], workers: int):
        self.costs = {stage.name: stage.cost for stage in stages}
        self.workers = workers
        self.finished: dict[str, float] = {}
        self.started = time.monotonic()

    def finish(self, name: str, seconds: float) -> None:
        """Counts a stage that took so many seconds of one core."""
        self.finished[name] = seconds

    def line(self, running: Sequence[str]) -> str:
        """One line for the screen."""
        total = sum(self.costs.values()) or 1
        done = sum(self.costs[name] for name in self.finished)
        # Costs were measured on some machine; what is finished tells how fast this one is.
        pace = sum(self.finished.values()) / done if done else 1
        elapsed = time.monotonic() - self.started
        left = max(total * pace / self.workers - elapsed, (total - done) * pace / self.workers / 2)
        text = f"{len(self.finished)}/{len(self.costs)} stages, {done / total:.0%} of the work"
        if len(self.finished) < len(self.costs):
            text += f", about {duration(left)} left; now {', '.join(running) or 'starting'}"
        return text


def duration(seconds: float) -> str:
    """Minutes and seconds, or hours and minutes."""
    minutes, rest = divmod(round(seconds), 60)
    return (
        f"{minutes // 60} h {minutes % 60:02d} min"
        if minutes >= 60
        else f"{minutes}:{rest:02d} min"
    )
