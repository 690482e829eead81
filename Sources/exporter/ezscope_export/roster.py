"""The models of one export, before any is loaded: what they are, and what they must share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ezscope_export.columns import TextColumn
from ezscope_export.errors import ExportError
from ezscope_export.models import ADAPTER_OFF, ModelSpec, context_length, read_adapter
from ezscope_export.sequences import Sequences
from ezscope_export.settings import Settings
from ezscope_export.tokenization import TokenizerOptions, load_tokenizer, same_tokens

_DEFAULT_LENGTH = 2048
_SAMPLE = 64


@dataclass
class Roster:
    """Targets, references and shadows by name."""

    settings: Settings

    def __post_init__(self) -> None:
        self.check_adapter_off()

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

    def folders_of(self, spec: ModelSpec) -> list[str]:
        """The places a model consists of: itself, and an adapter's base."""
        place = self.place_of(spec)
        adapter = read_adapter(place, self.settings.load)
        return [place, adapter.base] if adapter else [place]

    @property
    def specs(self) -> list[ModelSpec]:
        """Every model."""
        settings = self.settings
        return [*settings.targets, *settings.references, *settings.shadows]

    def tokenizer(self) -> Any:
        """The tokenizer of the run: the one named, or the first target's."""
        places = [place for spec in self.specs for place in self.folders_of(spec)]
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
            length, settings.bos, settings.append_eos, settings.completion_only, settings.cut_text
        )

    def check_tokenizer(self, spec: ModelSpec, tokenizer: Any, sequences: Sequences) -> None:
        """A model with a tokenizer of its own must cut texts as the run's tokenizer does."""
        folder = self.folders_of(spec)[-1]
        if self.settings.tokenizer or not (Path(folder) / "tokenizer_config.json").exists():
            return
        own = load_tokenizer([folder], self.settings.load.remote_code)
        texts = TextColumn(sequences.folder, "texts")
        step = max(1, len(texts) // _SAMPLE)
        problem = same_tokens(
            tokenizer, own, [texts[i].decode() for i in range(0, len(texts), step)]
        )
        texts.close()
        if problem:
            raise ExportError(
                f"its tokenizer cuts the texts differently: {problem}",
                "positions would not line up; targets and references must share a tokenizer "
                "(--tokenizer forces one)",
                where=spec.name,
            )


def _same_place(place: str) -> str:
    return str(Path(place).resolve()) if Path(place).is_dir() else place
