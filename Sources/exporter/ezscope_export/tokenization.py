"""Texts to token ids: the start token, truncation, and what counts, all of it recorded."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ezscope_export.chat import is_templated, rendered, scored_positions
from ezscope_export.errors import NO_INPUT, ExportError, first_line
from ezscope_export.hub import folder_of
from ezscope_export.records import Record

BATCH = 256


@dataclass(slots=True)
class Encoded:
    """A record as the models see it."""

    record: Record
    text: str
    ids: list[int]
    scored: list[bool] | None
    truncated: bool
    whole_tokens: int
    layout: str

    @property
    def is_empty(self) -> bool:
        """Whether nothing is predicted: a start token alone is no text."""
        if len(self.ids) < 2:
            return True
        return self.scored is not None and not self.truncated and not any(self.scored)


@dataclass(frozen=True)
class TokenizerOptions:
    """How texts become tokens."""

    max_length: int
    bos: str = "auto"
    append_eos: bool = False
    completion_only: bool = False
    cut_text: bool = False
    alpaca: str = "auto"


class Encoder:
    """One tokenizer with its options, the same for every model of a run."""

    def __init__(self, tokenizer: Any, options: TokenizerOptions) -> None:
        self.tokenizer = tokenizer
        self.options = options
        if options.bos == "always" and tokenizer.bos_token_id is None:
            raise ExportError("the tokenizer has no start token", "leave --bos at auto")
        if options.append_eos and tokenizer.eos_token_id is None:
            raise ExportError("the tokenizer has no end token", "drop --append-eos")
        if (options.completion_only or options.cut_text) and not tokenizer.is_fast:
            raise ExportError(
                "the tokenizer does not say where its tokens lie in the text",
                "--completion-only and --cut-text need a fast tokenizer (tokenizer.json)",
            )

    def encode(self, records: Iterable[Record]) -> Iterator[Encoded]:
        """Encodes records in their order."""
        batch: list[Record] = []
        for record in records:
            batch.append(record)
            if len(batch) == BATCH:
                yield from self._batch(batch)
                batch = []
        yield from self._batch(batch)

    def plain(self, text: str) -> list[int]:
        """The ids of a text with nothing added: for prefixes and perturbed texts."""
        return list(self.tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])

    def like(self, text: str, own: list[int]) -> list[int]:
        """The ids of a variant of a text, with the start and end tokens of the text's own ids."""
        ids = self.plain(text)
        bos, eos = self.tokenizer.bos_token_id, self.tokenizer.eos_token_id
        if bos is not None and own[:1] == [bos] and ids[:1] != [bos]:
            ids = [bos, *ids]
        if self.options.append_eos and own[-1:] == [eos]:
            ids = [*ids, eos]
        return ids[: self.options.max_length]

    def cut(self, text: str, tokens: int) -> str:
        """The part of a plain text that its first tokens cover; all of it if unknown."""
        if not self.tokenizer.is_fast:
            return text
        ids, offsets = self._ids([text], self.options.bos != "never", True)[0]
        return text if len(ids) <= tokens else text[: max(end for _, end in offsets[:tokens])]

    def _batch(self, records: list[Record]) -> Iterator[Encoded]:
        # A template writes its own start token, so conversations and plain texts part ways here.
        runs = itertools.groupby(
            records, lambda r: is_templated(r, self.tokenizer, self.options.alpaca)
        )
        for templated, own in runs:
            yield from self._encode(list(own), not templated and self.options.bos != "never")

    def _encode(self, records: list[Record], special: bool) -> Iterator[Encoded]:
        options = self.options
        parts = [
            rendered(r, self.tokenizer, options.completion_only, options.alpaca) for r in records
        ]
        wanted = self.options.completion_only or self.options.cut_text
        encoded = self._ids([text for text, _ in parts], special, wanted)
        limit = self.options.max_length
        for record, (text, spans), (ids, offsets) in zip(records, parts, encoded):
            ids, offsets = self._ended(ids, offsets, len(text))
            scored = scored_positions(offsets, spans) if spans is not None else None
            whole = len(ids)
            if whole > limit:
                ids, offsets = ids[:limit], offsets[:limit]
                scored = scored[: limit - 1] if scored is not None else None
                if self.options.cut_text:
                    text = text[: max(end for _, end in offsets)]
            yield Encoded(record, text, ids, scored, whole > limit, whole, self._layout(record))

    def _layout(self, record: Record) -> str:
        """How a record was read, for the run's table."""
        if record.layout != "alpaca" or record.messages is None:
            return record.layout
        templated = is_templated(record, self.tokenizer, self.options.alpaca)
        return "alpaca (chat template)" if templated else "alpaca (Stanford's prompt)"

    def _ids(
        self, texts: list[str], special: bool, with_offsets: bool
    ) -> list[tuple[list[int], list[tuple[int, int]]]]:
        result = self.tokenizer(
            texts,
            add_special_tokens=special,
            return_offsets_mapping=with_offsets,
            verbose=False,
        )
        offsets = result["offset_mapping"] if with_offsets else [[] for _ in texts]
        pairs = [(list(ids), list(places)) for ids, places in zip(result["input_ids"], offsets)]
        if self.options.bos == "always":
            bos = self.tokenizer.bos_token_id
            pairs = [
                (i, o) if i[:1] == [bos] else ([bos, *i], [(0, 0), *o] if with_offsets else o)
                for i, o in pairs
            ]
        return pairs

    def _ended(
        self, ids: list[int], offsets: list[tuple[int, int]] | None = None, length: int = 0
    ) -> tuple[list[int], list[tuple[int, int]]]:
        offsets = offsets or []
        eos = self.tokenizer.eos_token_id
        if self.options.append_eos and ids[-1:] != [eos]:
            # The end token was trained on: it lies in the last span by taking its last character.
            last = (max(length - 1, 0), length)
            return [*ids, eos], [*offsets, last] if offsets else offsets
        return ids, offsets


