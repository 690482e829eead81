"""The exact bytes of a token, which `decode` does not give.

Decoding a lone token loses what makes it exact: half a character becomes U+FFFD, and a leading
space may disappear. So the bytes are read off the tokenizer's own spelling of the token.
"""

from __future__ import annotations

import json
import re
from typing import Any

_BYTE_PIECE = re.compile(r"<0x([0-9A-Fa-f]{2})>")


def byte_alphabet() -> dict[str, int]:
    """The characters with which byte-level BPE spells the 256 bytes (Radford and others, 2019)."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [b for b in range(256) if b not in set(plain)]
    spelled = {chr(b): b for b in plain}
    spelled.update({chr(256 + n): b for n, b in enumerate(others)})
    return spelled


class TokenBytes:
    """Bytes of token ids under one tokenizer."""

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer
        self.alphabet = byte_alphabet()
        self.added = {int(k): str(v) for k, v in tokenizer.added_tokens_decoder.items()}
        self.kind = _kind(tokenizer)

    def __call__(self, token: int) -> bytes:
        """The bytes of one token; empty for ids that the vocabulary does not have."""
        if token in self.added:
            return self.added[token].encode()
        try:
            piece = self.tokenizer.convert_ids_to_tokens(int(token))
        except (IndexError, OverflowError, ValueError):
            piece = None
        if piece is None:
            return b""
        if isinstance(piece, bytes):
            return piece
        if self.kind == "byte-level":
            if all(c in self.alphabet for c in piece):
                return bytes(self.alphabet[c] for c in piece)
            return piece.encode()
        if self.kind == "sentencepiece":
            byte = _BYTE_PIECE.fullmatch(piece)
            if byte:
                return bytes([int(byte.group(1), 16)])
            return piece.replace("\u2581", " ").encode()
        return piece.encode()


def _kind(tokenizer: Any) -> str:
    """How the tokenizer spells bytes: byte-level, sentencepiece or plain."""
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is not None:
        parts = json.loads(backend.to_str())
        named = json.dumps([parts.get("decoder"), parts.get("pre_tokenizer")])
        if '"ByteLevel"' in named:
            return "byte-level"
        if any(mark in named for mark in ('"Metaspace"', '"ByteFallback"', "\u2581", "\\u2581")):
            return "sentencepiece"
        normalizer = json.dumps(parts.get("normalizer"))
        return "sentencepiece" if "\\u2581" in normalizer else "plain"
    if hasattr(tokenizer, "byte_decoder"):
        return "byte-level"
    if hasattr(tokenizer, "sp_model"):
        return "sentencepiece"
    return "plain"
