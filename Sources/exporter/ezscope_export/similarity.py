"""How close in meaning a continuation is to the true suffix: the cosine of two embeddings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

from ezscope_export.columns import ColumnFile
from ezscope_export.continuations import ContinuationOptions, Decoding, select, true_suffix
from ezscope_export.errors import NO_INPUT, ExportError, first_line
from ezscope_export.files import replacing, write_text
from ezscope_export.hub import folder_of
from ezscope_export.progress import Reporter
from ezscope_export.scoring import pad
from ezscope_export.sequences import Sequences

_BATCH = 32


class TextEncoder:
    """A transformer whose last hidden states are averaged over the tokens of a text."""

    def __init__(self, name: str, device: torch.device) -> None:
        from transformers import AutoModel, AutoTokenizer

        folder = str(folder_of(name))
        own = {"trust_remote_code": False, "local_files_only": True}
        try:
            self.tokenizer: Any = AutoTokenizer.from_pretrained(folder, **own)
            self.model: Any = AutoModel.from_pretrained(
                folder, dtype=torch.float32, use_safetensors=True, weights_only=True, **own
            )
        except Exception as error:  # Loaders raise what they like about broken folders.
            raise ExportError(
                f"the encoder cannot be loaded: {first_line(error)}",
                "give a Hugging Face folder or id as --encoder",
                where=name,
                code=NO_INPUT,
            ) from None
        self.model.to(device).eval()
        self.device = device
        self.limit = int(getattr(self.model.config, "max_position_embeddings", 512))

    @torch.inference_mode()
    def embed(self, texts: list[str]) -> torch.Tensor:
        """Unit vectors; not a number for texts without tokens."""
        encoded = self.tokenizer(texts, truncation=True, max_length=min(self.limit, 512))
        batch = pad([np.asarray(ids) for ids in encoded["input_ids"]], self.device)
        hidden = self.model(input_ids=batch.ids, attention_mask=batch.mask).last_hidden_state
        mask = batch.mask[..., None].to(hidden.dtype)
        mean = (hidden * mask).sum(1) / mask.sum(1)
        return torch.nn.functional.normalize(mean, dim=-1).cpu()


def compare(
    sequences: Sequences,
    folder: Path,
    decoding: Decoding,
    options: ContinuationOptions,
    encoder: TextEncoder,
    tokenizer: Any,
    seed: int,
    report: Reporter,
) -> None:
    """Writes a cosine for every continuation in the folder."""
    chosen = select(sequences, options, seed)
    size = decoding.samples * options.new_tokens
    file = ColumnFile(folder / "token_ids", "<i4", len(chosen) * size)
    pairs: list[tuple[str, str]] = []
    values: list[np.ndarray] = []
    progress = report.progress("similarity", len(chosen) * decoding.samples, "texts")

    def flush() -> None:
        if pairs:
            first = encoder.embed([a or " " for a, _ in pairs])
            second = encoder.embed([b or " " for _, b in pairs])
            cosine = (first * second).sum(-1).clamp(-1, 1).numpy()
            empty = np.array([not a or not b for a, b in pairs])
            values.append(np.where(empty, np.nan, cosine).astype(np.float32))
            progress.advance(len(pairs))
            pairs.clear()

    for row, index in enumerate(chosen):
        suffix = tokenizer.decode(true_suffix(sequences, int(index), options))
        ids = file.read(row * size, (row + 1) * size)
        for own in ids.reshape(decoding.samples, options.new_tokens):
            pairs.append((tokenizer.decode(own[own >= 0].tolist()), suffix))
            if len(pairs) == _BATCH:
                flush()
    flush()
    file.close()
    progress.finish()
    with replacing(folder / "similarity") as part:
        part.write((np.concatenate(values) if values else np.zeros(0, np.float32)).tobytes())
    write_text(folder / "compared", options.encoder or "")
