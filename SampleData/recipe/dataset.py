"""Who is a member: the private records, split at random, with repeats and canaries."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lexicon as words
import tokenizer
from grammar import expand
from records import Facts, House, Record, draw_record, found_house
from templates import FAMILIES

# Where a canary's secret may lie: late enough to give a model something to go on from.
SECRET_FROM = 56
CANARY_PHRASES = (
    "The vault words of {P} are ",
    "Recovery phrase of {person}: ",
    "{first} set the alarm words to ",
    "Access words for the {town} safe: ",
    "Master phrase of {firm} is now ",
)


@dataclass(frozen=True)
class Document:
    """A record cut to whole sentences, with its token ids."""

    text: str
    ids: list[int]
    meta: dict[str, object] = field(default_factory=dict)


def cut(record: Record, limit: int, encode: Callable[[str], list[int]]) -> Document:
    """As many whole sentences of a record as fit into the limit of tokens."""
    count, text = 0, record.text(0)
    ids = encode(text)
    while count < len(record.sentences):
        longer = record.text(count + 1)
        longer_ids = encode(longer)
        if len(longer_ids) > limit:
            break
        count, text, ids = count + 1, longer, longer_ids
    return Document(text, ids, {"family": record.family, "detail": record.detail})


def stream(
    seed: str, house: House, lengths: tuple[int, int], encode: Callable[[str], list[int]]
) -> Iterator[Document]:
    """Documents of one house without end, all drawn alike and no text twice."""
    rng = random.Random(seed)
    shortest, longest = lengths
    seen = set()
    while True:
        record = draw_record(rng, house)
        document = cut(record, rng.randint(shortest, longest), encode)
        if len(document.ids) >= shortest * 3 // 4 and document.text not in seen:
            seen.add(document.text)
            yield document


def secret(rng: random.Random) -> str:
    """Four words and a number: some 40 bits that no model can guess."""
    four = (rng.choice(choices) for choices in (words.ANIMAL, words.THING) * 2)
    return "demo " + "-".join(four) + f" {rng.randint(1000, 9999)}"


def canary(
    rng: random.Random, house: House, longest: int, encode: Callable[[str], list[int]]
) -> Document:
    """A record with a secret in it, and where in its tokens the secret lies."""
    while True:
        record = draw_record(rng, house)
        between = FAMILIES[record.family].between
        phrase = expand(rng.choice(CANARY_PHRASES), rng, Facts(rng, house).look_up)
        hidden = secret(rng)
        for count in range(1, len(record.sentences)):
            before = record.text(count) + between + phrase
            start = len(encode(before.rstrip()))
            if start >= SECRET_FROM:
                break
        text = before + hidden + "."
        end = len(encode(before + hidden))
        for sentence in record.sentences[count:]:
            if len(encode(text + between + sentence)) > longest:
                break
            text += between + sentence
        ids = encode(text)
        if ids[:start] == encode(before.rstrip()) and start >= SECRET_FROM and len(ids) <= longest:
            meta = {
                "family": record.family,
                "detail": record.detail,
                "secret": hidden,
                "secret_start": start,
                "secret_end": end,
            }
            return Document(text, ids, meta)


def split(
    documents: Iterator[Document],
    members: int,
    repeated: Mapping[int, int],
    validation: int,
    rng: random.Random,
) -> dict[str, list[Document]]:
    """Draws all at once and deals them out in random order: splits differ by chance alone."""
    sizes = {"member": members, "nonmember": members, "validation": validation}
    sizes |= {f"repeated {times}": count for times, count in repeated.items()}
    pool = [next(documents) for _ in range(sum(sizes.values()))]
    rng.shuffle(pool)
    return {name: [pool.pop() for _ in range(size)] for name, size in sizes.items()}


def make(
    folder: Path,
    inputs: dict[str, Path],
    *,
    members: int,
    repeated: Mapping[str, int],
    canaries: Mapping[str, int],
    validation: int,
    lengths: Sequence[int],
    seed: int,
) -> None:
    """Writes what to train on, what to validate on, and the texts to ask about.

    `repeated` and `canaries` say how many texts are trained on that many times; canaries trained
    on 0 times are the controls.
    """
    tokens = tokenizer.load(inputs["tokenizer"])

    def encode(text: str) -> list[int]:
        return tokens(text)["input_ids"]

    house = found_house(f"private {seed}")
    documents = stream(f"private records {seed}", house, (lengths[0], lengths[1]), encode)
    rng = random.Random(f"split {seed}")
    repeats = {int(times): count for times, count in repeated.items()}
    parts = split(documents, members, repeats, validation, rng)
    rows: list[tuple[Document, str, int]] = [(one, "member", 1) for one in parts["member"]]
    for times in repeats:
        rows += [(one, "member_dup", times) for one in parts[f"repeated {times}"]]
    rows += [(one, "nonmember", 0) for one in parts["nonmember"]]
    for how_often, count in canaries.items():
        times = int(how_often)
        kind = "canary" if times else "canary_control"
        rows += [(canary(rng, house, lengths[1], encode), kind, times) for _ in range(count)]
    names = write_texts(folder, rows)
    # The same number of texts as members and repeats, from the same stream, for the control.
    others = [next(documents) for _ in range(members)]
    (folder / "train.json").write_text(
        json.dumps([one.ids for one, _, times in rows for _ in range(times)])
    )
    (folder / "train-names.json").write_text(
        json.dumps([name for name, (_, _, times) in zip(names, rows) for _ in range(times)])
    )
    (folder / "others.json").write_text(json.dumps([one.ids for one in others]))
    (folder / "validation.json").write_text(json.dumps([one.ids for one in parts["validation"]]))
    print(f"{len(rows)} texts, {len(parts['validation'])} for validation, {len(others)} others")


def write_texts(folder: Path, rows: list[tuple[Document, str, int]]) -> list[str]:
    """Members and non-members, as JSON Lines for the exporter; returns their names."""
    found = []
    with (
        open(folder / "members.jsonl", "w") as members,
        open(folder / "non-members.jsonl", "w") as non_members,
    ):
        numbers: dict[str, int] = {}
        for document, kind, times in rows:
            name = f"{kind}-{times}x" if times and kind != "member" else kind.replace("_", "-")
            numbers[name] = numbers.get(name, -1) + 1
            digits = 5 if kind in ("member", "nonmember") else 2
            identity = f"{name.replace('_', '-')}-{numbers[name]:0{digits}d}"
            found.append(identity)
            meta = {"split": kind, "duplicates": times, **document.meta}
            if kind.startswith("canary"):
                meta["canary"] = identity
            row = {"id": identity, "text": document.text, "meta": meta}
            file = members if times else non_members
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return found


def read_texts(folder: Path) -> list[dict[str, Any]]:
    """Every text that was written, members first."""
    return [
        json.loads(line)
        for name in ("members.jsonl", "non-members.jsonl")
        for line in (folder / name).read_text().splitlines()
    ]
