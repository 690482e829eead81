"""What happens, on standard error: messages, and one line with the time that is left."""

from __future__ import annotations

import sys
import time
from typing import TextIO


class Reporter:
    """Messages for a person; nothing here reaches the output files."""

    def __init__(self, stream: TextIO | None = None, quiet: bool = False) -> None:
        self.stream = stream or sys.stderr
        self.quiet = quiet
        self.warned: set[str] = set()

    def say(self, message: str) -> None:
        """Prints a line, unless the run is quiet."""
        if not self.quiet:
            print(message, file=self.stream, flush=True)

    def warn(self, message: str) -> None:
        """Prints a warning, once however often it occurs."""
        if message not in self.warned:
            self.warned.add(message)
            print(f"warning: {message}", file=self.stream, flush=True)

    def progress(self, title: str, total: int, unit: str = "tokens") -> Progress:
        """A progress line for `total` units of work."""
        return Progress(self, title, total, unit)


class Progress:
    """One line that a terminal overwrites, and a log gets every 10 seconds."""

    def __init__(self, reporter: Reporter, title: str, total: int, unit: str) -> None:
        self.reporter = reporter
        self.title = title
        self.total = total
        self.unit = unit
        self.done = 0
        self.start = time.monotonic()
        self.shown = self.start
        self.live = reporter.stream.isatty()

    def skip(self, amount: int) -> None:
        """Work that an earlier run did: it says nothing about the speed of this one."""
        self.total -= amount

    def advance(self, amount: int) -> None:
        """Counts work done and shows it now and then."""
        self.done += amount
        now = time.monotonic()
        if now - self.shown >= (0.2 if self.live else 10):
            self.shown = now
            self._show(now)

    def finish(self) -> None:
        """Ends the line with the time it took."""
        now = time.monotonic()
        seconds = now - self.start
        rate = self.done / seconds if seconds > 0 else 0
        text = f"{self.title}: {self.done:,} {self.unit} in {clock(seconds)} ({rate:,.0f}/s)"
        self._print(text, last=True)

    def _show(self, now: float) -> None:
        seconds = now - self.start
        rate = self.done / seconds if seconds > 0 else 0
        left = clock((self.total - self.done) / rate) if rate > 0 else "?"
        percent = 100 * self.done // max(self.total, 1)
        self._print(
            f"{self.title}: {percent} %, {rate:,.0f} {self.unit}/s, {left} left", last=False
        )

    def _print(self, text: str, last: bool) -> None:
        if self.reporter.quiet:
            return
        if self.live:
            print(
                "\r\x1b[K" + text, end="\n" if last else "", file=self.reporter.stream, flush=True
            )
        else:
            print(text, file=self.reporter.stream, flush=True)


def clock(seconds: float) -> str:
    """A duration as people say it: 12 s, 3:05, 1:02:03."""
    whole = int(seconds + 0.5)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02}"
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
