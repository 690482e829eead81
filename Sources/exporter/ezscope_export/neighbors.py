"""Neighbours of a text: the same with some tokens replaced, at random or by a masked model.

- `random`: tokens are replaced by others drawn uniformly from those that occur in the inputs.
- `mlm:ID`: tokens of a masked language model are masked all at once and drawn from its ten most
  probable ones, the original excluded. The places lie in spans of two, as in SPV-MIA's code
  (Fu and others, 2024), which fills them with T5.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

from ezscope_export.columns import TextColumn
from ezscope_export.errors import NO_INPUT, ExportError, first_line
from ezscope_export.hub import folder_of
from ezscope_export.progress import Reporter
from ezscope_export.sequences import Sequences, SequenceWriter
from ezscope_export.tokenization import Encoder

MLM = "mlm:"
_CANDIDATES = 10
_SPAN = 2


def random_neighbors(
    folder: Path, sequences: Sequences, special: set[int], count: int, rate: float, seed: int
) -> None:
    """`count` neighbours of every sequence with a share `rate` of its tokens replaced."""
    present = _present(sequences)
    pool = present[~np.isin(present, list(special))]
    writer = SequenceWriter(folder)
    for index in range(len(sequences)):
        own = sequences.ids(index)
        places = np.flatnonzero(~np.isin(own, list(special)))
        flags = sequences.scored(index).astype(bool)
        for number in range(count):
            draw = np.random.default_rng([seed, index, number])
            ids = own.copy()
            chosen = draw.choice(places, _share(len(places), rate), replace=False)
            for place in chosen:
                others = pool[pool != ids[place]]
                ids[place] = others[draw.integers(len(others))] if len(others) else ids[place]
            writer.append(ids.tolist(), flags.tolist())
    _owners(folder, len(sequences), count)
    writer.finish()


def masked_neighbors(
    folder: Path,
    sequences: Sequences,
    encoder: Encoder,
    model: str,
    device: torch.device,
    count: int,
    rate: float,
    seed: int,
    report: Reporter,
) -> None:
    """`count` neighbours of every text from a masked language model's fillings."""
    filler = MaskedFiller(model, device)
    texts = TextColumn(sequences.folder, "texts")
    writer = SequenceWriter(folder)
    progress = report.progress("neighbours", len(sequences), "texts")
    for index in range(len(sequences)):
        own = sequences.ids(index).tolist()
        text = texts[index].decode()
        draws = [np.random.default_rng([seed, index, number]) for number in range(count)]
        for variant in filler.variants(text, draws, rate):
            ids = encoder.like(variant, own)
            writer.append(ids if len(ids) > 1 else own)
        progress.advance(1)
    progress.finish()
    texts.close()
    _owners(folder, len(sequences), count)
    writer.finish()


class MaskedFiller:
    """A masked language model with a fast tokenizer, which says where tokens lie in a text."""

    def __init__(self, name: str, device: torch.device) -> None:
        from transformers import AutoModelForMaskedLM, AutoTokenizer

        folder = str(folder_of(name))
        own = {"trust_remote_code": False, "local_files_only": True}
        try:
            self.tokenizer: Any = AutoTokenizer.from_pretrained(folder, **own)
            self.model: Any = AutoModelForMaskedLM.from_pretrained(
                folder, use_safetensors=True, weights_only=True, **own
            )
        except Exception as error:  # Loaders raise what they like about broken folders.
            raise ExportError(
                f"the masked model cannot be loaded: {first_line(error)}",
                "give a Hugging Face folder or id as --neighbor-method mlm:DIR_OR_ID",
                where=name,
                code=NO_INPUT,
            ) from None
        self.model.to(device).eval()
        self.device = device
        self.special = torch.tensor(sorted(set(self.tokenizer.all_special_ids)), device=device)
        limit = getattr(self.model.config, "max_position_embeddings", 512)
        self.limit = min(int(limit) - 2, 512)

    @torch.inference_mode()
    def variants(self, text: str, draws: list[np.random.Generator], rate: float) -> list[str]:
        """One filling of the text for each source of randomness."""
        encoded = self.tokenizer(
            text, truncation=True, max_length=self.limit, return_offsets_mapping=True
        )
        ids = torch.tensor(encoded["input_ids"])
        offsets = encoded["offset_mapping"]
        places = [i for i, (begin, end) in enumerate(offsets) if end > begin]
        if not places:
            return [text for _ in draws]
        masks = [_spans(places, rate, draw) for draw in draws]
        batch = ids.repeat(len(draws), 1)
        for row, mask in enumerate(masks):
            batch[row, mask] = self.tokenizer.mask_token_id
        logits = self.model(input_ids=batch.to(self.device)).logits.float()
        return [
            self._filled(text, offsets, ids, logits[row], mask, draw)
            for row, (mask, draw) in enumerate(zip(masks, draws))
        ]

    def _filled(
        self,
        text: str,
        offsets: list[tuple[int, int]],
        ids: torch.Tensor,
        logits: torch.Tensor,
        mask: list[int],
        draw: np.random.Generator,
    ) -> str:
        logits[:, self.special] = float("-inf")
        for place in sorted(mask, reverse=True):
            row = logits[place]
            row[ids[place]] = float("-inf")
            best = row.topk(_CANDIDATES)
            weights = torch.softmax(best.values.double(), 0).cpu().numpy()
            token = int(best.indices[draw.choice(_CANDIDATES, p=weights / weights.sum())])
            begin, end = offsets[place]
            text = text[:begin] + self._spelling(token) + text[end:]
        return text

    def _spelling(self, token: int) -> str:
        piece = self.tokenizer.convert_ids_to_tokens(token)
        spelled = self.tokenizer.decode([token]).strip()
        return str(spelled).removeprefix("##") if str(piece).startswith("##") else str(spelled)


def _spans(places: list[int], rate: float, draw: np.random.Generator) -> list[int]:
    """A share of the places, in spans of two where they fit."""
    wanted = _share(len(places), rate)
    chosen: set[int] = set()
    for start in draw.permutation(len(places)):
        for place in range(start, min(start + _SPAN, len(places))):
            if len(chosen) < wanted:
                chosen.add(int(place))
    return sorted(places[i] for i in chosen)


def _share(count: int, rate: float) -> int:
    return min(count, max(1, round(rate * count)))


def _present(sequences: Sequences) -> np.ndarray:
    present: set[int] = set()
    for index in range(len(sequences)):
        present.update(np.unique(sequences.ids(index)).tolist())
    return np.array(sorted(present), dtype=np.int32)


def _owners(folder: Path, sequences: int, count: int) -> None:
    np.repeat(np.arange(sequences, dtype=np.int64), count).tofile(folder / "owners")
