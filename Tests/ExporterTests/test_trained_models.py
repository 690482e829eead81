"""Trained models, where there are any: a folder of models beside the evidence made of them.

`EZSCOPE_TRAINED_MODELS` names a folder with `models/` (base-main, full-e3, lora-e3, prefix-e4,
prompt-e4) and `records/` (an experiment of their log-probabilities, split by run).
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from support import Evidence

ROOT = os.environ.get("EZSCOPE_TRAINED_MODELS")
NATS = 1e-4
COUNT = 60

pytestmark = pytest.mark.skipif(ROOT is None, reason="EZSCOPE_TRAINED_MODELS is not set")


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """Some of the records, spread over all of them, and their numbers."""
    common = Evidence(Path(ROOT) / "records" / "sequences.safetensors")
    ids, texts = common.texts("sequence.ids"), common.texts("sequence.texts")
    picked = np.linspace(0, len(ids) - 1, COUNT).astype(int)
    path = tmp_path_factory.mktemp("trained") / "records.jsonl"
    rows = [{"id": ids[i].decode(), "text": texts[i].decode(), "label": int(i % 2)} for i in picked]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path, picked, common


@pytest.mark.parametrize("name", ["base-main", "full-e3", "lora-e3", "prefix-e4", "prompt-e4"])
def test_trained_models_give_their_evidence_again(records, export, name):
    path, picked, common = records
    folder = Path(ROOT) / "models"
    whole = name in ("base-main", "full-e3")
    reference = folder / "base-main" if whole else "adapter-off"
    found = export("--target", folder / name, "--reference", reference, "--data", path, data=False)
    role = "reference" if name == "base-main" else "target"
    sides = [
        (Evidence(Path(ROOT) / "records" / f"{name}.safetensors"), role, "target"),
        (Evidence(Path(ROOT) / "records" / "base-main.safetensors"), "reference", "reference"),
    ]
    for recorded, theirs, ours in sides:
        recorded.tensors["token_ids"] = common.tensors["token_ids"]
        for column in [n for n in recorded.tensors if n.startswith(f"{theirs}.")]:
            expected = recorded.positions(column)
            own = found.positions(column.replace(theirs, ours))
            for place, index in enumerate(picked):
                if "ids" in column or "ranks" in column:
                    assert (own[place] != expected[index]).sum() <= 1, (column, index)
                else:
                    assert np.abs(own[place] - expected[index]).max() < NATS, (column, index)
