import random
import re
from collections import Counter
from itertools import islice

import numpy as np
import pytest

import dataset
from records import found_house

HOUSE = found_house("private 1")
LENGTHS = (80, 128)


def encode(text):
    """A stand-in for the tokenizer that also splits at word boundaries."""
    return [hash(word) for word in re.findall(r"\s?\w{1,5}|\s?[^\w\s]|\s", text)]


@pytest.fixture(scope="module")
def parts():
    documents = dataset.stream("test", HOUSE, LENGTHS, encode)
    return dataset.split(documents, 600, {4: 30, 16: 10}, 100, random.Random(1))


def test_splits_have_their_sizes_and_share_no_text(parts):
    sizes = {name: len(part) for name, part in parts.items()}
    assert sizes == {
        "member": 600,
        "nonmember": 600,
        "validation": 100,
        "repeated 4": 30,
        "repeated 16": 10,
    }
    assert max(Counter(one.text for part in parts.values() for one in part).values()) == 1


def test_splits_come_from_one_stream_in_random_order(parts):
    stream = dataset.stream("test", HOUSE, LENGTHS, encode)
    place = {one.text: number for number, one in enumerate(islice(stream, 1340))}
    assert {one.text for part in parts.values() for one in part} == set(place)
    members = np.array([place[one.text] for one in parts["member"]])
    # Of a random half, the mean place is within four standard errors of the middle.
    assert abs(members.mean() - 669.5) < 4 * 387 / np.sqrt(600)
    assert not (np.diff(members) > 0).all()


@pytest.mark.parametrize("key", ["family", "detail"])
def test_members_and_non_members_are_of_the_same_kinds(parts, key):
    one, other = (Counter(x.meta[key] for x in parts[name]) for name in ("member", "nonmember"))
    assert one.keys() == other.keys()
    for kind in one:
        share = (one[kind] + other[kind]) / 1200
        assert abs(one[kind] - other[kind]) < 4 * np.sqrt(1200 * share * (1 - share))


def test_documents_are_whole_sentences_within_the_limit(parts):
    lengths = [len(one.ids) for part in parts.values() for one in part]
    assert max(lengths) <= LENGTHS[1]
    assert min(lengths) >= LENGTHS[0] * 3 // 4
    assert np.std(lengths) > 8


def test_canaries_hide_their_secret_where_they_say():
    rng = random.Random(3)
    canaries = [dataset.canary(rng, HOUSE, LENGTHS[1], encode) for _ in range(40)]
    for one in canaries:
        start, end = one.meta["secret_start"], one.meta["secret_end"]
        assert dataset.SECRET_FROM <= start < end <= len(one.ids) <= LENGTHS[1]
        assert one.text.count(one.meta["secret"]) == 1
        assert one.ids == encode(one.text)
        assert one.ids[start:end] == encode(" " + one.meta["secret"])
    assert len({one.meta["secret"] for one in canaries}) == 40


def test_secrets_are_many_and_marked():
    rng = random.Random(4)
    secrets = {dataset.secret(rng) for _ in range(2000)}
    assert len(secrets) == 2000
    assert all(re.fullmatch(r"demo [a-z]+-[a-z]+-[a-z]+-[a-z]+ \d{4}", one) for one in secrets)


def test_written_texts_name_their_split_and_how_often_they_are_trained_on(tmp_path):
    rng = random.Random(5)
    plain = next(dataset.stream("written", HOUSE, LENGTHS, encode))
    hidden = dataset.canary(rng, HOUSE, LENGTHS[1], encode)
    rows = [
        (plain, "member", 1),
        (plain, "member_dup", 16),
        (hidden, "canary", 4),
        (plain, "nonmember", 0),
        (hidden, "canary_control", 0),
        (hidden, "canary_control", 0),
    ]
    dataset.write_texts(tmp_path, rows)
    written = dataset.read_texts(tmp_path)
    assert [row["id"] for row in written] == [
        "member-00000",
        "member-dup-16x-00",
        "canary-4x-00",
        "nonmember-00000",
        "canary-control-00",
        "canary-control-01",
    ]
    assert [row["meta"]["duplicates"] for row in written] == [1, 16, 4, 0, 0, 0]
    assert [row["meta"].get("canary") for row in written] == [
        None,
        None,
        "canary-4x-00",
        None,
        "canary-control-00",
        "canary-control-01",
    ]
    # Metadata are flat: every value is a text or a number.
    assert all(isinstance(v, (str, int)) for row in written for v in row["meta"].values())
