"""One export from beginning to end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ezscope_export import outplace, workfolder
from ezscope_export.budget import Budget, budget
from ezscope_export.checkpoint import model_weights
from ezscope_export.columns import TextColumn
from ezscope_export.continuations import generate
from ezscope_export.devices import device_named, placement
from ezscope_export.errors import ExportError
from ezscope_export.extras import Extras
from ezscope_export.files import write_text
from ezscope_export.inputs import Source, read_source
from ezscope_export.models import ADAPTER_OFF, LoadedModel, ModelSpec, load
from ezscope_export.neighbors import MLM
from ezscope_export.output import Output
from ezscope_export.progress import Reporter
from ezscope_export.records import MEMBER, UNKNOWN, Record
from ezscope_export.roster import Roster
from ezscope_export.scoring import run_columns, run_means
from ezscope_export.selfcheck import check
from ezscope_export.sequences import IdsRestart, Sequences, spool
from ezscope_export.settings import Settings
from ezscope_export.similarity import TextEncoder, compare
from ezscope_export.tokenization import Encoder
from ezscope_export.training import SeenTexts, described, is_within_first_epoch, seen_beside


class Export:
    """The state of one export; `run` does it all, taking up what an earlier run left."""

    def __init__(self, settings: Settings, report: Reporter) -> None:
        self.settings = settings
        self.report = report
        outplace.check(settings.out, settings.single_file, settings.inputs)
        device_named(settings.load.device)
        placement(settings.load)
        settings.extras.check(settings.completion_only)
        self.roster = Roster(settings)
        self.encoder = Encoder(self.roster.tokenizer(), self.roster.tokenizer_options())
        self.work = settings.work
        self.extras = Extras(
            settings.extras, self.work, self.encoder, settings.fields, settings.seed, report
        )
        self.check_continuations()
        self.check_helpers()
        # What the steps of `run` find out.
        self.digests: dict[str, str] = {}
        self.seen: dict[str, SeenTexts] = {}
        self.compared = 0

    def run(self) -> None:
        """Scores every model and writes the evidence."""
        settings = self.settings
        for warning in self.roster.differing_types():
            self.report.warn(warning)
        for spec in self.roster.specs:
            self.roster.examine(spec)
        self.digests = workfolder.start(settings, self.roster, self.report)
        self.spool("sequences", settings.sources)
        if settings.validation:
            self.spool("validation", [Source(settings.validation, UNKNOWN)])
        sequences = Sequences(self.work / "sequences")
        self.describe(sequences)
        self.seen = self.seen_texts(sequences)
        self.check_alignment(sequences)
        self.extras.spool(sequences, self.roster.context()[0], device_named(settings.load.device))
        self.check_further_texts()
        for role, specs in (
            ("reference", settings.references),
            ("target", settings.targets),
            ("shadow", settings.shadows),
        ):
            for spec in specs:
                self.score_model(spec, sequences, role)
        self.compare_continuations(sequences)
        Output(
            settings, self.work, self.encoder, self.extras, sequences, self.compared, self.seen
        ).write()
        sequences.close()
        if not settings.keep_work:
            workfolder.remove(self.work)
        self.report.say(f"written: {settings.out}")

    def spool(self, name: str, sources: list[Source]) -> None:
        """Tokenizes inputs into the work folder."""
        if Sequences.exist(self.work / name):
            return
        for qualified in (False, True):
            try:
                spool(
                    self.work / name,
                    self.encoder.encode(self.records(sources, qualified)),
                    self.report.say,
                    self.report.warn,
                    self.settings.skip_empty,
                )
                return
            except IdsRestart:
                self.report.say(
                    "ids begin anew in some files: each now begins with its file's name"
                )
        raise ExportError("ids of different files are the same", "rename the files")

    def records(self, sources: list[Source], qualified: bool) -> Iterator[Record]:
        """All records of some inputs, in their order."""
        for source in sources:
            yield from read_source(source, self.settings.fields, qualified)

    def check_alignment(self, sequences: Sequences) -> None:
        """Every model cuts the texts alike and knows every token, before any is scored."""
        self.compared = max(
            self.roster.check_tokenizer(spec, self.encoder.tokenizer, sequences)
            for spec in self.roster.specs
        )
        for spec in self.roster.specs:
            self.roster.check_vocabulary(spec, [sequences])

    def check_further_texts(self) -> None:
        """The tokens of validation texts and of texts for extra passes are known too."""
        folders = [self.work / "derived" / name for name in self.settings.extras.derived]
        if self.settings.validation:
            folders.append(self.work / "validation")
        for folder in folders:
            texts = Sequences(folder)
            for spec in self.settings.targets:
                self.roster.check_vocabulary(spec, [texts])
            texts.close()

    def describe(self, sequences: Sequences) -> None:
        """Says what will be scored."""
        labels = np.frombuffer((sequences.folder / "labels").read_bytes(), np.int8)
        counts = {name: int((labels == label).sum()) for name, label in _LABELS.items()}
        for layout, count in sequences.facts["layouts"].items():
            if layout != "text":
                self.report.say(f"{count:,} read as {layout}")
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

    def seen_texts(self, sequences: Sequences) -> dict[str, SeenTexts]:
        """What each target had been trained on, where that is told; else perhaps a warning."""
        settings, found = self.settings, {}
        labels = np.frombuffer((sequences.folder / "labels").read_bytes(), np.int8)
        members = int((labels == MEMBER).sum())
        ids = TextColumn(sequences.folder, "ids")
        for spec in settings.targets:
            folder = settings.load.folder(spec.place)
            facts = described(folder)
            beside = seen_beside(folder, facts)
            for name, key, value in settings.set_fields:
                if name in (None, spec.name):
                    facts[key] = value
            path = settings.seen.get(spec.name, beside)
            if path is not None:
                found[spec.name] = seen = SeenTexts.read(path)
                count = seen.count(ids)
                if count == 0:
                    raise ExportError(
                        f"none of its {len(seen.steps):,} ids is one of the texts",
                        "its ids must be those of the texts (--id-field)",
                        where=path,
                    )
                self.report.say(f"{spec.name}: {count:,} of {len(ids):,} texts had been seen")
            elif members and is_within_first_epoch(facts, members):
                self.report.warn(
                    f"{spec.name} was saved within its first epoch, so some members had never "
                    f"been trained on, and figures over those are void: --seen {spec.name}=FILE "
                    "lists the texts that had been (id,seen_until)"
                )
        ids.close()
        return found

    # The models

    def score_model(self, spec: ModelSpec, sequences: Sequences, role: str) -> None:
        """Every pass of one model; it is not loaded if all of them are done."""
        settings = self.settings
        folder = self.work / f"{role}-{spec.name}"
        if (folder / "fields.json").exists():
            return
        off = spec.place == ADAPTER_OFF
        rows = self.roster.rows_of(spec)
        model = load(ModelSpec(spec.name, self.roster.place_of(spec)), settings.load, off, rows)
        for note in model.notes:
            self.report.say(f"{spec.name}: {note}")
        batch_size = 1 if model.is_moved_by_company else settings.batch_size
        found = check(model, sequences, batch_size > 1, self.report)
        size = budget(model, settings.memory, batch_size)
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
        fields["batching_difference"] = float(f"{found.batching:.1e}")
        fields["causality_difference"] = float(f"{found.causality:.1e}")
        fields["logits"] = found.projection
        fields["weights_sha256"] = self.digests[spec.name]
        fields["batch_tokens"] = size.batch_tokens
        fields["vocabulary"] = model.projection.vocabulary
        fields["place"] = spec.place
        write_text(folder / "fields.json", json.dumps(fields))
        model.unload()

    def validation_loss(self, model: LoadedModel, folder: Path, size: Budget) -> float:
        """Nats per token over the validation texts."""
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

    def check_helpers(self) -> None:
        """The encoder and the masked model are there before anything is scored."""
        method = self.settings.extras.neighbor_method
        names = [self.settings.continuations.encoder]
        if method.startswith(MLM):
            names.append(method.removeprefix(MLM))
        for name in filter(None, names):
            folder = self.settings.load.folder(name)
            model_weights(folder, name, self.settings.load.pickled)

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
