"""From answers to one evidence file, in the order of the inputs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from ezscope_collect.answers import FIRST_STAND_IN
from ezscope_collect.dialects import Dialect
from ezscope_collect.journal import Journal
from ezscope_collect.settings import Settings
from ezscope_collect.texts import Texts
from ezscope_export import __version__
from ezscope_export.columns import TextColumnWriter
from ezscope_export.errors import ExportError
from ezscope_export.evidence import model_tensors, sequence_tensors, write_evidence
from ezscope_export.files import open_to_write
from ezscope_export.safetensors_file import Tensor
from ezscope_export.sequences import Sequences, SequenceWriter
from ezscope_export.token_bytes import TokenBytes

_BLOCK = 1 << 20


class Output:
    """Writes what the models answered."""

    def __init__(
        self,
        settings: Settings,
        texts: Texts,
        journal: Journal,
        dialects: list[Dialect],
        tokenizer: Any,
        lengths: int | None,
    ) -> None:
        self.settings = settings
        self.texts = texts
        self.journal = journal
        self.dialects = dialects
        self.tokenizer = tokenizer
        self.max_length = lengths
        self.left_out = sorted({text for refused in journal.refused for text in refused})

    def write(self, folder: Path) -> int:
        """Puts the columns together in a folder and writes the file; returns the texts in it."""
        left_out = set(self.left_out)
        kept = [index for index in range(len(self.texts)) if index not in left_out]
        if not kept:
            raise ExportError("no text was answered", "see the reasons above")
        self._write_sequences(folder, kept)
        self._write_models(folder, kept)
        sequences = Sequences(folder)
        tensors = sequence_tensors(sequences, self._vocabulary(folder))
        for model, dialect in zip(self.settings.models, self.dialects):
            tensors += model_tensors(folder / model.role, model.role, dialect.columns)
        self.settings.out.parent.mkdir(parents=True, exist_ok=True)
        write_evidence(self.settings.out, tensors, self._run(len(kept)))
        sequences.close()
        return len(kept)

    def _write_sequences(self, folder: Path, kept: list[int]) -> None:
        final = self._final_stand_ins()
        writer = SequenceWriter(folder)
        columns = {name: TextColumnWriter(folder, name) for name in self.texts.columns}
        sent = self.texts.sequences
        for index in kept:
            ids = self.journal.read(0, index)[0]
            if final is not None:
                ids = np.where(ids >= FIRST_STAND_IN, final[ids - FIRST_STAND_IN], ids)
            scored = sent.scored(index).astype(bool).tolist() if sent is not None else None
            writer.append(ids.tolist(), scored)
            for name, column in columns.items():
                column.append(self.texts.columns[name][index])
        for column in columns.values():
            column.close()
        (folder / "labels").write_bytes(self.texts.labels[kept].tobytes())
        writer.finish()

    def _final_stand_ins(self) -> np.ndarray | None:
        """Stand-ins by the order of their spellings: they were given as answers came."""
        spellings = sorted(self.journal.stand_ins)
        if not spellings:
            return None
        final = np.zeros(len(spellings), dtype=np.int32)
        for place, spelling in enumerate(spellings):
            final[self.journal.stand_ins[spelling] - FIRST_STAND_IN] = FIRST_STAND_IN + place
        return final

    def _write_models(self, folder: Path, kept: list[int]) -> None:
        for number, (model, dialect) in enumerate(zip(self.settings.models, self.dialects)):
            (folder / model.role).mkdir(exist_ok=True)
            files = {
                name: open(open_to_write(folder / model.role / name, empty=True), "wb")
                for name in dialect.columns
            }
            for index in kept:
                _, columns = self.journal.read(number, index)
                for name, file in files.items():
                    file.write(columns[name].tobytes())
            for file in files.values():
                file.close()

    def _vocabulary(self, folder: Path) -> list[Tensor]:
        """The bytes of every token that occurs, as far as they are known."""
        paths = [folder / "token_ids"]
        paths += [path for m in self.settings.models if (path := folder / m.role / "top1_ids")]
        present: set[int] = set()
        for path in paths:
            if path.exists():
                present.update(_distinct(path))
        known = self._spellings()
        ids = sorted(token for token in present if token >= 0 and token in known)
        spell = TokenBytes(self.tokenizer) if self.tokenizer is not None else None
        if spell is not None:
            ids = sorted(token for token in present if token >= 0)
        words = [spell(token) if spell is not None else known[token] for token in ids]
        return [
            Tensor.array("vocabulary.ids", np.asarray(ids, dtype=np.int32)),
            Tensor.array("vocabulary.texts.bytes", np.frombuffer(b"".join(words), dtype=np.uint8)),
            Tensor.array(
                "vocabulary.texts.offsets", np.cumsum([0, *map(len, words)], dtype=np.int64)
            ),
        ]

    def _spellings(self) -> dict[int, bytes]:
        final = self._final_stand_ins()
        if final is None:
            return self.journal.spellings
        return {
            int(final[token - FIRST_STAND_IN]) if token >= FIRST_STAND_IN else token: spelling
            for token, spelling in self.journal.spellings.items()
        }

    def _run(self, kept: int) -> dict[str, Any]:
        """What the evidence says about the run."""
        settings = self.settings
        run: dict[str, Any] = {"name": settings.target.name}
        if settings.reference is not None:
            run["reference"] = settings.reference.name
            run["model"] = settings.reference.model
        run["served_model"] = settings.target.model
        run["server"] = self.dialects[0].kind
        if settings.reference is not None and self.dialects[1].kind != self.dialects[0].kind:
            run["reference_server"] = self.dialects[1].kind
        run["tokens"] = "sent as ids" if self.texts.sequences else "cut by the server"
        if self.texts.sequences is not None:
            facts = self.texts.sequences.facts
            run["max_length"] = self.max_length
            run["truncated_sequences"] = facts["truncated"]
            if settings.completion_only:
                run["completion_only"] = True
        if settings.reference is not None:
            run["alignment"] = f"{kept} texts cut alike by both servers"
        if self.left_out:
            run["refused_texts"] = len(self.left_out)
        run["collector"] = __version__
        return run


def _distinct(path: Path) -> Iterable[int]:
    """The different numbers in a file of int32."""
    found: set[int] = set()
    with open(path, "rb") as file:
        while block := file.read(4 * _BLOCK):
            found.update(np.unique(np.frombuffer(block, dtype=np.int32)).tolist())
    return found
