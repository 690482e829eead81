"""HTTP to one server: connections kept alive, answers bounded in size and time, patience."""

from __future__ import annotations

import email.utils
import http.client
import json
import random
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from typing import Any

from ezscope_collect.settings import Server
from ezscope_export.errors import INPUT_OUTPUT, ExportError, first_line, printable

# An answer beyond this is no list of log-probabilities but an attempt to fill the memory.
LARGEST_ANSWER = 256 << 20
_BLOCK = 1 << 16
_TRANSIENT = {408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529}
_FIRST_WAIT = 0.5
_LONGEST_WAIT = 60.0
# Servers may ask for patience, but not for a day of it.
_LONGEST_ASKED = 600.0


class Stopped(Exception):
    """The collection ends: another request failed for good, or somebody interrupted it."""


class Failed(Exception):
    """A request that may do better when it is repeated."""

    def __init__(self, problem: str, retry_after: float | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.retry_after = retry_after


@dataclass(frozen=True)
class Reply:
    """A server's answer, read to its end."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body as JSON; what is none may have been cut."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise Failed("the answer is no JSON, or is cut short") from None

    @property
    def message(self) -> str:
        """What an error's body says, on one line."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            value = self.body[:400].decode("utf-8", "replace")
        for key in ("error", "message", "detail"):
            if isinstance(value, dict) and value.get(key):
                value = value[key]
        return printable(" ".join(str(value).split()), 300)


class Client:
    """One server. Every thread has its own connection."""

    def __init__(self, server: Server, key: str | None, timeout: float) -> None:
        self.server = server
        self.timeout = timeout
        self.headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if key:
            self.headers["Authorization"] = f"Bearer {key}"
        self.local = threading.local()
        self.tls = ssl.create_default_context() if server.scheme == "https" else None

    def request(self, method: str, path: str, body: Any = None) -> Reply:
        """An answer of any status, or `Failed` where there was none."""
        data = None if body is None else json.dumps(body).encode()
        for is_last in (False, True):
            connection, is_fresh = self._connection()
            try:
                return self._exchange(connection, method, path, data)
            except (http.client.HTTPException, OSError) as error:
                self.close()
                # A server may close a connection that rested; that says nothing of the request.
                if not is_fresh and not is_last and isinstance(error, _CLOSED):
                    continue
                raise Failed(_words(error)) from None
            except BaseException:
                self.close()
                raise
        raise Failed("the connection was closed")

    def close(self) -> None:
        """Gives this thread's connection back."""
        connection = getattr(self.local, "connection", None)
        self.local.connection = None
        if connection is not None:
            connection.close()

    def _connection(self) -> tuple[http.client.HTTPConnection, bool]:
        known = getattr(self.local, "connection", None)
        if known is not None:
            return known, False
        host, port, seconds = self.server.host, self.server.port, min(self.timeout, 600.0)
        made: http.client.HTTPConnection
        if self.tls is not None:
            made = http.client.HTTPSConnection(host, port, timeout=seconds, context=self.tls)
        else:
            made = http.client.HTTPConnection(host, port, timeout=seconds)
        self.local.connection = made
        return made, True

    def _exchange(
        self, connection: http.client.HTTPConnection, method: str, path: str, data: bytes | None
    ) -> Reply:
        deadline = time.monotonic() + self.timeout
        connection.request(method, self.server.prefix + path, body=data, headers=self.headers)
        response = connection.getresponse()
        body = bytearray()
        whole = None if response.chunked else response.length
        while whole is None or len(body) < whole:
            block = response.read1(_BLOCK)
            body += block
            if len(body) > LARGEST_ANSWER:
                raise Failed(f"the answer is longer than {LARGEST_ANSWER >> 20} MiB")
            if time.monotonic() > deadline:
                raise TimeoutError
            if not block:
                break
        if whole is not None and len(body) < whole:
            raise http.client.IncompleteRead(b"", whole - len(body))
        response.close()
        if response.will_close:
            self.close()
        if response.status in _TRANSIENT:
            reply = Reply(response.status, bytes(body))
            raise Failed(
                f"status {response.status}: {reply.message}",
                _seconds(response.getheader("Retry-After")),
            )
        return Reply(response.status, bytes(body))


_CLOSED = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)


def _words(error: Exception) -> str:
    if isinstance(error, (TimeoutError, socket.timeout)):
        return "no answer in time (--timeout)"
    if isinstance(error, http.client.IncompleteRead):
        return "the answer is cut short"
    if isinstance(error, http.client.RemoteDisconnected):
        return "the connection was closed without an answer"
    return first_line(error)


def _seconds(header: str | None) -> float | None:
    """What a Retry-After header asks for: seconds, or a date."""
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(header).timestamp() - time.time()
        except (ValueError, TypeError, OverflowError):
            return None
    return min(max(seconds, 0.0), _LONGEST_ASKED) if seconds == seconds else None


class Patience:
    """When a request is repeated: later and later, by chance from a seed, as the server asks."""

    def __init__(self, retries: int, seed: int, stop: threading.Event) -> None:
        self.retries = retries
        self.seed = seed
        self.stop = stop
        self.lock = threading.Lock()
        self.not_before = 0.0

    def delay(self, name: str, attempt: int) -> float:
        """Seconds before a repetition: anything up to a limit that doubles."""
        most = min(_LONGEST_WAIT, _FIRST_WAIT * 2**attempt)
        return random.Random(f"{self.seed} {name} {attempt}").uniform(0, most)

    def until_done(self, name: str, work: Any) -> Any:
        """What `work` returns, repeated while it fails; the last failure is an error."""
        for attempt in range(self.retries + 1):
            self.hold()
            try:
                return work()
            except Failed as failed:
                last = failed
            if attempt < self.retries:
                self.ask_for(last.retry_after)
                self.wait(self.delay(name, attempt))
        raise ExportError(
            f"{last.problem} ({self.retries + 1} times)",
            "what was answered is kept; see the server's log, then run the same command again",
            where=name,
            code=INPUT_OUTPUT,
        )

    def ask_for(self, seconds: float | None) -> None:
        """Nobody asks this server again before so many seconds have passed."""
        if seconds is not None:
            with self.lock:
                self.not_before = max(self.not_before, time.monotonic() + seconds)

    def hold(self) -> None:
        """Waits for as long as the server asked for."""
        while (rest := self.not_before - time.monotonic()) > 0:
            self.wait(rest)
        self.wait(0)

    def wait(self, seconds: float) -> None:
        """Waits, unless the collection ends."""
        if self.stop.wait(seconds) if seconds > 0 else self.stop.is_set():
            raise Stopped
