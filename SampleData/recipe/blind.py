"""The blind baseline: whether the texts alone tell members from non-members.

If a classifier that never sees a model does better than chance, the two differ in more than
membership, and no figure of any attack means anything.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

from dataset import read_texts


def measure(folder: Path, inputs: dict[str, Path], *, seed: int) -> None:
    """Writes the AUC of words and word pairs over five folds; far from one half is an error."""
    rows = [
        row
        for row in read_texts(inputs["records"])
        if row["meta"]["split"] in ("member", "nonmember")
    ]
    labels = np.array([row["meta"]["split"] == "member" for row in rows])
    classifier = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, token_pattern=r"\w+"),
        LogisticRegression(max_iter=500),
    )
    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    guesses = cross_val_predict(
        classifier, [row["text"] for row in rows], labels, cv=folds, method="predict_proba"
    )[:, 1]
    auc = float(roc_auc_score(labels, guesses))
    # The standard deviation of an AUC by chance, from the rank-sum test.
    count = int(labels.sum())
    deviation = math.sqrt((2 * count + 1) / (12 * count * count))
    print(f"blind AUC {auc:.3f}, by chance 0.5 ± {deviation:.3f}")
    if abs(auc - 0.5) > 4 * deviation:
        raise ValueError(
            f"texts alone tell members: AUC {auc:.3f}, by chance 0.5 ± {deviation:.3f}"
        )
    (folder / "blind.json").write_text(json.dumps({"auc": auc, "deviation": deviation}))
