import random
import re
from itertools import islice

import pytest

import corpus
from records import BOILERPLATE, draw_record, found_house
from templates import FAMILIES

DOMAIN = re.compile(r"\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b")
MAIL = re.compile(r"\S+@(\S+?)[.,;:>)\]]*(?=\s|$)")
PHONE = re.compile(r"(?<![\w/-])\d{3}-\d{4}(?![\w-])")
ADDRESS = re.compile(r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b")
RESERVED = ("192.0.2.", "198.51.100.", "203.0.113.")


def drawn(seed, count, house="private"):
    rng = random.Random(seed)
    home = found_house(house)
    return [draw_record(rng, home) for _ in range(count)]


@pytest.fixture(scope="module")
def texts():
    """Private records whole, records of others, and prose."""
    private = [record.text(len(record.sentences)) for record in drawn("texts", 800)]
    others = islice(corpus.records_of_others(5, houses=40), 400)
    return [*private, *others, *islice(corpus.prose(5), 400)]


def test_the_same_seed_gives_the_same_records():
    assert drawn(1, 50) == drawn(1, 50)
    assert drawn(1, 50) != drawn(2, 50)
    assert found_house("a") == found_house("a") != found_house("b")


def test_prose_and_records_of_others_are_determined_by_their_seed():
    assert [*islice(corpus.prose(1), 20)] == [*islice(corpus.prose(1), 20)]
    assert [*islice(corpus.prose(1), 20)] != [*islice(corpus.prose(2), 20)]
    one, other = corpus.records_of_others(1, 5), corpus.records_of_others(1, 5)
    assert [*islice(one, 20)] == [*islice(other, 20)]


def test_no_domain_is_real(texts):
    without_names = (re.sub(r"[\w.]+@", "@", text) for text in texts)
    found = {domain for text in without_names for domain in DOMAIN.findall(text)}
    assert found
    for domain in found:
        assert domain.endswith((".example", "example.com", "example.org", "example.net")), domain


def test_mail_goes_to_example_domains(texts):
    found = {domain for text in texts for domain in MAIL.findall(text)}
    assert found == {"example.com", "example.org", "example.net"}


def test_telephone_numbers_are_those_kept_for_fiction(texts):
    found = {number for text in texts for number in PHONE.findall(text)}
    assert len(found) > 50
    assert all(re.fullmatch(r"555-01\d\d", number) for number in found), found


def test_network_addresses_are_those_for_documentation(texts):
    found = {address for text in texts for address in ADDRESS.findall(text)}
    assert found
    assert all(address.startswith(RESERVED) for address in found)


def test_secrets_say_that_they_are_none():
    text = "\n".join(record.text(len(record.sentences)) for record in drawn("secrets", 400))
    for found in re.findall(
        r"(?:secret|token|code is|Door code for the visit:|reference) =? ?(\S+)", text
    ):
        assert found.startswith("demo-") or not re.search(r"\d", found), found


def test_no_slot_and_no_bracket_is_left_over(texts):
    for text in texts:
        assert not re.search(r"[{}\[\]|\x00]", text.replace(" | ", "")), text


def test_every_family_and_every_share_of_boilerplate_occurs():
    records = drawn("families", 400)
    assert {record.family for record in records} == set(FAMILIES)
    assert {record.detail for record in records} == set(BOILERPLATE)


def test_plain_records_repeat_more_than_rich_ones():
    def repeated(detail):
        sentences = [
            s for r in drawn("shares", 1500) if r.detail == detail for s in r.sentences[:6]
        ]
        return 1 - len(set(sentences)) / len(sentences)

    assert repeated("plain") > repeated("mixed") + 0.1 > repeated("rich") + 0.2
