"""The private texts of the larger experiment: descriptions of Debian's packages, one a source.

Descriptions repeat each other: packages of one source share paragraphs, and families of packages
share whole texts. What is left here is what one source package says and no other.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import archive

# Whatever ends in a stop, or stands on a line of its own in a list.
BETWEEN_SENTENCES = re.compile(r"(?<=[.!?:])\s+|\n")
BULLET = re.compile(r"\s*[*-]|\s")


def collect(
    folder: Path,
    inputs: dict[str, Path],
    *,
    fewest_words: int,
    shingle: int,
    most_shared: float,
) -> None:
    """Writes `descriptions.jsonl`: a source package and its text on each line.

    A text with more than the share `most_shared` of its word sequences in earlier ones is left out.
    """
    described = by_source(inputs["lists"])
    texts = own_texts(described)
    long_enough = {name: text for name, text in texts.items() if len(text.split()) >= fewest_words}
    kept = distinct(long_enough, shingle, most_shared)
    with open(folder / "descriptions.jsonl", "w", encoding="utf-8") as file:
        for name, text in kept.items():
            file.write(json.dumps({"source": name, "text": text}, ensure_ascii=False) + "\n")
    print(f"{len(described)} sources, {len(long_enough)} long enough, {len(kept)} distinct")


def read(folder: Path) -> list[dict[str, str]]:
    """What `collect` wrote."""
    return [json.loads(line) for line in (folder / "descriptions.jsonl").open(encoding="utf-8")]


def by_source(lists: Path) -> dict[str, list[str]]:
    """Of every source package the descriptions of what is built from it, the newest of each."""
    sources: dict[str, str] = {}
    newest: dict[str, str] = {}
    for index in archive.indices(lists):
        for fields in archive.stanzas(index["Packages"]):
            if package := fields.get("Package"):
                # `Source: name (version)`; without it the source is named as the package is.
                sources.setdefault(package, (fields.get("Source") or package).split()[0])
        for fields in archive.stanzas(index["Translation-en"]):
            if "Package" in fields and "Description-en" in fields:
                newest.setdefault(fields["Package"], fields["Description-en"])
    found: dict[str, list[str]] = defaultdict(list)
    for package in sorted(newest):
        found[sources.get(package, package)].append(newest[package])
    return dict(found)


def own_texts(described: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The longest description of each source, without sentences that another source has as well."""
    paragraphs = {
        source: [list(_paragraphs(text)) for text in texts] for source, texts in described.items()
    }
    users: Counter[str] = Counter()
    for texts in paragraphs.values():
        users.update({normal(sentence) for text in texts for part in text for sentence in part})

    def without_shared(text: list[list[str]]) -> str:
        kept = ([one for one in part if users[normal(one)] == 1 and normal(one)] for part in text)
        return "\n".join(" ".join(part) for part in kept if part)

    return {
        source: max(map(without_shared, texts), key=lambda text: len(text.split()))
        for source, texts in paragraphs.items()
    }


def _paragraphs(description: str) -> Iterator[list[str]]:
    """The sentences of the title, and of each paragraph; a line of a list is a sentence."""
    title, _, body = description.partition("\n")
    yield _sentences(title)
    for block in re.split(r"\n[ \t]*\.?[ \t]*(?=\n|$)", "\n" + body):
        joined = ""
        in_list = False
        for line in filter(str.strip, block.split("\n")):
            # A line of prose goes on where the one before it ended; one of a list begins anew.
            begins = BULLET.match(line) is not None
            joined += ("\n" if begins or in_list else " ") + line.strip()
            in_list = begins
        if joined.strip():
            yield _sentences(joined.strip())


def _sentences(paragraph: str) -> list[str]:
    return [part for part in BETWEEN_SENTENCES.split(paragraph.strip()) if part]


def distinct(texts: Mapping[str, str], shingle: int, most_shared: float) -> dict[str, str]:
    """The texts that share few word sequences with the ones before them."""
    # An order that has nothing to do with names: none is favoured for how it is called.
    order = sorted(texts, key=lambda name: hashlib.blake2b(name.encode()).digest())
    seen: set[int] = set()
    kept = {}
    for name in order:
        own = sequences(texts[name], shingle)
        if own and sum(one in seen for one in own) <= most_shared * len(own):
            seen.update(own)
            kept[name] = texts[name]
    return kept


def normal(text: str) -> str:
    """The words of a text, without anything that is only spelling."""
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def sequences(text: str, length: int) -> list[int]:
    """Hashes of all sequences of so many words, good within one process."""
    words = normal(text).split()
    return [hash(" ".join(words[i : i + length])) for i in range(len(words) - length + 1)]
