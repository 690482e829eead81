"""What servers answer, read with suspicion: the log-probability of every token of a prompt."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from ezscope_collect.client import Failed

# Where ids that stand for texts of tokens begin; no tokenizer has as many.
FIRST_STAND_IN = 1 << 30
_ESCAPE = re.compile(rb"\\x([0-9a-fA-F]{2})")


@dataclass(slots=True)
class Answer:
    """What a model gave a text; lists but the first two have an entry a predicted position."""

    # None where the server spells tokens and gives no ids; the first may be -1, unknown.
    ids: list[int] | None
    tokens: list[bytes]
    logprobs: list[float]
    ranks: list[int] = field(default_factory=list)
    top1_ids: list[int] = field(default_factory=list)
    top1_logprobs: list[float] = field(default_factory=list)
    spellings: dict[int, bytes] = field(default_factory=dict)

    def column(self, name: str) -> list[Any]:
        """A column by its name in evidence."""
        values: list[Any] = getattr(self, name)
        return values


def wrong(problem: str) -> Failed:
    """An answer that is not what was asked for; it may have been damaged on its way."""
    return Failed(f"the answer {problem}")


def taken(value: Any, *path: str | int) -> Any:
    """What lies at a path of keys and places; None where the path ends."""
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and len(value) > step else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def logprob(value: Any) -> float:
    """A log-probability; minus infinity has several spellings, and rounding may exceed 0."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise wrong("has no number where a log-probability should be")
    if value == -9999.0 or value <= -3e38:
        return -math.inf
    if not value <= 1e-4:
        raise wrong("holds a value above 0, or NaN, as a log-probability")
    return min(float(value), 0.0)


def token_id(value: Any) -> int:
    """A token's id."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < FIRST_STAND_IN:
        raise wrong("has a token id that no tokenizer has")
    return value


def listed(value: Any, what: str) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        raise wrong(f"has no list of {what}")
    return value


def spelled(text: Any) -> bytes:
    """The bytes of a token as servers spell it; `bytes:\\xe6` is half a character."""
    if not isinstance(text, str):
        return b""
    data = text.encode("utf-8", "replace")
    if data.startswith(b"bytes:") and _ESCAPE.search(data):
        return _ESCAPE.sub(lambda m: bytes([int(m.group(1), 16)]), data[6:])
    return data


def compared(own: list[int] | None, found: list[int], what: str) -> None:
    """The tokens that were scored must be those that were sent."""
    if own is not None and own != found:
        place = next((n for n, (a, b) in enumerate(zip(own, found)) if a != b), None)
        raise wrong(
            f"{what} {len(found)} tokens where {len(own)} were sent"
            if place is None
            else f"{what} another token than was sent, at token {place}"
        )


def check_text(text: str, tokens: list[bytes]) -> None:
    """Spelled tokens must be those of the text that was sent: a proxy may mix answers up.

    Spaces, letter case and characters split between tokens are spelled differently by tokenizers,
    and a first token may be the start token; so most of the tokens must be found in their order,
    and most of the text.
    """
    whole, place, found, known, hidden = _plain(text), 0, 0, 0, 0
    for number, token in enumerate(tokens):
        piece = _plain(token.decode("utf-8", "replace"))
        if not piece or "\ufffd" in piece:
            hidden += 1
            continue
        # Behind tokens that are not legible, the text goes on a few characters later.
        start = whole.find(piece, place, place + _HIDDEN * hidden + len(piece))
        if start >= 0:
            place, hidden = start + len(piece), 0
            found += 1
        elif 0 < number < len(tokens) - 1:
            hidden = 1
        else:
            continue
        known += 1
    if known and (found < 0.8 * known or place + _HIDDEN * hidden < 0.8 * len(whole)):
        raise wrong("is of another text")


# Characters that a token without a legible spelling may stand for.
_HIDDEN = 16


def _plain(words: str) -> str:
    return "".join(unicodedata.normalize("NFKC", words).casefold().split())
