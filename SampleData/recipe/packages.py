"""The larger experiment's tokenizer, tokens and splits, from what was collected of packages."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, takewhile
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import ByteLevelBPETokenizer, Tokenizer
from transformers import PreTrainedTokenizerFast

import descriptions
import evidence
import prose
import tokenizer
from dataset import Document, split, write_texts

NAME = "Package descriptions"
DESCRIPTION = (
    "What a model of GPT-2's architecture and size said, before and after fine-tuning, about"
    " package descriptions that it was or was not trained on."
)


def train_tokenizer(
    folder: Path, inputs: dict[str, Path], *, vocabulary: int, characters: int
) -> None:
    """Trains a byte-level BPE on the beginning of the prose; it never sees a private text."""
    bpe = ByteLevelBPETokenizer()
    texts = _first(prose.read(inputs["prose"]), characters)
    bpe.train_from_iterator(
        texts, vocabulary, show_progress=False, special_tokens=[tokenizer.END_OF_TEXT]
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(bpe.to_str()),
        eos_token=tokenizer.END_OF_TEXT,
        pad_token=tokenizer.END_OF_TEXT,
        clean_up_tokenization_spaces=False,
    )
    fast.save_pretrained(folder)
    print(f"{fast.vocab_size} entries from {len(texts):,} documents")


def write_tokens(
    folder: Path, inputs: dict[str, Path], *, characters: int, length: int, held_out: int
) -> None:
    """Writes the prose as one stream of token ids, and some of its end as rows held out."""
    tokens = tokenizer.load(inputs["tokenizer"])
    documents = _first(prose.read(inputs["prose"]), characters)
    parts = []
    for start in range(0, len(documents), 1000):
        for ids in tokens(documents[start : start + 1000])["input_ids"]:
            parts.append(np.array([*ids, tokens.eos_token_id], np.uint16))
    stream = np.concatenate(parts)
    end = len(stream) - held_out * length
    if end < 2 * length:
        raise ValueError(f"{len(stream):,} tokens of prose are too few: name more packages")
    np.save(folder / "prose.npy", stream[:end])
    # Soft prompts start from the first row of what lies under this name.
    np.save(folder / "records.npy", stream[end:].reshape(held_out, length))
    print(f"{end:,} tokens, and {held_out} rows of {length} held out")


def _first(documents: Sequence[str], characters: int) -> list[str]:
    """As many documents as have so many characters together."""
    sizes = accumulate(map(len, documents))
    return [one for one, _ in takewhile(lambda pair: pair[1] <= characters, zip(documents, sizes))]


def deal(
    folder: Path,
    inputs: dict[str, Path],
    *,
    members: int,
    repeated: Mapping[str, int],
    validation: int,
    lengths: Sequence[int],
    seed: int,
) -> None:
    """Deals the descriptions out in one random order, and writes them as `dataset.make` does.

    What is left when all others have their texts is for the control, which is trained on as many
    texts as there are members, or on what there is.
    """
    tokens = tokenizer.load(inputs["tokenizer"])
    pool = list(_documents(tokens, descriptions.read(inputs["descriptions"]), *lengths))
    repeats = {int(times): count for times, count in repeated.items()}
    needed = 2 * members + validation + sum(repeats.values())
    if len(pool) <= needed:
        raise ValueError(
            f"{len(pool):,} descriptions of {lengths[0]} to {lengths[1]} tokens are too few:"
            f" {needed:,} are needed and some for the control; name indices of more suites"
        )
    rng = random.Random(f"deal {seed}")
    rng.shuffle(pool)
    stream = iter(pool)
    parts = split(stream, members, repeats, validation, rng)
    others = [one for one, _ in zip(stream, range(members))]
    rows = [(one, "member", 1) for one in parts["member"]]
    for times in repeats:
        rows += [(one, "member_dup", times) for one in parts[f"repeated {times}"]]
    rows += [(one, "nonmember", 0) for one in parts["nonmember"]]
    names = write_texts(folder, rows)
    trained = [(name, one.ids) for name, (one, _, times) in zip(names, rows) for _ in range(times)]
    for name, content in {
        "train": [ids for _, ids in trained],
        "train-names": [name for name, _ in trained],
        "others": [one.ids for one in others],
        "validation": [one.ids for one in parts["validation"]],
    }.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    print(f"{len(rows)} texts, {len(parts['validation'])} for validation, {len(others)} others")


def _documents(
    tokens: PreTrainedTokenizerFast, texts: Sequence[dict[str, str]], shortest: int, longest: int
) -> Iterator[Document]:
    """Texts of at most so many tokens, longer ones cut at a space; short ones are left out."""
    for one in texts:
        text = one["text"]
        encoding = tokens(text, return_offsets_mapping=True)
        ids = encoding["input_ids"]
        if len(ids) > longest:
            end = encoding["offset_mapping"][longest][0]
            text = text[: max(text.rfind(" ", 0, end), text.rfind("\n", 0, end), 0)]
            ids = tokens(text)["input_ids"]
        if shortest <= len(ids) <= longest:
            yield Document(text, ids, {"source": one["source"]})


def export(
    folder: Path,
    inputs: dict[str, Path],
    *,
    runs: Sequence[dict[str, Any]],
    bases: Sequence[str],
    device: str,
) -> None:
    """What all models say about all texts, under the name of this experiment."""
    evidence.export(folder, inputs, runs=runs, bases=bases, device=device)
    path = folder / "experiment.toml"
    first, rest = path.read_text().split("\n", 1)
    if not first.startswith("name = "):
        raise ValueError(f"{path} does not begin with its name")
    about = f"name = {json.dumps(NAME)}\ndescription = {json.dumps(DESCRIPTION)}\n"
    path.write_text(about + rest)
