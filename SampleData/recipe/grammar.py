"""Templates: `[a|b]` is one of several, `{slot}` is looked up; both nest."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import cache

# A template is parsed once into a tuple of parts: text, a slot's name, or alternatives.
Part = tuple[str, "str | tuple[tuple[Part, ...], ...]"]


@cache
def parse(template: str) -> tuple[Part, ...]:
    """The parts of a template; unbalanced brackets are an error."""
    parts, end = _sequence(template, 0, stops="")
    if end != len(template):
        raise ValueError(f"unbalanced brackets in template: {template!r}")
    return parts


def expand(template: str, rng: random.Random, lookup: Callable[[str], str]) -> str:
    """A text of the template: every choice drawn, every slot filled by `lookup`."""
    return "".join(_texts(parse(template), rng, lookup))


def _texts(
    parts: tuple[Part, ...], rng: random.Random, lookup: Callable[[str], str]
) -> Iterator[str]:
    for kind, value in parts:
        if kind == "text":
            yield value  # type: ignore[misc]
        elif kind == "slot":
            filled = lookup(value)  # type: ignore[arg-type]
            # What a slot holds may be a template itself.
            yield expand(filled, rng, lookup) if "{" in filled or "[" in filled else filled
        else:
            yield from _texts(value[int(rng.random() * len(value))], rng, lookup)  # type: ignore[arg-type]


def _sequence(template: str, start: int, stops: str) -> tuple[tuple[Part, ...], int]:
    """The parts from `start` to the first character of `stops` outside of any bracket."""
    parts: list[Part] = []
    position = start
    text_start = start

    def end_text() -> None:
        if position > text_start:
            parts.append(("text", template[text_start:position]))

    while position < len(template):
        character = template[position]
        if character in stops:
            break
        if character == "{":
            end_text()
            close = template.index("}", position)
            parts.append(("slot", template[position + 1 : close]))
            position = text_start = close + 1
        elif character == "[":
            end_text()
            alternatives, position = _alternatives(template, position + 1)
            parts.append(("choice", alternatives))
            text_start = position
        elif character in "]}":
            raise ValueError(f"unbalanced brackets in template: {template!r}")
        else:
            position += 1
    end_text()
    return tuple(parts), position


def _alternatives(template: str, start: int) -> tuple[tuple[tuple[Part, ...], ...], int]:
    alternatives = []
    position = start
    while True:
        parts, position = _sequence(template, position, stops="|]")
        if position == len(template):
            raise ValueError(f"unbalanced brackets in template: {template!r}")
        alternatives.append(parts)
        position += 1
        if template[position - 1] == "]":
            return tuple(alternatives), position
