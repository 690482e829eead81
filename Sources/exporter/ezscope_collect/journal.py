"""Answers on disk in the order they came: what a kill leaves is taken up, half a record is not."""

from __future__ import annotations

import json
import os
import struct
import threading
import time
import zlib
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ezscope_collect.answers import FIRST_STAND_IN, Answer, wrong
from ezscope_export.columns import COLUMNS
from ezscope_export.errors import ExportError, printable
from ezscope_export.files import open_to_write

_HEAD = struct.Struct("<4sBBxxQII")
_MAGIC = b"ezA1"
_ANSWER, _SPELLINGS, _REFUSED = 0, 1, 2
_SYNC_SECONDS = 5.0


class Journal:
    """The answers of every model, by the place of their text.

    A record is a head (kind, model, text, length, checksum) and what it says. The tokens' spellings
    that are not known yet stand before the answer that has them.
    """

    def __init__(self, path: Path, columns: list[tuple[str, ...]], texts: int) -> None:
        self.columns = columns
        self.lock = threading.Lock()
        self.spellings: dict[int, bytes] = {}
        self.stand_ins: dict[bytes, int] = {}
        self.places = np.full((len(columns), texts), -1, dtype=np.int64)
        self.refused: list[dict[int, str]] = [{} for _ in columns]
        # What the first answer to a text said of its tokens: the others must say the same.
        self.tokens = np.zeros(texts, dtype=np.uint64)
        self.file: BinaryIO = os.fdopen(open_to_write(path), "r+b")
        self.end = self._load()
        self.file.truncate(self.end)
        self.file.seek(self.end)
        self.synced = time.monotonic()
        self.is_closed = False

    def _load(self) -> int:
        """Reads what is there up to the first record that is not whole; returns where that is."""
        place = 0
        while len(head := self.file.read(_HEAD.size)) == _HEAD.size:
            magic, kind, model, text, length, checksum = _HEAD.unpack(head)
            if magic != _MAGIC or model >= len(self.columns) or text >= self.places.shape[1]:
                break
            data = self.file.read(length)
            if len(data) < length or zlib.crc32(head[:-4] + data) != checksum:
                break
            if kind == _ANSWER:
                self.places[model, text] = place
                self.tokens[text] = _digest(_ids(data))
            elif kind == _SPELLINGS:
                self._learn(json.loads(data))
            else:
                self.refused[model][text] = data.decode()
            place += _HEAD.size + length
        return place

    def _learn(self, spellings: list[list[object]]) -> None:
        for token, spelling in spellings:
            known = bytes.fromhex(str(spelling))
            self.spellings[int(str(token))] = known
            if int(str(token)) >= FIRST_STAND_IN:
                self.stand_ins[known] = int(str(token))

    def is_done(self, model: int, text: int) -> bool:
        """Whether a model answered a text, or refused it."""
        return self.places[model, text] >= 0 or text in self.refused[model]

    def done(self, model: int) -> int:
        """The number of texts that a model answered or refused."""
        return int((self.places[model] >= 0).sum()) + len(self.refused[model])

    def answer(self, model: int, text: int, answer: Answer, name: str) -> None:
        """Keeps an answer; an error where another model saw other tokens in the text."""
        with self.lock:
            if self.is_closed:
                return
            new: dict[int, bytes] = {}
            ids = answer.ids
            if ids is None:
                ids = [self._stand_in(token, new) for token in answer.tokens]
            for token, spelling in answer.spellings.items():
                known = self.spellings.get(token)
                if known is None or _quality(spelling) < _quality(known):
                    self.spellings[token] = new[token] = spelling
            data = np.asarray(ids, dtype="<i4").tobytes()
            digest = _digest(np.asarray(ids, dtype="<i4"))
            if self.tokens[text] not in (0, digest):
                raise self._differs(text, model, ids, name)
            for column in self.columns[model]:
                values = answer.column(column)
                if len(values) != len(ids) - 1:
                    raise wrong(f"has {len(values)} {column} for {len(ids)} tokens")
                data += np.asarray(values, dtype=COLUMNS[column]).tobytes()
            if new:
                listed = [[token, spelling.hex()] for token, spelling in new.items()]
                self._write(_SPELLINGS, model, text, json.dumps(listed).encode())
            self.places[model, text] = self.end
            self.tokens[text] = digest
            self._write(_ANSWER, model, text, struct.pack("<I", len(ids)) + data)

    def refuse(self, model: int, text: int, reason: str) -> None:
        """Keeps that a model will not answer a text."""
        with self.lock:
            if not self.is_closed:
                self.refused[model][text] = reason
                self._write(_REFUSED, model, text, reason.encode("utf-8", "replace"))

    def read(self, model: int, text: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """The token ids of an answer and its columns."""
        with self.lock:
            self.file.flush()
            place = int(self.places[model, text])
            head = os.pread(self.file.fileno(), _HEAD.size, place)
            length = _HEAD.unpack(head)[4]
            data = os.pread(self.file.fileno(), length, place + _HEAD.size)
        ids = _ids(data)
        found, start = {}, 4 + 4 * len(ids)
        for column in self.columns[model]:
            found[column] = np.frombuffer(data, COLUMNS[column], len(ids) - 1, start)
            start += 4 * (len(ids) - 1)
        return ids, found

    def close(self) -> None:
        """Ends the file, on disk; answers that come later are dropped."""
        with self.lock:
            if not self.is_closed:
                self.is_closed = True
                self.file.flush()
                os.fsync(self.file.fileno())

    def _write(self, kind: int, model: int, text: int, data: bytes) -> None:
        head = _HEAD.pack(_MAGIC, kind, model, text, len(data), 0)[:-4]
        self.file.write(head + struct.pack("<I", zlib.crc32(head + data)) + data)
        self.end += _HEAD.size + len(data)
        self.file.flush()
        if time.monotonic() - self.synced > _SYNC_SECONDS:
            os.fsync(self.file.fileno())
            self.synced = time.monotonic()

    def _stand_in(self, token: bytes, new: dict[int, bytes]) -> int:
        """An id for a token of which only the spelling is known."""
        found = self.stand_ins.get(token)
        if found is None:
            found = FIRST_STAND_IN + len(self.stand_ins)
            self.stand_ins[token] = found
            self.spellings[found] = new[found] = token
        return found

    def _differs(self, text: int, model: int, ids: list[int], name: str) -> ExportError:
        other = next(m for m in range(len(self.columns)) if self.places[m, text] >= 0)
        self.file.flush()
        place = int(self.places[other, text]) + _HEAD.size
        count = struct.unpack("<I", os.pread(self.file.fileno(), 4, place))[0]
        theirs = np.frombuffer(os.pread(self.file.fileno(), 4 * count, place + 4), "<i4").tolist()
        at = next((n for n, (a, b) in enumerate(zip(ids, theirs)) if n and a != b), None)
        where = f"from token {at} on" if at else f"{len(ids)} and {len(theirs)} tokens"
        return ExportError(
            f"the models cut the text {printable(name)!r} into different tokens ({where})",
            "evidence compares models token by token: the reference must be the base that the "
            "target was tuned from, behind the same settings; --tokenizer sends both the same ids",
        )


def _ids(data: bytes) -> np.ndarray:
    count = struct.unpack_from("<I", data)[0]
    return np.frombuffer(data, "<i4", count, 4)


def _digest(ids: np.ndarray) -> np.uint64:
    """A number by which token lists are compared; the first token's id may not be known."""
    data = len(ids).to_bytes(4, "little") + np.ascontiguousarray(ids[1:]).tobytes()
    return np.uint64(int.from_bytes(blake2b(data, digest_size=8).digest(), "little") | 1)


def _quality(spelling: bytes) -> tuple[bool, bytes]:
    """Orders the spellings of a token: those with replaced characters come last."""
    return b"\xef\xbf\xbd" in spelling, spelling
