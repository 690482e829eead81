"""Pretraining text of the larger experiment: prose from the documentation in Debian's packages.

None of it says what a private text says: a paragraph that has eight words in a row in common with
one of those is left out.
"""

from __future__ import annotations

import gzip
import html
import io
import random
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import archive
import descriptions

# Between documents, which are the files of packages.
FORM_FEED = "\f"
# Millions of characters that a package gives at most, by the beginning of its name.
MOST = {
    "dict-gcide": 14,
    "linux-doc": 12,
    "anarchism": 10,
    "doc-rfc-others": 9,
    "postgresql-doc": 8,
    "vim-runtime": 7,
    "perl-doc": 7,
    "dict-wn": 6,
    "openjdk": 6,
    "manpages-dev": 6,
}
USUALLY = 5
# Files of these names hold lists and notices, hardly a sentence.
SKIPPED = re.compile(
    r"(copyright|changelog|news|index|genindex|search|todo|authors)[^/]*$", re.IGNORECASE
)
# What tells English prose from code, tables and other languages.
COMMON = re.compile(r"\b(the|of|a|to|is|and|in|for|that)\b", re.IGNORECASE)
PAGE_FURNITURE = re.compile(r"\[Page \w+\]|^RFC \d+ ")


def collect(folder: Path, inputs: dict[str, Path], *, shared: int, seed: int) -> None:
    """Writes `prose.txt`: documents in random order, each paragraph a line, none of them twice.

    `shared` words in a row that a description has as well are too many.
    """
    private = {
        sequence
        for one in descriptions.read(inputs["descriptions"])
        for sequence in descriptions.sequences(one["text"], shared)
    }
    seen: set[str] = set()
    documents: list[str] = []
    left_out = 0
    for package in archive.packages(inputs["documents"]):
        name = package.name.split("_")[0]
        left = 1_000_000 * next((MOST[one] for one in MOST if name.startswith(one)), USUALLY)
        for text in _texts(package, seed):
            kept = []
            for paragraph in paragraphs(text):
                if left <= 0:
                    break
                if paragraph in seen:
                    continue
                seen.add(paragraph)
                if private.isdisjoint(descriptions.sequences(paragraph, shared)):
                    kept.append(paragraph)
                    left -= len(paragraph)
                else:
                    left_out += 1
            if kept:
                documents.append("\n".join(kept))
            if left <= 0:
                break
        print(f"{name}: {len(documents):,} documents so far", flush=True)
    random.Random(f"prose {seed}").shuffle(documents)
    (folder / "prose.txt").write_text(FORM_FEED.join(documents), encoding="utf-8")
    size = sum(map(len, documents))
    print(f"{size:,} characters, {left_out:,} paragraphs said what a description says")


def read(folder: Path) -> list[str]:
    """The documents that `collect` wrote."""
    return (folder / "prose.txt").read_text(encoding="utf-8").split(FORM_FEED)


def _texts(package: Path, seed: int) -> list[str]:
    """The readable texts of a package, in random order."""
    found = [_text(path, raw) for path, raw in archive.files(package, _holds_prose)]
    random.Random(f"{package.name.split('_')[0]} {seed}").shuffle(found)
    return found


def _holds_prose(path: str) -> bool:
    return _reader(path) is not None and not SKIPPED.match(path.rsplit("/", 1)[-1])


def _reader(path: str) -> Callable[[str], str] | None:
    return next((reader for kind, reader in READERS.items() if re.search(kind, path)), None)


def _text(path: str, raw: bytes) -> str:
    """The words of a file; none if it is damaged."""
    reader = _reader(path)
    if path.endswith((".gz", ".dz")):
        try:
            raw = gzip.open(io.BytesIO(raw)).read(archive.LARGEST)
        except (OSError, EOFError, zlib.error):
            return ""
    text = raw.decode("utf-8", errors="replace").replace(FORM_FEED, "\n")
    return reader(text) if reader else ""


def manual_page(text: str) -> str:
    """The words of a page in troff's `man` or `mdoc`."""
    lines = []
    for line in text.split("\n"):
        if re.match(r"\.\s*(B|I|BR|IR|RB|RI|BI|IB|Nm|Ar|Fl|Pa|Xr|Em|Sy)\s", line):
            # Words in bold or italics, of the sentence around them.
            lines.append(line.split(maxsplit=1)[1].replace('"', ""))
        elif re.match(r"\.(SH|SS|PP|P|LP|TP|IP|Pp|It|sp|HP)", line):
            lines.append("")
        elif not line.startswith((".", "'")):
            lines.append(line)
    text = re.sub(r"\\f(\[\w*\]|\(..|.)|\\[&|/,%]|\\s[-+]?\d", "", "\n".join(lines))
    text = re.sub(r"\\\((aq|cq|oq)|\\'", "'", text)
    return text.replace("\\(em", "--").replace("\\-", "-")


def web_page(text: str) -> str:
    """The words of an HTML page, without its furniture and its code."""
    text = re.sub(
        r"<(script|style|head|nav|pre|footer|svg)\b.*?</\1>", "\n\n", text, flags=re.I | re.S
    )
    blocks = r"</?(p|div|li|dd|dt|td|th|tr|h\d|br|ul|ol|dl|table|section|pre|blockquote)\b[^>]*>"
    text = re.sub(blocks, "\n\n", re.sub(r"\s+", " ", text), flags=re.I)
    return html.unescape(re.sub(r"<[^>]*>", "", text))


# How a file is read, by its path in the package; the first that fits.
READERS: dict[str, Callable[[str], str]] = {
    # Not those of `man/de/man1`, which are no English.
    r"(^|/)man/man\d/[^/]*\.gz$": manual_page,
    r"\.html?(\.gz)?$": web_page,
    r"\.(txt|pod|adoc|rst|tag|md|info(-\d+)?|dict\.dz)(\.gz)?$": str,
    r"^usr/share/games/fortunes/[^/.]+$": str,
}


def paragraphs(text: str) -> Iterator[str]:
    """Paragraphs of prose, each on one line."""
    for block in re.split(r"\n\s*\n", text):
        lines = (line.strip() for line in block.split("\n"))
        joined = " ".join(line for line in lines if line and not PAGE_FURNITURE.search(line))
        joined = re.sub(r"\s+", " ", joined).strip()
        words = len(joined.split())
        if not 8 <= words <= 2000:
            continue
        letters = sum(character.isalpha() or character == " " for character in joined)
        if letters >= 0.85 * len(joined) and len(COMMON.findall(joined)) >= words / 14:
            yield joined
