"""The models of one export, before any is loaded: what they are, and what they must share."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ezscope_export.columns import TextColumn
from ezscope_export.errors import ExportError
from ezscope_export.models import examine
from ezscope_export.places import (
    ADAPTER_OFF,
    ModelSpec,
    adapter_weights_of,
    configuration,
    context_length,
    forget,
    read_adapter,
    stored_dtype,
    weights_of,
)
from ezscope_export.selfcheck import check_highest
from ezscope_export.sequences import Sequences
from ezscope_export.settings import Settings
from ezscope_export.tokenization import (
    TokenizerOptions,
    has_tokenizer,
    load_tokenizer,
    same_tokens,
)

_DEFAULT_LENGTH = 2048
_SAMPLE = 64


@dataclass
class Roster:
    """Targets, references and shadows by name."""

    settings: Settings
    examined: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        forget()
        self.check_adapter_off()
        for spec in self.specs:
            self.check_files(spec)

    def check_files(self, spec: ModelSpec) -> None:
        """A model's folder, configuration and weights, and its adapter's, looked at."""
        place, load = self.place_of(spec), self.settings.load
        adapter = read_adapter(place, load)
        whole = adapter.base if adapter else place
        configuration(whole, load)
        weights_of(whole, load)
        if adapter:
            adapter_weights_of(place, load)

    def differing_types(self) -> list[str]:
        """A sentence for every target that computes in another type than its reference."""
        load = self.settings.load
        found = []
        for target in self.settings.targets:
            name = self.settings.reference_of(target.name)
            reference = next(r for r in self.settings.references if r.name == name)
            own = stored_dtype(self._whole(target), load)
            other = stored_dtype(self._whole(reference), load)
            if own and other and own != other:
                found.append(
                    f"{target.name} is in {own}, its reference {name} in {other}: rounding alone "
                    "moves log-probabilities; --dtype float32 treats both alike"
                )
        return found

    def _whole(self, spec: ModelSpec) -> str:
        """The place of a model itself, or of its adapter's base."""
        place = self.place_of(spec)
        adapter = read_adapter(place, self.settings.load)
        return adapter.base if adapter else place

    def rows_of(self, spec: ModelSpec) -> int | None:
        """Rows that a model's embeddings must have: those that an adapter of its base has.

        The adapter, the base without it, and the base given as a reference of its own are then
        one and the same vocabulary.
        """
        load = self.settings.load
        whole = _same_place(self._whole(spec))
        found = set()
        for other in self.specs:
            place = self.place_of(other)
            adapter = read_adapter(place, load)
            if adapter and _same_place(adapter.base) == whole:
                rows = adapter_weights_of(place, load).rows
                if rows is not None:
                    found.add(rows)
        if len(found) > 1:
            raise ExportError(
                f"adapters of {self._whole(spec)} have embeddings of {sorted(found)} rows",
                "export them in calls of their own",
            )
        return next(iter(found), None)

    def examine(self, spec: ModelSpec) -> None:
        """A model's weights by name and shape, before any model is loaded; each place once."""
        place = self.place_of(spec)
        if place not in self.examined:
            examine(ModelSpec(spec.name, place), self.settings.load, self.rows_of(spec))
            self.examined.add(place)

    def check_vocabulary(self, spec: ModelSpec, sets: list[Sequences]) -> None:
        """No text may have a token beyond a model's vocabulary, as far as its files tell."""
        rows = self.rows_of(spec) or weights_of(self._whole(spec), self.settings.load).rows
        for sequences in sets if rows else []:
            check_highest(spec.name, int(rows or 0), sequences)

    def check_adapter_off(self) -> None:
        """Switching adapters off must give one and the same base for every target."""
        settings = self.settings
        off = {spec.name for spec in settings.references if spec.place == ADAPTER_OFF}
        bases: dict[tuple[str, str], str] = {}
        for target in settings.targets:
            reference = settings.reference_of(target.name)
            if reference not in off:
                continue
            adapter = read_adapter(target.place, settings.load)
            if adapter is None:
                raise ExportError(
                    "has no adapter to switch off",
                    "pass its base as a --reference of its own, and --against "
                    f"{target.name}=THAT_REFERENCE",
                    where=target.place,
                )
            bases.setdefault((reference, _same_place(adapter.base)), target.name)
        for name in off:
            users = [target for (reference, _), target in bases.items() if reference == name]
            if len(users) > 1:
                raise ExportError(
                    f"the adapters of {users[0]} and {users[1]} have different bases",
                    "export them in two calls, or give two references and --against",
                )
            if not users:
                raise ExportError(f"no target is compared with the reference {name}")

    def place_of(self, spec: ModelSpec) -> str:
        """What to load for a model: for a switched-off adapter, a target that has it."""
        if spec.place != ADAPTER_OFF:
            return spec.place
        targets = self.settings.targets
        return next(t.place for t in targets if self.settings.reference_of(t.name) == spec.name)

    def places_of(self, spec: ModelSpec) -> list[str]:
        """The places a model consists of: itself, and an adapter's base."""
        place = self.place_of(spec)
        adapter = read_adapter(place, self.settings.load)
        return [place, adapter.base] if adapter else [place]

    def folders_of(self, spec: ModelSpec) -> list[Path]:
        """The folders of a model's places."""
        return [self.settings.load.folder(place) for place in self.places_of(spec)]

    @property
    def specs(self) -> list[ModelSpec]:
        """Every model."""
        settings = self.settings
        return [*settings.targets, *settings.references, *settings.shadows]

    def tokenizer(self) -> Any:
        """The tokenizer of the run: the one named, or the first target's."""
        places = [place for spec in self.specs for place in self.places_of(spec)]
        if self.settings.tokenizer:
            places = [self.settings.tokenizer]
        return load_tokenizer(list(dict.fromkeys(places)), self.settings.load.remote_code)

    def context(self) -> tuple[int | None, str]:
        """The positions that every model has for text, and whose limit that is."""
        limits = []
        for spec in self.specs:
            limit = context_length(self.place_of(spec), self.settings.load)
            if limit is not None:
                limits.append((limit, spec.name))
        return min(limits, default=(None, ""))

    def tokenizer_options(self) -> TokenizerOptions:
        """The options with the length that every model's context allows."""
        settings = self.settings
        most, name = self.context()
        length = settings.max_length or min(most or _DEFAULT_LENGTH, _DEFAULT_LENGTH)
        if length < 2:
            raise ExportError("--max-length must be 2 or more: the first token is never scored")
        if most is not None and length > most:
            raise ExportError(
                f"--max-length {length} is more than {name} has positions for ({most}, "
                "virtual tokens taken off)",
                f"pass --max-length {most} or less",
            )
        return TokenizerOptions(
            length,
            settings.bos,
            settings.append_eos,
            settings.completion_only,
            settings.cut_text,
            settings.alpaca,
        )

    def check_tokenizer(self, spec: ModelSpec, tokenizer: Any, sequences: Sequences) -> int:
        """A model with a tokenizer of its own must cut texts as the run's does: how many did."""
        folder = self.folders_of(spec)[-1]
        if self.settings.tokenizer or not has_tokenizer(folder):
            return 0
        own = load_tokenizer([str(folder)], self.settings.load.remote_code)
        texts = TextColumn(sequences.folder, "texts")
        step = max(1, len(texts) // _SAMPLE)
        chosen = [texts[i].decode() for i in range(0, len(texts), step)]
        texts.close()
        problem = same_tokens(tokenizer, own, chosen)
        if problem:
            raise ExportError(
                f"its tokenizer cuts the texts differently: {problem}",
                "positions would not line up; targets and references must share a tokenizer "
                "(--tokenizer forces one)",
                where=spec.name,
            )
        return len(chosen)


def _same_place(place: str) -> str:
    return str(Path(place).resolve()) if Path(place).is_dir() else place
