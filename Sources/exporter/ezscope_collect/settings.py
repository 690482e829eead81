"""Everything one collection depends on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from ezscope_export.errors import USAGE, ExportError
from ezscope_export.inputs import Source
from ezscope_export.places import ModelSpec
from ezscope_export.records import Fields

KINDS = ("auto", "vllm", "sglang", "tgi", "echo")
TARGET, REFERENCE = "target", "reference"


@dataclass(frozen=True)
class Server:
    """Where a server listens: what the paths of its API are appended to."""

    scheme: str
    host: str
    port: int
    prefix: str

    @staticmethod
    def parse(text: str) -> Server:
        """A server from its address; `/v1` at its end is part of the paths."""
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise ExportError(
                f"{text} is no address of a server", "write http://HOST:PORT", code=USAGE
            )
        if re.search(r"[^!-~]", text):
            raise ExportError(f"{text!r} is no address of a server", code=USAGE)
        prefix = parts.path.rstrip("/").removesuffix("/v1")
        default = 443 if parts.scheme == "https" else 80
        return Server(parts.scheme, parts.hostname, port or default, prefix)

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}{self.prefix}"


@dataclass(frozen=True)
class ServedModel:
    """A model as the command line names it: `[NAME=]MODEL[@URL]`."""

    role: str
    name: str
    model: str
    server: Server

    @staticmethod
    def parse(role: str, text: str, server: str) -> ServedModel:
        """A model from its spelling; `server` is where it is if the spelling does not say."""
        found = re.fullmatch(r"(.+?)@(https?://.+)", text, re.DOTALL)
        place, address = (found.group(1), found.group(2)) if found else (text, server)
        spec = ModelSpec.parse(place)
        if not spec.place or re.search(r"[\x00-\x1f\x7f]", spec.place):
            raise ExportError(f"{spec.place!r} cannot name a model", code=USAGE)
        return ServedModel(role, spec.name, spec.place, Server.parse(address))


@dataclass
class Settings:
    """The command line, checked."""

    target: ServedModel
    reference: ServedModel | None
    sources: list[Source]
    out: Path
    kind: str = "auto"
    fields: Fields = field(default_factory=Fields)
    tokenizer: str | None = None
    trust_remote_code: bool = False
    max_length: int | None = None
    bos: str = "auto"
    append_eos: bool = False
    completion_only: bool = False
    cut_text: bool = False
    alpaca: str = "auto"
    skip_empty: bool = False
    skip_refused: bool = False
    concurrency: int = 32
    retries: int = 8
    timeout: float = 600.0
    seed: int = 0
    key: str | None = None
    keep_work: bool = False

    @property
    def models(self) -> list[ServedModel]:
        """The models asked: the target, and the reference if there is one."""
        return [self.target] + ([self.reference] if self.reference else [])

    @property
    def work(self) -> Path:
        """Where unfinished work lies."""
        return self.out.with_name(self.out.name + ".part")

    @property
    def inputs(self) -> list[str]:
        """Every file and folder that is read and must not be written."""
        named = [source.path for source in self.sources]
        return named + ([self.tokenizer] if self.tokenizer else [])
