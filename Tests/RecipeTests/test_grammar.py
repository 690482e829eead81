import random

import pytest

from grammar import expand, parse
from templates import FAMILIES


def texts(template, slots, count=200):
    rng = random.Random(1)
    return {expand(template, rng, slots.__getitem__) for _ in range(count)}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("plain", {"plain"}),
        ("a [b|c] d", {"a b d", "a c d"}),
        ("[x|]y", {"xy", "y"}),
        ("[a[b|c]|d]", {"ab", "ac", "d"}),
        ("{one}-{two}", {"1-2", "1-3"}),
        ("[{one}|{two}]", {"1", "2", "3"}),
    ],
)
def test_every_choice_occurs(template, expected):
    assert texts(template, {"one": "1", "two": "[2|3]"}) == expected


@pytest.mark.parametrize("template", ["[a", "a]", "a|b]", "[a|[b]", "}"])
def test_unbalanced_brackets_are_refused(template):
    with pytest.raises(ValueError, match="unbalanced"):
        parse(template)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_templates_are_well_formed(family):
    for template in (*family.headers, *family.details, *family.boilerplate):
        assert parse(template)
    assert len(set(family.details)) == len(family.details)
