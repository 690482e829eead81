"""References that the base checkpoint cannot be, after EZ-MIA's released code (Ilic and others).

- `distillation`: the target continues public prompts, and a fresh copy of the base is tuned on
  what it wrote. It has learned the target's style and domain, but none of its texts as such.
- `sft`: a fresh copy of the base is tuned on texts of the same kind that the target never saw.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ezscope_export.continuations import Decoding, written
from ezscope_export.errors import USAGE, ExportError
from ezscope_export.inputs import Source, fingerprint, read_source
from ezscope_export.models import LoadedModel, LoadOptions, ModelSpec, load
from ezscope_export.progress import Reporter
from ezscope_export.records import UNKNOWN, Fields
from ezscope_export.scoring import pad
from ezscope_export.tokenization import load_tokenizer

_GENERATION_BATCH = 64


@dataclass(frozen=True)
class Recipe:
    """How a reference is tuned; the defaults are the released ones."""

    variant: str
    epochs: int
    batch_size: int = 16
    learning_rate: float = 1e-4
    max_length: int = 128
    seed: int = 1337
    prompts: int = 10_000
    prompt_tokens: int = 16
    new_tokens: int = 112
    temperature: float = 0.9
    top_p: float = 0.9


def run(arguments: list[str], report: Reporter) -> None:
    """`ezscope-export make-reference distillation|sft …`."""
    options = _parser().parse_args(arguments)
    if options.out.exists() and any(options.out.iterdir()):
        raise ExportError(
            "is not empty", "choose another --out", where=str(options.out), code=USAGE
        )
    epochs = options.epochs or (4 if options.variant == "distillation" else 1)
    recipe = Recipe(
        options.variant,
        epochs,
        options.batch_size,
        options.learning_rate,
        options.max_length,
        options.seed,
        options.prompts,
        options.prompt_tokens,
        options.new_tokens,
        options.temperature,
        options.top_p,
    )
    loading = LoadOptions(
        options.dtype,
        options.device,
        remote_code=options.trust_remote_code,
        pickled=options.allow_pickle,
    )
    tokenizer = load_tokenizer([options.tokenizer or options.base], options.trust_remote_code)
    fields = Fields(options.text_field)
    texts = _token_lists(options.data, fields, tokenizer)
    if recipe.variant == "distillation":
        if options.target is None:
            raise ExportError("distillation needs --target", code=USAGE)
        target = load(ModelSpec("target", options.target), loading)
        sequences = distilled(target, texts, recipe, tokenizer, report)
        target.unload()
    else:
        sequences = [ids[: recipe.max_length] for ids in texts]
    sequences = [ids for ids in sequences if len(ids) > 1]
    if not sequences:
        raise ExportError("no texts to tune on", "check --data", where=options.data)
    base = load(ModelSpec("base", options.base), loading)
    loss = tune(base, sequences, recipe, report)
    _save(options, base, tokenizer, recipe, len(sequences), loss)
    report.say(f"written: {options.out}")


def _parser() -> argparse.ArgumentParser:
    from ezscope_export.options import Parser, dtype_of

    p = Parser(
        "ezscope-export make-reference",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    p.add_argument("variant", choices=["distillation", "sft"])
    p.add_argument(
        "--base", required=True, metavar="DIR_OR_ID", help="what the target started from"
    )
    p.add_argument("--target", metavar="DIR_OR_ID", help="writes the texts of a distillation")
    p.add_argument(
        "--data",
        required=True,
        metavar="F",
        help="public texts: prompts of a distillation, training texts of sft",
    )
    p.add_argument("--out", required=True, type=Path, metavar="DIR")
    p.add_argument("--text-field", metavar="COLUMN")
    p.add_argument("--tokenizer", metavar="DIR_OR_ID", help="default: the base's")
    p.add_argument("--epochs", type=int, help="default: 4 (distillation), 1 (sft)")
    p.add_argument("--batch-size", type=int, default=16)
    p.add_argument("--learning-rate", type=float, default=1e-4)
    p.add_argument("--max-length", type=int, default=128, help="tokens of a training text")
    p.add_argument("--prompts", type=int, default=10_000, help="prompts, at most")
    p.add_argument("--prompt-tokens", type=int, default=16)
    p.add_argument("--new-tokens", type=int, default=112)
    p.add_argument("--temperature", type=float, default=0.9)
    p.add_argument("--top-p", type=float, default=0.9)
    p.add_argument("--seed", type=int, default=1337)
    p.add_argument(
        "--dtype",
        default="auto",
        type=dtype_of,
        choices=["auto", "float32", "bfloat16", "float64"],
    )
    p.add_argument("--device", default="auto")
    p.add_argument("--trust-remote-code", action="store_true")
    p.add_argument("--allow-pickle", action="store_true")
    return p


def _token_lists(path: str, fields: Fields, tokenizer: Any) -> list[list[int]]:
    texts = [r.text for r in read_source(Source(path, UNKNOWN), fields) if r.text]
    if not texts:
        raise ExportError("has no plain texts", where=path)
    return [list(ids) for ids in tokenizer(texts, verbose=False)["input_ids"]]


def distilled(
    target: LoadedModel, texts: list[list[int]], recipe: Recipe, tokenizer: Any, report: Reporter
) -> list[list[int]]:
    """What the target writes after the prompts, prompts included, each text once."""
    prompts = [ids[: recipe.prompt_tokens] for ids in texts if len(ids) >= recipe.prompt_tokens]
    prompts = prompts[: recipe.prompts]
    if not prompts:
        raise ExportError(
            f"no text has {recipe.prompt_tokens} tokens", "use a smaller --prompt-tokens"
        )
    decoding = Decoding("sample", 1, recipe.temperature, recipe.top_p, 0)
    ends = [] if tokenizer.eos_token_id is None else [int(tokenizer.eos_token_id)]
    progress = report.progress("distillation", len(prompts), "texts")
    unique: dict[tuple[int, ...], None] = {}
    for start in range(0, len(prompts), _GENERATION_BATCH):
        batch = np.asarray(prompts[start : start + _GENERATION_BATCH])
        new = written(target, batch, decoding, recipe.new_tokens, ends, f"{recipe.seed}/{start}")
        for prompt, own in zip(batch, new):
            unique[(*prompt.tolist(), *own[own >= 0].tolist())] = None
        progress.advance(len(batch))
    progress.finish()
    return [list(ids)[: recipe.max_length] for ids in unique]


def tune(model: LoadedModel, sequences: list[list[int]], recipe: Recipe, report: Reporter) -> float:
    """Tunes all weights: AdamW, linear decay, no warm-up; returns the last epoch's mean loss."""
    torch.manual_seed(recipe.seed)
    module: Any = model.module.train()
    weights = [p for p in module.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=recipe.learning_rate, weight_decay=0.0)
    batches = list(_batches(sequences, recipe))
    total = len(batches)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / total)
    progress = report.progress("tuning", sum(len(b) for b in batches), "texts")
    losses: list[tuple[float, int]] = []
    for chosen in batches:
        batch = pad([np.asarray(sequences[i]) for i in chosen], model.device)
        logits = module(input_ids=batch.ids, attention_mask=batch.mask, use_cache=False).logits
        loss = torch.nn.functional.cross_entropy(
            logits[batch.rows, batch.columns].float(), batch.ids[batch.rows, batch.columns + 1]
        )
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
        losses.append((float(loss.detach()), len(batch.rows)))
        progress.advance(len(chosen))
    progress.finish()
    module.eval()
    last = losses[-(total // recipe.epochs) :]
    return sum(loss * count for loss, count in last) / sum(count for _, count in last)


def _batches(sequences: list[list[int]], recipe: Recipe) -> Iterator[list[int]]:
    draw = np.random.default_rng(recipe.seed)
    for _ in range(recipe.epochs):
        order = draw.permutation(len(sequences)).tolist()
        for start in range(0, len(order), recipe.batch_size):
            yield order[start : start + recipe.batch_size]


def _save(
    options: argparse.Namespace,
    base: LoadedModel,
    tokenizer: Any,
    recipe: Recipe,
    texts: int,
    loss: float,
) -> None:
    """Saves the model with a note of how it was made, whole or not at all."""
    part = options.out.with_name(options.out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    module: Any = base.module
    module.save_pretrained(part)
    tokenizer.save_pretrained(part)
    facts = {
        "reference_recipe": asdict(recipe),
        "base": options.base.rstrip("/").rsplit("/", 1)[-1],
        "data_sha256": hashlib.sha256(
            fingerprint(Source(options.data, UNKNOWN)).encode()
        ).hexdigest(),
        "texts": texts,
        "training_loss": round(loss, 6),
    }
    (part / "reference.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    if options.out.exists():
        options.out.rmdir()
    part.replace(options.out)
