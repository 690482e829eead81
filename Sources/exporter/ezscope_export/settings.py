"""Everything one export depends on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ezscope_export.columns import COLUMNS
from ezscope_export.continuations import ContinuationOptions
from ezscope_export.extras import ExtraOptions
from ezscope_export.inputs import Source
from ezscope_export.places import LoadOptions, ModelSpec
from ezscope_export.records import Fields


@dataclass
class Settings:
    """The command line, checked."""

    targets: list[ModelSpec]
    references: list[ModelSpec]
    against: dict[str, str]
    sources: list[Source]
    out: Path
    fields: Fields = field(default_factory=Fields)
    load: LoadOptions = field(default_factory=LoadOptions)
    tokenizer: str | None = None
    max_length: int | None = None
    bos: str = "auto"
    append_eos: bool = False
    completion_only: bool = False
    cut_text: bool = False
    skip_empty: bool = False
    alpaca: str = "auto"
    columns: tuple[str, ...] = tuple(COLUMNS)
    reference_columns: tuple[str, ...] = tuple(COLUMNS)
    memory: int | None = None
    batch_size: int = 512
    validation: str | None = None
    set_fields: list[tuple[str | None, str, Any]] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)
    experiment: str | None = None
    description: str = ""
    seed: int = 0
    keep_work: bool = False
    extras: ExtraOptions = field(default_factory=ExtraOptions)
    continuations: ContinuationOptions = field(default_factory=ContinuationOptions)

    @property
    def single_file(self) -> bool:
        """Whether everything goes into one file rather than a folder."""
        return self.out.suffix == ".safetensors"

    @property
    def work(self) -> Path:
        """Where unfinished work lies."""
        return self.out.with_name(self.out.name + ".part")

    @property
    def inputs(self) -> list[str]:
        """Every file and folder that is read and must not be written."""
        models = [spec.place for spec in (*self.targets, *self.references, *self.shadows)]
        texts = [source.path for source in self.sources] + self.extras.files
        texts += self.seen.values()
        others = [self.validation, self.tokenizer, self.load.base, self.continuations.encoder]
        return [path for path in [*models, *texts, *others] if path]

    @property
    def shadows_in(self) -> list[ModelSpec]:
        """Shadow models trained on the suspects."""
        return [ModelSpec(f"in-{n}", p) for n, p in enumerate(self.extras.shadow_in, start=1)]

    @property
    def shadows_out(self) -> list[ModelSpec]:
        """Shadow models trained without them."""
        return [ModelSpec(f"out-{n}", p) for n, p in enumerate(self.extras.shadow_out, start=1)]

    @property
    def shadows(self) -> list[ModelSpec]:
        """All shadow models."""
        return [*self.shadows_in, *self.shadows_out]

    def reference_of(self, target: str) -> str:
        """The name of the reference a target is compared with."""
        return self.against.get(target, self.references[0].name)
