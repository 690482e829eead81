"""Extra passes: which there are, what they score, and what becomes of their means."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ezscope_export import derive, neighbors
from ezscope_export.budget import Budget
from ezscope_export.errors import USAGE, ExportError
from ezscope_export.models import LoadedModel
from ezscope_export.progress import Reporter
from ezscope_export.records import Fields
from ezscope_export.scoring import run_means
from ezscope_export.sequences import Sequences, json_bytes
from ezscope_export.tokenization import Encoder


@dataclass(frozen=True)
class ExtraOptions:
    """The extra passes asked for."""

    lowercase: bool = False
    nonmember_prefix: str | None = None
    member_prefix: str | None = None
    shots: int = 10
    neighbors: str | None = None
    neighbor_method: str = "random"
    neighbor_rate: float = 0.3
    reference_neighbors: bool = False
    shadow_in: tuple[str, ...] = ()
    shadow_out: tuple[str, ...] = ()

    @property
    def derived(self) -> list[str]:
        """The sets of sequences that the target scores besides the texts themselves."""
        names = {
            "lowercase": self.lowercase,
            "nonmember_prefix": self.nonmember_prefix,
            "member_prefix": self.member_prefix,
            "neighbors": self.neighbors,
        }
        return [name for name, wanted in names.items() if wanted]

    @property
    def files(self) -> list[str]:
        """Further inputs."""
        given = [self.nonmember_prefix, self.member_prefix]
        if self.neighbors and not self.neighbors.isdigit():
            given.append(self.neighbors)
        return [path for path in given if path]

    def check(self, completion_only: bool) -> None:
        """Refuses what would give misleading numbers."""
        fresh = self.lowercase or (self.neighbors and not self._by_tokens)
        if completion_only and fresh:
            raise ExportError(
                "in changed texts nobody knows which tokens belong to the completion",
                "leave out --lowercase, and neighbours other than random ones",
                code=USAGE,
            )
        if self.reference_neighbors and not self.neighbors:
            raise ExportError("--spv needs neighbours", "pass --neighbors N or FILE", code=USAGE)

    @property
    def _by_tokens(self) -> bool:
        return (
            bool(self.neighbors and self.neighbors.isdigit()) and self.neighbor_method == "random"
        )


class Extras:
    """The extra passes of one export."""

    def __init__(
        self,
        options: ExtraOptions,
        work: Path,
        encoder: Encoder,
        fields: Fields,
        seed: int,
        report: Reporter,
    ) -> None:
        self.options = options
        self.work = work
        self.encoder = encoder
        self.fields = fields
        self.seed = seed
        self.report = report

    def spool(self, sequences: Sequences, context: int | None, device: Any) -> None:
        """Derives what is to be scored, whatever is not there yet."""
        for name in self.options.derived:
            folder = self.work / "derived" / name
            if not Sequences.exist(folder):
                self._derive(name, folder, sequences, context, device)

    def _derive(
        self, name: str, folder: Path, sequences: Sequences, context: int | None, device: Any
    ) -> None:
        options = self.options
        if name == "lowercase":
            derive.lowercase(folder, sequences, self.encoder)
        elif name.endswith("_prefix"):
            path = getattr(options, name)
            room = (context or 1 << 20) - int(sequences.lengths.max())
            prefix = derive.read_prefix(
                path, options.shots, room, sequences, self.encoder, self.fields
            )
            if prefix.cut or prefix.shots < options.shots:
                self.report.warn(
                    f"{path}: {prefix.shots} of {options.shots} shots"
                    f"{', cut,' if prefix.cut else ''} fit before the texts "
                    f"({len(prefix.ids)} tokens)"
                )
            derive.behind(folder, sequences, prefix, self.encoder.tokenizer.bos_token_id)
        else:
            self._derive_neighbors(folder, sequences, device)

    def _derive_neighbors(self, folder: Path, sequences: Sequences, device: Any) -> None:
        options = self.options
        wanted = options.neighbors or "0"
        if not wanted.isdigit():
            strangers = derive.given_neighbors(folder, wanted, sequences, self.encoder, self.fields)
            if strangers:
                self.report.warn(f"{wanted}: {strangers:,} ids are not among the sequences")
            return
        count, rate = int(wanted), options.neighbor_rate
        if options.neighbor_method.startswith(neighbors.MLM):
            model = options.neighbor_method.removeprefix(neighbors.MLM)
            neighbors.masked_neighbors(
                folder, sequences, self.encoder, model, device, count, rate, self.seed, self.report
            )
        else:
            special = set(self.encoder.tokenizer.all_special_ids)
            neighbors.random_neighbors(folder, sequences, special, count, rate, self.seed)

    def run(self, model: LoadedModel, role: str, folder: Path, budget: Budget) -> None:
        """A model's extra passes."""
        if role == "target":
            names = self.options.derived
        else:
            names = ["neighbors"] if self.options.reference_neighbors else []
        for name in names:
            texts = Sequences(self.work / "derived" / name)
            run_means(model, texts, folder / name, budget, self.report, f"{model.name} {name}")
            texts.close()

    def facts(self) -> dict[str, Any]:
        """What the run's table says about the extra passes."""
        facts: dict[str, Any] = {}
        for name in self.options.derived:
            if name.endswith("_prefix"):
                own = json.loads((self.work / "derived" / name / "complete").read_text())
                facts[f"{name}_shots"] = own["shots"]
                facts[f"{name}_tokens"] = own["prefix_tokens"]
        if self.options.neighbors:
            given = not self.options.neighbors.isdigit()
            facts["neighbor_method"] = "given" if given else self.options.neighbor_method
            if not given:
                facts["neighbors"] = int(self.options.neighbors)
                facts["neighbor_rate"] = self.options.neighbor_rate
        for name in ("shadow_in", "shadow_out"):
            if getattr(self.options, name):
                facts[f"{name}_models"] = len(getattr(self.options, name))
        return facts

    def objects(
        self, count: int, target: Path, reference: Path, shadows: dict[str, list[Path]]
    ) -> Iterator[bytes]:
        """Every sequence's `extra` object; empty where it has none."""
        single = {
            name: np.fromfile(target / name / "means", dtype=np.float64)
            for name in self.options.derived
            if name != "neighbors"
        }
        lists: dict[str, list[np.ndarray]] = {
            name: [np.fromfile(f / "means", dtype=np.float64) for f in folders]
            for name, folders in shadows.items()
        }
        grouped = {}
        if self.options.neighbors:
            owners = np.fromfile(self.work / "derived" / "neighbors" / "owners", dtype=np.int64)
            order = np.argsort(owners, kind="stable")
            starts = np.searchsorted(owners[order], np.arange(count + 1))
            places = {"neighbors": target}
            if self.options.reference_neighbors:
                places["reference_neighbors"] = reference
            for name, folder in places.items():
                means = np.fromfile(folder / "neighbors" / "means", dtype=np.float64)[order]
                grouped[name] = (means, starts)
        for index in range(count):
            values: dict[str, Any] = {name: _number(v[index]) for name, v in single.items()}
            values.update({n: [_number(c[index]) for c in cs] for n, cs in lists.items() if cs})
            for name, (means, starts) in grouped.items():
                own = means[starts[index] : starts[index + 1]]
                values[name] = [_number(v) for v in own] if len(own) else None
            kept = {name: value for name, value in values.items() if _present(value)}
            yield json_bytes(kept) if kept else b""


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 7)


def _present(value: Any) -> bool:
    return value is not None and not (isinstance(value, list) and None in value)
