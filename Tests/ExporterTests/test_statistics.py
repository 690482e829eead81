"""The columns of one row of logits."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from ezscope_export.columns import COLUMNS
from ezscope_export.statistics import token_statistics

# Three distributions over three tokens with their entropies and variances worked out by hand.
ROWS = torch.tensor([[0.7, 0.2, 0.1], [0.25, 0.25, 0.5], [0.5, 0.3, 0.2]]).log()
TRUE = torch.tensor([1, 2, 2])
EXPECTED = {
    "logprobs": [-1.6094379124, -0.6931471806, -1.6094379124],
    "ranks": [2, 1, 3],
    "top1_ids": [0, 2, 0],
    "top1_logprobs": [-0.3566749439, -0.6931471806, -0.6931471806],
    "logprob_means": [-0.80181855, -1.03972077, -1.02965301],
    "logprob_stds": [np.sqrt(0.49438681), np.sqrt(0.12011325), np.sqrt(0.13296441)],
}


@pytest.mark.parametrize("offset", (0.0, 30.0, -500.0))
@pytest.mark.parametrize("name", COLUMNS)
def test_columns(name, offset):
    found = token_statistics(ROWS.clone() + offset, TRUE, tuple(COLUMNS))
    tolerance = 1e-6 if offset == 0 else 1e-4
    assert np.allclose(found[name].numpy(), EXPECTED[name], atol=tolerance)


@pytest.mark.parametrize("columns", (("logprobs",), ("logprobs", "ranks"), tuple(COLUMNS)))
def test_columns_do_not_depend_on_the_others_asked_for(columns):
    alone = token_statistics(ROWS.clone(), TRUE, columns)
    assert set(alone) == set(columns)
    assert np.allclose(alone["logprobs"], EXPECTED["logprobs"], atol=1e-6)


def test_ties_go_to_the_true_token():
    logits = torch.tensor([[1.0, 2.0, 2.0, 2.0], [1.0, 2.0, 2.0, 2.0]])
    found = token_statistics(logits, torch.tensor([3, 0]), tuple(COLUMNS))
    assert found["ranks"].tolist() == [1, 4]
    assert found["top1_ids"].tolist() == [3, 1]


def test_entries_of_minus_infinity_have_no_weight():
    logits = torch.cat([ROWS, torch.full((3, 2), float("-inf"))], dim=1)
    found = token_statistics(logits.clone(), TRUE, tuple(COLUMNS))
    for name, values in EXPECTED.items():
        assert np.allclose(found[name].numpy(), values, atol=1e-6)
    impossible = token_statistics(logits[:1].clone(), torch.tensor([4]), tuple(COLUMNS))
    assert impossible["logprobs"].tolist() == [float("-inf")]
    assert impossible["ranks"].tolist() == [4]


def test_half_precision_is_computed_in_float32():
    found = token_statistics(ROWS.bfloat16(), TRUE, tuple(COLUMNS))
    assert all(found[name].dtype == torch.float32 for name in COLUMNS if "logprob" in name)


def test_log_probabilities_are_never_positive():
    logits = torch.tensor([[200.0, -200.0, 0.0]])
    found = token_statistics(logits, torch.tensor([0]), tuple(COLUMNS))
    assert found["logprobs"].item() == 0 and found["logprob_stds"].item() == 0