def load_tokenizer(places: list[str], remote_code: bool) -> Any:
    """The tokenizer of the first folder or hub id that has one."""
    from transformers import AutoTokenizer

    for place in places:
        folder = folder_of(place, code=remote_code)
        if not has_tokenizer(folder):
            continue
        try:
            return AutoTokenizer.from_pretrained(
                str(folder), trust_remote_code=remote_code, local_files_only=True
            )
        except Exception as error:  # Tokenizers raise plain exceptions about broken files.
            raise ExportError(
                f"the tokenizer cannot be loaded: {first_line(error)}",
                "name one with --tokenizer"
                + (
                    "; its own code needs --trust-remote-code"
                    if "trust_remote_code" in str(error)
                    else ""
                ),
                where=place,
                code=NO_INPUT,
            ) from None
    raise ExportError(
        f"no tokenizer in {', '.join(places)}", "name one with --tokenizer", code=NO_INPUT
    )


def has_tokenizer(folder: Path) -> bool:
    """Whether a folder has a tokenizer's files."""
    names = ("tokenizer.json", "tokenizer_config.json", "tokenizer.model", "vocab.json")
    return any((folder / name).exists() for name in names)


def same_tokens(first: Any, second: Any, texts: list[str]) -> str | None:
    """How two tokenizers differ on some texts: None where they agree.

    Tokens that were added to the first one for fine-tuning are not held against the second.
    """
    known = set(second.get_vocab())
    added = [str(t) for t in first.added_tokens_decoder.values() if str(t) not in known]
    for number, text in enumerate(texts, start=1):
        if any(token in text for token in added):
            continue
        a = first(text, verbose=False)["input_ids"]
        b = second(text, verbose=False)["input_ids"]
        if a != b:
            place = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
            return f"text {number} differs from token {place} on"
    return None
