"""A byte-level BPE tokenizer, trained on the pretraining text and on nothing private."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

import corpus

END_OF_TEXT = "<|endoftext|>"


def train(
    folder: Path, _inputs: dict[str, Path], *, vocabulary: int, texts: int, houses: int, seed: int
) -> None:
    """Trains the tokenizer on `texts` pieces of prose and as many records of others."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[END_OF_TEXT],
        show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    lines = [
        *islice(corpus.prose(seed), texts),
        *islice(corpus.records_of_others(seed, houses), texts),
    ]
    tokenizer.train_from_iterator(lines, trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END_OF_TEXT,
        pad_token=END_OF_TEXT,
        clean_up_tokenization_spaces=False,
    )
    fast.save_pretrained(folder)
    print(f"{fast.vocab_size} entries from {sum(map(len, lines)):,} characters")


def load(folder: Path) -> PreTrainedTokenizerFast:
    """The tokenizer that lies in a folder."""
    return PreTrainedTokenizerFast.from_pretrained(folder)
