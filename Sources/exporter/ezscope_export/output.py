"""From the work folder to one evidence file, or to a folder with a manifest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ezscope_export import __version__
from ezscope_export.columns import TextColumn
from ezscope_export.continuations import objects as continuation_objects
from ezscope_export.evidence import (
    identity_tensors,
    model_tensors,
    sequence_tensors,
    text_tensors,
    vocabulary_tensors,
    write_evidence,
    write_text_column,
)
from ezscope_export.extras import Extras
from ezscope_export.files import replacing
from ezscope_export.manifest import manifest_text, write_manifest
from ezscope_export.models import ModelSpec
from ezscope_export.safetensors_file import Tensor
from ezscope_export.sequences import Sequences
from ezscope_export.settings import Settings
from ezscope_export.token_bytes import TokenBytes
from ezscope_export.tokenization import Encoder
from ezscope_export.training import SEEN, SeenTexts

_FIRST = ("name", "reference", "method", "model", "parameters", "trainable_parameters")
# What was found out about a model before it was believed.
_VERIFIED = ("weights_loaded", "causality_difference", "batching_difference", "logits")
_REFERENCE = (
    "model",
    "parameters",
    "validation_loss",
    "precision",
    "quantization",
    "device_map",
    "resized_vocabulary",
    "weights_sha256",
    *_VERIFIED,
)
_SEQUENCES = "sequences.safetensors"


class Output:
    """Writes what the passes left in the work folder."""

    def __init__(
        self,
        settings: Settings,
        work: Path,
        encoder: Encoder,
        extras: Extras,
        sequences: Sequences,
        compared: int,
        seen: dict[str, SeenTexts],
    ) -> None:
        self.settings = settings
        self.work = work
        self.encoder = encoder
        self.extras = extras
        self.sequences = sequences
        self.compared = compared
        self.seen = seen
        self.targets = {s.name: self._fields("target", s) for s in settings.targets}
        self.references = {s.name: self._fields("reference", s) for s in settings.references}

    def _fields(self, role: str, spec: ModelSpec) -> dict[str, Any]:
        path = self.work / f"{role}-{spec.name}" / "fields.json"
        fields: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return fields

    def write(self) -> None:
        """Writes the evidence; what is there already is replaced file by file."""
        settings = self.settings
        if not settings.single_file:
            settings.out.mkdir(parents=True, exist_ok=True)
            self.write_folder()
            return
        settings.out.parent.mkdir(parents=True, exist_ok=True)
        target = settings.targets[0]
        reference = settings.reference_of(target.name)
        tensors = [
            *sequence_tensors(self.sequences, self.vocabulary(), self.metas(target)),
            *self.target_tensors(target),
            *self.reference_tensors(reference),
        ]
        write_evidence(settings.out, tensors, self.run(target))

    def write_folder(self) -> None:
        """Split files: the sequences, each reference, each target, and the manifest last."""
        settings = self.settings
        out = settings.out
        identity = identity_tensors(self.sequences)
        write_evidence(out / _SEQUENCES, sequence_tensors(self.sequences, self.vocabulary()), None)
        references = []
        for name, known in self.references.items():
            file = f"reference-{name}.safetensors"
            write_evidence(out / file, [*identity, *self.reference_tensors(name)], None)
            table = {key: known[key] for key in _REFERENCE if key in known}
            references.append({"name": name, "files": [file], **table})
        runs = []
        for spec in settings.targets:
            file = f"{spec.name}.safetensors"
            run = self.run(spec)
            write_evidence(out / file, [*identity, *self.target_tensors(spec)], run)
            runs.append({"name": spec.name, "files": [file], **self.seen_file(spec), **run})
        name = settings.experiment or out.resolve().name
        write_manifest(out, manifest_text(name, settings.description, references, runs))

    def metas(self, spec: ModelSpec) -> str:
        """The column of metadata, which in a single file also says what the run had seen."""
        if spec.name not in self.seen:
            return "metas"
        folder = self.sequences.folder
        ids, metas = TextColumn(folder, "ids"), TextColumn(folder, "metas")
        write_text_column(folder, "metas-seen", self.seen[spec.name].metas(ids, metas))
        ids.close()
        metas.close()
        return "metas-seen"

    def seen_file(self, spec: ModelSpec) -> dict[str, str]:
        """Writes what a run had seen beside its evidence; the key of the manifest that names it."""
        if spec.name not in self.seen:
            return {}
        ids = TextColumn(self.sequences.folder, "ids")
        name = f"seen/{spec.name}.csv"
        (self.settings.out / "seen").mkdir(exist_ok=True)
        with replacing(self.settings.out / name) as file:
            file.write(self.seen[spec.name].table(ids))
        ids.close()
        return {SEEN: name}

    def vocabulary(self) -> list[Tensor]:
        """The bytes of every token that occurs in a text or as a first choice."""
        paths = [self.work / f"target-{name}" / "top1_ids" for name in self.targets]
        paths += [self.work / f"reference-{name}" / "top1_ids" for name in self.references]
        known = [*self.targets.values(), *self.references.values()]
        return vocabulary_tensors(
            self.sequences,
            [path for path in paths if path.exists()],
            max(fields["vocabulary"] for fields in known),
            TokenBytes(self.encoder.tokenizer),
        )

    def reference_tensors(self, name: str) -> list[Tensor]:
        """A reference's columns."""
        folder = self.work / f"reference-{name}"
        return model_tensors(folder, "reference", self.settings.reference_columns)

    def target_tensors(self, spec: ModelSpec) -> list[Tensor]:
        """A target's columns, extra passes and continuations."""
        settings = self.settings
        folder = self.work / f"target-{spec.name}"
        tensors = model_tensors(folder, "target", settings.columns)
        options = settings.extras
        if options.derived or options.shadow_in or options.shadow_out:
            shadows = {
                "shadow_in": [self.work / f"shadow-{s.name}" for s in settings.shadows_in],
                "shadow_out": [self.work / f"shadow-{s.name}" for s in settings.shadows_out],
            }
            reference = self.work / f"reference-{settings.reference_of(spec.name)}"
            values = self.extras.objects(len(self.sequences), folder, reference, shadows)
            write_text_column(folder, "extra", values)
            tensors += text_tensors(folder, "extra", "extra")
        if settings.continuations.decodings:
            folders = [
                (decoding, folder / f"continuations-{number}")
                for number, decoding in enumerate(settings.continuations.decodings)
            ]
            values = continuation_objects(
                self.sequences,
                folders,
                settings.continuations,
                self.encoder.tokenizer,
                settings.seed,
            )
            write_text_column(folder, "continuations", values)
            tensors += text_tensors(folder, "continuations", "continuations")
        return tensors

    def run(self, spec: ModelSpec) -> dict[str, Any]:
        """What the evidence says about a run: its model's facts and how it was scored."""
        settings = self.settings
        reference = settings.reference_of(spec.name)
        own = dict(self.targets[spec.name])
        del own["vocabulary"]
        own.update(name=spec.name, reference=reference)
        known = self.references[reference]
        if own["method"] == "full" and "model" in known:
            # A whole checkpoint does not tell what it started from; its reference does.
            own["model"] = known["model"]
            if known["place"] == own["place"]:
                own["method"] = "self"
        del own["place"]
        run = {key: own.pop(key) for key in _FIRST if key in own}
        run.update(own)
        for key in ("precision", "quantization", "device_map", *_VERIFIED):
            if key in known:
                run[f"reference_{key}"] = known[key]
        run.update(self.tokenization_fields())
        run["alignment"] = self.alignment(self.targets[spec.name], known)
        run.update(self.extras.facts())
        for name, key, value in settings.set_fields:
            if name in (None, spec.name):
                run[key] = value
        return run

    def alignment(self, target: dict[str, Any], reference: dict[str, Any]) -> str:
        """In words: both models score the same tokens, and know all of them."""
        rows = min(target["vocabulary"], reference["vocabulary"])
        cut = (
            f"{self.compared} texts cut alike by every model's tokenizer"
            if self.compared
            else "one tokenizer for all"
        )
        return f"{cut}; largest token id {self.sequences.facts['highest'][0]} of {rows}"

    def tokenization_fields(self) -> dict[str, Any]:
        """How texts became tokens."""
        options = self.encoder.options
        facts = self.sequences.facts
        bos = self.encoder.tokenizer.bos_token_id
        added = bos is not None and facts["start"] == bos
        fields: dict[str, Any] = {
            "max_length": options.max_length,
            "truncated_sequences": facts["truncated"],
            "start_token": "added" if added else "none",
        }
        if options.append_eos:
            fields["end_token"] = "added"
        if options.completion_only:
            fields["completion_only"] = True
        layouts = [name for name in facts["layouts"] if name != "text"]
        if layouts:
            fields["layout"] = ", ".join(sorted(layouts))
        if facts["shared"]:
            fields["members_among_non_members"] = facts["shared"]
        if facts["empty"]:
            fields["empty_texts_skipped"] = facts["empty"]
        fields["exporter"] = __version__
        return fields
