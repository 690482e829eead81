"""One export from beginning to end."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ezscope_export import workfolder
from ezscope_export.budget import Budget, budget
from ezscope_export.continuations import generate
from ezscope_export.errors import ExportError
from ezscope_export.extras import Extras
from ezscope_export.inputs import Source, read_source
from ezscope_export.models import ADAPTER_OFF, LoadedModel, ModelSpec, device_named, load
from ezscope_export.output import Output
from ezscope_export.progress import Reporter
from ezscope_export.records import UNKNOWN, Record
from ezscope_export.roster import Roster
from ezscope_export.scoring import run_columns, run_means
from ezscope_export.selfcheck import check
from ezscope_export.sequences import Sequences, spool, write_marker
from ezscope_export.settings import Settings
from ezscope_export.similarity import TextEncoder, compare
from ezscope_export.tokenization import Encoder


class Export:
    """The state of one export; `run` does it all, taking up what an earlier run left."""

    def __init__(self, settings: Settings, report: Reporter) -> None:
        self.settings = settings
        self.report = report
        self.roster = Roster(settings)
        settings.extras.check(settings.completion_only)
        self.encoder = Encoder(self.roster.tokenizer(), self.roster.tokenizer_options())
        self.work = settings.work
        self.extras = Extras(
            settings.extras, self.work, self.encoder, settings.fields, settings.seed, report
        )
        self.check_continuations()

    def run(self) -> None:
        """Scores every model and writes the evidence."""
        settings = self.settings
        workfolder.start(settings, self.roster, self.report)
        self.spool("sequences", settings.sources)
        if settings.validation:
            self.spool("validation", [Source(settings.validation, UNKNOWN)])
        sequences = Sequences(self.work / "sequences")
        self.describe(sequences)
        self.extras.spool(sequences, self.roster.context()[0], device_named(settings.load.device))
        for role, specs in (
            ("reference", settings.references),
            ("target", settings.targets),
            ("shadow", settings.shadows),
        ):
            for spec in specs:
                self.score_model(spec, sequences, role)
        self.compare_continuations(sequences)
        Output(settings, self.work, self.encoder, self.extras, sequences).write()
        sequences.close()
        if not settings.keep_work:
            shutil.rmtree(self.work)
        self.report.say(f"written: {settings.out}")

    def spool(self, name: str, sources: list[Source]) -> None:
        """Tokenizes inputs into the work folder."""
        if Sequences.exist(self.work / name):
            return
        spool(
            self.work / name,
            self.encoder.encode(self.records(sources)),
            self.report.say,
            self.settings.skip_empty,
        )

    def records(self, sources: list[Source]) -> Iterator[Record]:
        """All records of some inputs, in their order."""
        for source in sources:
            yield from read_source(source, self.settings.fields)

    def describe(self, sequences: Sequences) -> None:
        """Says what will be scored."""
        labels = np.frombuffer((sequences.folder / "labels").read_bytes(), np.int8)
        counts = {name: int((labels == label).sum()) for name, label in _LABELS.items()}
        self.report.say(
            f"{len(sequences):,} sequences ({_listed(counts)}), {sequences.tokens:,} tokens, "
            f"at most {self.encoder.options.max_length:,} each"
        )
        cut = sequences.facts["truncated"]
        if cut:
            self.report.warn(
                f"{cut:,} texts are longer and were cut (`truncated` in their metadata)"
                + ("" if self.settings.cut_text else "; their `text` stays whole, see --cut-text")
            )

    # The models

    def score_model(self, spec: ModelSpec, sequences: Sequences, role: str) -> None:
        """Every pass of one model; it is not loaded if all of them are done."""
        settings = self.settings
        folder = self.work / f"{role}-{spec.name}"
        if (folder / "fields.json").exists():
            return
        self.roster.check_tokenizer(spec, self.encoder.tokenizer, sequences)
        off = spec.place == ADAPTER_OFF
        model = load(ModelSpec(spec.name, self.roster.place_of(spec)), settings.load, off)
        difference = check(model, sequences, settings.batch_size > 1, self.report)
        size = budget(model, settings.memory, settings.batch_size)
        fields = {key: value for key, value in model.fields.items() if value is not None}
        if role == "shadow":
            run_means(model, sequences, folder, size, self.report, spec.name)
        else:
            wanted = settings.columns if role == "target" else settings.reference_columns
            run_columns(model, sequences, folder, wanted, size, self.report, spec.name)
            self.extras.run(model, role, folder, size)
            if settings.validation:
                fields["validation_loss"] = self.validation_loss(model, folder, size)
        if role == "target":
            self.continuations(model, sequences, folder, size)
        fields["batching_difference"] = float(f"{difference:.1e}")
        fields["batch_tokens"] = size.batch_tokens
        fields["vocabulary"] = model.projection.vocabulary
        fields["place"] = spec.place
        write_marker(folder / "fields.json", json.dumps(fields))
        model.unload()

    def validation_loss(self, model: LoadedModel, folder: Path, size: Budget) -> float:
        """Nats a token over the validation texts."""
        texts = Sequences(self.work / "validation")
        part = folder / "validation"
        run_means(model, texts, part, size, self.report, f"{model.name} validation")
        means = np.fromfile(part / "means", dtype=np.float64)
        counts = np.array([int(texts.scored(i).sum()) for i in range(len(texts))])
        texts.close()
        used = counts > 0
        if not used.any():
            raise ExportError("the validation texts have nothing to score")
        return round(float(-(means[used] * counts[used]).sum() / counts[used].sum()), 6)

    # Continuations

    def check_continuations(self) -> None:
        """A prefix and what is to follow must fit into every model."""
        options = self.settings.continuations
        most, name = self.roster.context()
        whole = options.prefix_tokens + options.new_tokens
        if options.decodings and most is not None and whole > most:
            raise ExportError(
                f"a prefix of {options.prefix_tokens} and {options.new_tokens} new tokens are more "
                f"than {name} has positions for ({most})",
                "pass a smaller --prefix-tokens or --new-tokens",
            )

    def continuations(
        self, model: LoadedModel, sequences: Sequences, folder: Path, size: Budget
    ) -> None:
        """What the target writes, in every way asked for."""
        settings = self.settings
        for number, decoding in enumerate(settings.continuations.decodings):
            generate(
                model,
                sequences,
                folder / f"continuations-{number}",
                decoding,
                settings.continuations,
                size,
                self.encoder.tokenizer,
                settings.seed,
                self.report,
            )

    def compare_continuations(self, sequences: Sequences) -> None:
        """The similarity of every continuation, if an encoder is named."""
        settings = self.settings
        options = settings.continuations
        if options.encoder is None or not options.decodings:
            return
        encoder: TextEncoder | None = None
        for spec in settings.targets:
            for number, decoding in enumerate(options.decodings):
                folder = self.work / f"target-{spec.name}" / f"continuations-{number}"
                if (folder / "compared").exists():
                    continue
                encoder = encoder or TextEncoder(
                    options.encoder, device_named(settings.load.device)
                )
                compare(
                    sequences,
                    folder,
                    decoding,
                    options,
                    encoder,
                    self.encoder.tokenizer,
                    settings.seed,
                    self.report,
                )


_LABELS = {"members": 1, "non-members": 0, "unknown": -1}


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
