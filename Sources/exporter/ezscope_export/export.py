"""One export from beginning to end."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from ezscope_export import __version__
from ezscope_export.budget import budget
from ezscope_export.errors import ExportError
from ezscope_export.evidence import (
    identity_tensors,
    model_tensors,
    sequence_tensors,
    vocabulary_tensors,
    write_evidence,
)
from ezscope_export.inputs import Source, fingerprint, read_source
from ezscope_export.manifest import manifest_text, write_manifest
from ezscope_export.models import (
    ADAPTER_OFF,
    LoadedModel,
    ModelSpec,
    context_length,
    load,
    read_adapter,
)
from ezscope_export.progress import Reporter
from ezscope_export.records import UNKNOWN, Record
from ezscope_export.scoring import run_columns, run_means
from ezscope_export.selfcheck import check
from ezscope_export.sequences import Sequences, spool, write_marker
from ezscope_export.settings import Settings
from ezscope_export.token_bytes import TokenBytes
from ezscope_export.tokenization import Encoder, TokenizerOptions, load_tokenizer, same_tokens

_DEFAULT_LENGTH = 2048


class Export:
    """The state of one export; `run` does it all, taking up what an earlier run left."""

    def __init__(self, settings: Settings, report: Reporter) -> None:
        self.settings = settings
        self.report = report
        self.work = settings.work
        self.resolve_adapter_off()
        self.tokenizer = load_tokenizer(self.tokenizer_places(), settings.load.remote_code)
        self.encoder = Encoder(self.tokenizer, self.tokenizer_options())

    def run(self) -> None:
        """Scores every model and writes the evidence."""
        settings = self.settings
        self.start_work()
        self.spool_inputs()
        sequences = Sequences(self.work / "sequences")
        self.describe(sequences)
        for spec in settings.references:
            self.score_model(spec, sequences, "reference", settings.reference_columns)
        for spec in settings.targets:
            self.score_model(spec, sequences, "target", settings.columns)
        self.write(sequences)
        sequences.close()
        if not settings.keep_work:
            shutil.rmtree(self.work)
        self.report.say(f"written: {settings.out}")

    # Before anything is computed

    def resolve_adapter_off(self) -> None:
        """Checks that switching adapters off gives one and the same base for every target."""
        settings = self.settings
        if all(spec.place != ADAPTER_OFF for spec in settings.references):
            return
        bases: dict[str, str] = {}
        for target in settings.targets:
            if settings.reference_of(target.name) not in self.off_names():
                continue
            adapter = read_adapter(target.place, settings.load)
            if adapter is None:
                raise ExportError(
                    "has no adapter to switch off", "pass its base as --reference", where=target.place
                )
            bases.setdefault(str(Path(adapter.base).resolve()), target.name)
        if len(bases) > 1:
            first, second = list(bases.values())[:2]
            raise ExportError(
                f"the adapters of {first} and {second} have different bases",
                "export them in two calls, or name two references and --against",
            )

    def off_names(self) -> set[str]:
        """The references that are an adapter switched off."""
        return {spec.name for spec in self.settings.references if spec.place == ADAPTER_OFF}

    def place_of(self, spec: ModelSpec) -> str:
        """What to load for a model: for a switched-off adapter, a target that has it."""
        if spec.place != ADAPTER_OFF:
            return spec.place
        names = self.settings.reference_of
        return next(t.place for t in self.settings.targets if names(t.name) == spec.name)

    def tokenizer_places(self) -> list[str]:
        """Where a tokenizer may lie: the targets, their bases, the references."""
        if self.settings.tokenizer:
            return [self.settings.tokenizer]
        places = []
        for spec in [*self.settings.targets, *self.settings.references]:
            place = self.place_of(spec)
            adapter = read_adapter(place, self.settings.load)
            places += [place, adapter.base] if adapter else [place]
        return list(dict.fromkeys(places))

    def tokenizer_options(self) -> TokenizerOptions:
        """The options with the length that every model's context allows."""
        settings = self.settings
        limits = []
        for spec in [*settings.targets, *settings.references]:
            limit = context_length(self.place_of(spec), settings.load)
            if limit is not None:
                limits.append((limit, spec.name))
        most, name = min(limits, default=(None, ""))
        length = settings.max_length or min(most or _DEFAULT_LENGTH, _DEFAULT_LENGTH)
        if most is not None and length > most:
            raise ExportError(
                f"--max-length {length} is more than {name} has positions for ({most}, "
                "virtual tokens taken off)",
                f"pass --max-length {most} or less",
            )
        return TokenizerOptions(
            length, settings.bos, settings.append_eos, settings.completion_only, settings.cut_text
        )

    # The work folder

    def start_work(self) -> None:
        """Takes up the work folder of the same export, or begins a new one."""
        state = json.dumps(self.state(), sort_keys=True, indent=1, default=str)
        marker = self.work / "state.json"
        if marker.exists() and marker.read_text(encoding="utf-8") == state:
            self.report.say(f"taking up the unfinished export in {self.work}")
            return
        if self.work.exists():
            if not marker.exists() and any(self.work.iterdir()):
                raise ExportError(
                    "is in the way and not ours", "move it, or choose another --out", where=str(self.work)
                )
            self.report.say("models, inputs or options have changed: starting over")
            shutil.rmtree(self.work)
        self.work.mkdir(parents=True)
        write_marker(marker, state)

    def state(self) -> dict[str, Any]:
        """Whatever the output depends on; work is taken up only if all of it is the same."""
        settings = self.settings
        options = asdict(settings)
        for key in ("out", "keep_work", "set_fields", "experiment", "description"):
            del options[key]
        sources = [*settings.sources]
        if settings.validation:
            sources.append(Source(settings.validation, UNKNOWN))
        specs = [*settings.targets, *settings.references]
        return {
            "version": __version__,
            "options": options,
            "inputs": [fingerprint(source) for source in sources],
            "models": {spec.name: self.model_print(spec) for spec in specs},
        }

    def model_print(self, spec: ModelSpec) -> list[str]:
        """A model's files by name, size and time; large weights are not read for this."""
        place = self.place_of(spec)
        adapter = read_adapter(place, self.settings.load)
        prints = []
        for folder in [place, adapter.base] if adapter else [place]:
            if Path(folder).is_dir():
                for file in sorted(Path(folder).iterdir()):
                    facts = file.stat()
                    prints.append(f"{file} {facts.st_size} {facts.st_mtime_ns}")
            else:
                prints.append(folder)
        return prints

    def spool_inputs(self) -> None:
        """Tokenizes the inputs into the work folder."""
        settings = self.settings
        if not Sequences.exist(self.work / "sequences"):
            spool(
                self.work / "sequences",
                self.encoder.encode(self.records(settings.sources)),
                self.report.say,
                settings.skip_empty,
            )
        if settings.validation and not Sequences.exist(self.work / "validation"):
            source = Source(settings.validation, UNKNOWN)
            spool(
                self.work / "validation",
                self.encoder.encode(self.records([source])),
                self.report.say,
                settings.skip_empty,
            )

    def records(self, sources: list[Source]) -> Iterator[Record]:
        """All records of some inputs, in their order."""
        for source in sources:
            yield from read_source(source, self.settings.fields)

    def describe(self, sequences: Sequences) -> None:
        """Says what will be scored."""
        labels = np.frombuffer((sequences.folder / "labels").read_bytes(), np.int8)
        self.report.say(
            f"{len(sequences):,} sequences ({int((labels == 1).sum()):,} members, "
            f"{int((labels == 0).sum()):,} non-members, {int((labels == -1).sum()):,} unknown), "
            f"{sequences.tokens:,} tokens, at most {self.encoder.options.max_length:,} each"
        )
        cut = sequences.facts["truncated"]
        if cut:
            self.report.warn(
                f"{cut:,} texts are longer and were cut (`truncated` in their metadata)"
                + ("" if self.settings.cut_text else "; their `text` stays whole, see --cut-text")
            )

    # The models

    def score_model(
        self, spec: ModelSpec, sequences: Sequences, role: str, columns: tuple[str, ...]
    ) -> None:
        """Every pass of one model; nothing is loaded if all of them are done."""
        folder = self.work / f"{role}-{spec.name}"
        if (folder / "fields.json").exists():
            return
        off = spec.place == ADAPTER_OFF
        self.check_tokenizer(spec, sequences)
        model = load(ModelSpec(spec.name, self.place_of(spec)), self.settings.load, off)
        difference = check(model, sequences, self.report)
        size = budget(model, self.settings.memory, self.settings.batch_size)
        run_columns(model, sequences, folder, columns, size, self.report, spec.name)
        fields = {k: v for k, v in model.fields.items() if v is not None}
        if self.settings.validation:
            fields["validation_loss"] = self.validation_loss(model, folder, size)
        fields["batching_difference"] = float(f"{difference:.1e}")
        fields["batch_tokens"] = size.batch_tokens
        fields["vocabulary"] = model.projection.vocabulary
        if off:
            fields.update(name=spec.name, method="pretrained")
        write_marker(folder / "fields.json", json.dumps(fields))
        model.unload()

    def validation_loss(self, model: LoadedModel, folder: Path, size: Any) -> float:
        """Nats a token over the validation texts."""
        texts = Sequences(self.work / "validation")
        run_means(model, texts, folder / "validation", size, self.report, f"{model.name} validation")
        means = np.fromfile(folder / "validation" / "means", dtype=np.float64)
        counts = np.array([int(texts.scored(i).sum()) for i in range(len(texts))])
        texts.close()
        used = counts > 0
        return round(float(-(means[used] * counts[used]).sum() / counts[used].sum()), 6)

    def check_tokenizer(self, spec: ModelSpec, sequences: Sequences) -> None:
        """A model with a tokenizer of its own must cut texts as the run's tokenizer does."""
        place = self.place_of(spec)
        adapter = read_adapter(place, self.settings.load)
        folder = Path(adapter.base if adapter else place)
        if self.settings.tokenizer or not (folder / "tokenizer_config.json").exists():
            return
        own = load_tokenizer([str(folder)], self.settings.load.remote_code)
        from ezscope_export.sequences import text_column

        texts = text_column(sequences.folder, "texts")
        step = max(1, len(texts) // 64)
        sample = [texts[i].decode() for i in range(0, len(texts), step)]
        texts.close()
        problem = same_tokens(self.tokenizer, own, sample)
        if problem:
            raise ExportError(
                f"its tokenizer cuts the texts differently: {problem}",
                "positions would not line up; targets and references must share a tokenizer "
                "(--tokenizer forces one)",
                where=spec.name,
            )

    # The output

    def write(self, sequences: Sequences) -> None:
        """One file, or a folder with a manifest."""
        settings = self.settings
        models = {
            (role, spec.name): self.work / f"{role}-{spec.name}"
            for role, specs in (("reference", settings.references), ("target", settings.targets))
            for spec in specs
        }
        fields = {k: json.loads((f / "fields.json").read_text()) for k, f in models.items()}
        size = max(f["vocabulary"] for f in fields.values())
        top1 = [f / "top1_ids" for f in models.values() if (f / "top1_ids").exists()]
        vocabulary = vocabulary_tensors(sequences, top1, size, TokenBytes(self.tokenizer))
        runs = {t.name: self.run_fields(t, fields, sequences) for t in settings.targets}
        if settings.single_file:
            target = settings.targets[0]
            reference = settings.reference_of(target.name)
            tensors = [
                *sequence_tensors(sequences, vocabulary),
                *model_tensors(models["target", target.name], "target", settings.columns),
                *model_tensors(
                    models["reference", reference], "reference", settings.reference_columns
                ),
            ]
            settings.out.parent.mkdir(parents=True, exist_ok=True)
            write_evidence(settings.out, tensors, runs[target.name])
            return
        settings.out.mkdir(parents=True, exist_ok=True)
        self.write_folder(sequences, vocabulary, models, fields, runs)

    def write_folder(
        self,
        sequences: Sequences,
        vocabulary: list[Any],
        models: dict[tuple[str, str], Path],
        fields: dict[tuple[str, str], dict[str, Any]],
        runs: dict[str, dict[str, Any]],
    ) -> None:
        """Split files: the sequences, each reference, each target, and the manifest last."""
        settings = self.settings
        out = settings.out
        identity = identity_tensors(sequences)
        write_evidence(
            out / "sequences.safetensors", sequence_tensors(sequences, vocabulary), None
        )
        references = []
        for spec in settings.references:
            own = model_tensors(
                models["reference", spec.name], "reference", settings.reference_columns
            )
            file = f"reference-{spec.name}.safetensors"
            write_evidence(out / file, [*identity, *own], None)
            known = fields["reference", spec.name]
            keys = ("model", "parameters", "validation_loss", "precision", "batching_difference")
            table = {key: known[key] for key in keys if key in known}
            references.append({"name": spec.name, "files": [file], **table})
        tables = []
        for spec in settings.targets:
            own = model_tensors(models["target", spec.name], "target", settings.columns)
            file = f"{spec.name}.safetensors"
            write_evidence(out / file, [*identity, *own], runs[spec.name])
            table = dict(runs[spec.name])
            tables.append({"name": table.pop("name"), "files": [file], **table})
        name = settings.experiment or out.name
        write_manifest(out, manifest_text(name, settings.description, references, tables))

    def run_fields(
        self,
        spec: ModelSpec,
        fields: dict[tuple[str, str], dict[str, Any]],
        sequences: Sequences,
    ) -> dict[str, Any]:
        """What the evidence says about a run: its model's facts and how it was scored."""
        settings = self.settings
        reference = settings.reference_of(spec.name)
        own = dict(fields["target", spec.name])
        known = fields["reference", reference]
        del own["vocabulary"]
        order = ("name", "reference", "method", "model", "parameters", "trainable_parameters")
        run: dict[str, Any] = {"name": spec.name, "reference": reference}
        run.update({key: own[key] for key in order if key in own and key not in run})
        run.update({key: value for key, value in own.items() if key not in run})
        run["reference_precision"] = known["precision"]
        if known["method"] == "full" and own["method"] == "full":
            run["model"] = known["model"]
        run.update(self.tokenization_fields(sequences))
        for name, key, value in settings.set_fields:
            if name in (None, spec.name):
                run[key] = value
        return run

    def tokenization_fields(self, sequences: Sequences) -> dict[str, Any]:
        """How texts became tokens."""
        options = self.encoder.options
        start = sequences.facts["start"]
        bos = self.tokenizer.bos_token_id
        fields: dict[str, Any] = {
            "max_length": options.max_length,
            "truncated_sequences": sequences.facts["truncated"],
            "start_token": "added" if bos is not None and start == bos else "none",
        }
        if options.append_eos:
            fields["end_token"] = "added"
        if options.completion_only:
            fields["completion_only"] = True
        fields["exporter"] = __version__
        return fields


def digest(text: str) -> int:
    """A number from a text, the same in every process."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")
