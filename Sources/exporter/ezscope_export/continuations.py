"""What a model writes after the beginning of a text, greedily or by chance."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ezscope_export.budget import Budget
from ezscope_export.columns import ColumnFile
from ezscope_export.errors import USAGE, ExportError
from ezscope_export.files import write_text
from ezscope_export.models import LoadedModel
from ezscope_export.plan import make_plan
from ezscope_export.progress import Reporter
from ezscope_export.scoring import Journal
from ezscope_export.sequences import Sequences, json_bytes

_NONE = -1


@dataclass(frozen=True)
class Decoding:
    """How the next token is chosen, spelled as in `sample:n=10:temperature=0.9:top-p=0.9`."""

    spelling: str
    samples: int = 1
    temperature: float | None = None
    top_p: float = 1.0
    top_k: int = 0

    @staticmethod
    def parse(text: str) -> Decoding:
        """A decoding from its spelling: `greedy`, or `sample` with parameters."""
        name, *parameters = text.split(":")
        if name == "greedy" and not parameters:
            return Decoding("greedy")
        values = {"n": 1.0, "temperature": 1.0, "top-p": 1.0, "top-k": 0.0}
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            try:
                values[key] = {**values, key: float(value)}[key] if key in values else 1 / 0
            except (ValueError, ZeroDivisionError):
                raise _unknown(text) from None
        if name != "sample" or values["n"] < 1 or values["temperature"] <= 0:
            raise _unknown(text)
        shown = ":".join(f"{k}={v:g}" for k, v in values.items() if k != "n")
        return Decoding(
            f"sample:{shown}",
            int(values["n"]),
            values["temperature"],
            values["top-p"],
            int(values["top-k"]),
        )


def _unknown(text: str) -> ExportError:
    return ExportError(
        f"--decoding {text} is not understood",
        "write greedy, or sample:n=10:temperature=1:top-p=0.9:top-k=50",
        code=USAGE,
    )


@dataclass(frozen=True)
class ContinuationOptions:
    """Which continuations to write."""

    decodings: tuple[Decoding, ...] = ()
    prefix_tokens: int = 64
    new_tokens: int = 48
    per_label: int | None = None
    encoder: str | None = None


def select(sequences: Sequences, options: ContinuationOptions, seed: int) -> np.ndarray:
    """The sequences to continue: those longer than the prefix, or some of each label."""
    long = np.flatnonzero(sequences.lengths > options.prefix_tokens)
    if options.per_label is None:
        return long
    labels = np.frombuffer((sequences.folder / "labels").read_bytes(), np.int8)
    draw = np.random.default_rng(seed)
    chosen = []
    for label in (1, 0, -1):
        own = long[labels[long] == label]
        chosen.append(draw.permutation(own)[: options.per_label])
    return np.sort(np.concatenate(chosen))


def generate(
    model: LoadedModel,
    sequences: Sequences,
    folder: Path,
    decoding: Decoding,
    options: ContinuationOptions,
    budget: Budget,
    tokenizer: Any,
    seed: int,
    report: Reporter,
) -> None:
    """Continuations of the chosen sequences, as ids padded with -1."""
    chosen = select(sequences, options, seed)
    whole = options.prefix_tokens + options.new_tokens
    lengths = np.full(len(chosen), whole * decoding.samples, dtype=np.int64)
    plan = make_plan(lengths, budget.batch_tokens, budget.batch_size)
    journal = Journal(folder, plan, f"{decoding.spelling} n={decoding.samples} {whole}")
    size = decoding.samples * options.new_tokens
    file = ColumnFile(folder / "token_ids", "<i4", len(chosen) * size)
    ends = _ends(model, tokenizer)
    progress = report.progress(f"{model.name} {decoding.spelling}", len(chosen), "texts")
    for number in range(len(plan)):
        places = plan.batch(number)
        if number in journal.done:
            progress.skip(len(places))
            continue
        ids = np.stack([sequences.ids(int(chosen[p]))[: options.prefix_tokens] for p in places])
        found = written(model, ids, decoding, options.new_tokens, ends, f"{seed}/{number}")
        for place, own in zip(places, found.reshape(len(places), size)):
            file.write(int(place) * size, own)
        journal.finished(number, file.sync, last=number == len(plan) - 1)
        progress.advance(len(places))
    journal.close()
    file.close()
    progress.finish()
    write_text(folder / "complete", plan.digest)


def _ends(model: LoadedModel, tokenizer: Any) -> list[int]:
    """The tokens that end a text."""
    module: Any = model.module
    configured = getattr(getattr(module, "generation_config", None), "eos_token_id", None)
    ends = configured if isinstance(configured, list) else [configured]
    return sorted({int(e) for e in [*ends, tokenizer.eos_token_id] if e is not None})


@torch.inference_mode()
def written(
    model: LoadedModel, ids: np.ndarray, decoding: Decoding, new: int, ends: list[int], seed: str
) -> np.ndarray:
    """What the model writes, [texts × samples, new], -1 after the end of a text.

    The settings are all given: a checkpoint's own generation settings (a temperature, a
    repetition penalty) would otherwise decide what counts as memorized.
    """
    from transformers import GenerationConfig

    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "little")
    torch.manual_seed(number >> 1)
    sampling = decoding.temperature is not None
    config = GenerationConfig(
        max_new_tokens=new,
        do_sample=sampling,
        num_beams=1,
        num_return_sequences=decoding.samples,
        temperature=decoding.temperature if sampling else 1.0,
        top_p=decoding.top_p,
        top_k=decoding.top_k,
        repetition_penalty=1.0,
        no_repeat_ngram_size=0,
        eos_token_id=ends or None,
        pad_token_id=ends[0] if ends else 0,
        use_cache=True,
    )
    prompt = torch.from_numpy(ids.astype(np.int64)).to(model.device)
    if model.virtual_tokens:
        output = _behind_soft_prompt(model, prompt, decoding, new)
    else:
        output = _generated(model, prompt, config)
    own = output[:, prompt.shape[1] :].cpu().numpy()
    result = np.full((len(own), new), _NONE, dtype=np.int32)
    result[:, : own.shape[1]] = own
    for row in result:
        stops = np.flatnonzero(np.isin(row, ends))
        if len(stops):
            row[stops[0] :] = _NONE
    return result


def _generated(model: LoadedModel, prompt: torch.Tensor, config: Any) -> torch.Tensor:
    module: Any = model.module
    saved = module.generation_config
    module.generation_config = config
    try:
        output: torch.Tensor = module.generate(
            input_ids=prompt, attention_mask=torch.ones_like(prompt), generation_config=config
        )
    finally:
        module.generation_config = saved
    return output


def _behind_soft_prompt(
    model: LoadedModel, prompt: torch.Tensor, decoding: Decoding, new: int
) -> torch.Tensor:
    """The same, one token after the other, by the pass that texts are scored with.

    Releases of the libraries disagree about the positions of cached tokens behind a soft prompt:
    transformers 5.23 loses a prefix without a cache, 5.24 misplaces what follows it with one.
    """
    from transformers.generation.logits_process import (
        LogitsProcessorList,
        TemperatureLogitsWarper,
        TopKLogitsWarper,
        TopPLogitsWarper,
    )

    module: Any = model.module
    warpers: Any = LogitsProcessorList()
    if decoding.temperature is not None:
        warpers.append(TemperatureLogitsWarper(decoding.temperature))
        if decoding.top_k:
            warpers.append(TopKLogitsWarper(decoding.top_k))
        if decoding.top_p < 1:
            warpers.append(TopPLogitsWarper(decoding.top_p))
    ids = prompt.repeat_interleave(decoding.samples, dim=0)
    for _ in range(new):
        passed = module(input_ids=ids, attention_mask=torch.ones_like(ids), use_cache=False)
        scores = passed.logits[:, -1].float()
        if decoding.temperature is None:
            chosen = scores.argmax(dim=-1, keepdim=True)
        else:
            chances = torch.softmax(warpers(ids, scores), dim=-1)
            chosen = torch.multinomial(chances, 1)
        ids = torch.cat([ids, chosen], dim=1)
    return ids


def objects(
    sequences: Sequences,
    folders: list[tuple[Decoding, Path]],
    options: ContinuationOptions,
    tokenizer: Any,
    seed: int,
) -> Iterator[bytes]:
    """Every sequence's list of continuations; empty where it has none."""
    chosen = {int(index): row for row, index in enumerate(select(sequences, options, seed))}
    size = {decoding: decoding.samples * options.new_tokens for decoding, _ in folders}
    files = {
        decoding: ColumnFile(folder / "token_ids", "<i4", len(chosen) * size[decoding])
        for decoding, folder in folders
    }
    similar = {
        decoding: np.fromfile(folder / "similarity", dtype=np.float32)
        for decoding, folder in folders
        if (folder / "similarity").exists()
    }
    for index in range(len(sequences)):
        row = chosen.get(index)
        if row is None:
            yield b""
            continue
        suffix = true_suffix(sequences, index, options)
        found = []
        for decoding, file in files.items():
            ids = file.read(row * size[decoding], (row + 1) * size[decoding])
            for sample, own in enumerate(ids.reshape(decoding.samples, options.new_tokens)):
                own_ids = own[own != _NONE].tolist()
                item: dict[str, Any] = {
                    "prefix_tokens": options.prefix_tokens,
                    "decoding": decoding.spelling,
                    "text": tokenizer.decode(own_ids),
                    "token_ids": own_ids,
                    "suffix_text": tokenizer.decode(suffix),
                    "suffix_token_ids": suffix,
                }
                if decoding in similar:
                    value = float(similar[decoding][row * decoding.samples + sample])
                    if value == value:
                        item["similarity"] = round(value, 5)
                        item["encoder"] = encoder_name(options.encoder)
                found.append(item)
        yield json_bytes(found)
    for file in files.values():
        file.close()


def encoder_name(place: str | None) -> str:
    """What the output calls an encoder: a hub id, or a folder's last part."""
    place = place or ""
    return Path(place).resolve().name if Path(place).is_dir() else place


def true_suffix(sequences: Sequences, index: int, options: ContinuationOptions) -> list[int]:
    """What the text itself has after the prefix."""
    stop = options.prefix_tokens + options.new_tokens
    return sequences.ids(index)[options.prefix_tokens : stop].tolist()
