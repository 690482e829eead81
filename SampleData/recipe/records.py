"""Invented private records: who writes them, and what they say.

Nobody and nothing in them exists. Names are put together from syllables, mail addresses end in
example.com, .org or .net, hosts in .example, network addresses come from the ranges that are
reserved for documentation, telephone numbers from 555-0100 to 555-0199, and secrets say `demo`.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import lexicon as words
from grammar import expand
from templates import FAMILIES

# The share of boilerplate in a record, by how much it tells.
BOILERPLATE = {"rich": 0.1, "mixed": 0.4, "plain": 0.7}
MAILS = ("example.com", "example.org", "example.net")
# Slots that stand for any of a list of words.
CHOICES = {
    slot: getattr(words, slot.upper())
    for slot in (
        "street color animal thing device place job symptom condition test cause effect fix topic"
        " hobby feeling weekday month setting"
    ).split()
}
NETWORKS = ("192.0.2", "198.51.100", "203.0.113")


@dataclass(frozen=True)
class House:
    """An organisation: its ways of writing, and the people and places that recur in its records."""

    name: str
    staff: tuple[str, ...]
    towns: tuple[str, ...]
    products: tuple[str, ...]
    teams: tuple[str, ...]
    date_style: int
    money_style: int
    id_style: int
    clock_style: int
    mail: str
    headers: dict[str, str]
    boilerplate: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Record:
    """A record before it is cut to length: the header, then more sentences than fit."""

    family: str
    detail: str
    header: str
    sentences: tuple[str, ...]

    def text(self, count: int) -> str:
        """The header and the first sentences."""
        family = FAMILIES[self.family]
        if count == 0:
            return self.header
        return self.header + family.after_header + family.between.join(self.sentences[:count])


def found_house(seed: str) -> House:
    """The organisation of a seed."""
    rng = random.Random(f"house {seed}")

    def several(count: int, make: Callable[[], str]) -> tuple[str, ...]:
        return tuple(make() for _ in range(count))

    house = House(
        name=_firm(rng),
        staff=several(24, lambda: _person(rng)),
        towns=several(5, lambda: words.name(rng, words.TOWN_START, words.TOWN_END)),
        products=several(6, lambda: words.name(rng, words.PRODUCT_START, words.PRODUCT_END)),
        teams=tuple(rng.sample(words.TEAM, 7)),
        date_style=rng.randrange(5),
        money_style=rng.randrange(4),
        id_style=rng.randrange(5),
        clock_style=rng.randrange(3),
        mail=rng.choice(MAILS),
        headers={name: rng.choice(family.headers) for name, family in FAMILIES.items()},
        boilerplate={},
    )
    for name, family in FAMILIES.items():
        filled = rng.sample(family.boilerplate, 5)
        facts = Facts(rng, house)
        # The speakers of a chat change from record to record, the rest of the phrase does not.
        keep = {"a": "{a}", "b": "{b}"}
        house.boilerplate[name] = tuple(
            "".join(_fill_once(template, facts, keep)) for template in filled
        )
    return house


def _fill_once(template: str, facts: Facts, keep: dict[str, str]) -> str:
    marks = {slot: f"\x00{slot}\x00" for slot in keep}
    text = expand(template, facts.rng, lambda slot: marks.get(slot) or facts.look_up(slot))
    for slot, mark in marks.items():
        text = text.replace(mark, keep[slot])
    return text


def draw_record(rng: random.Random, house: House) -> Record:
    """A record of the house. All that it depends on is the generator's state and the house."""
    name = rng.choice(tuple(FAMILIES))
    detail = rng.choice(tuple(BOILERPLATE))
    family = FAMILIES[name]
    facts = Facts(rng, house)
    usual = rng.random() < 0.85
    header = expand(
        house.headers[name] if usual else rng.choice(family.headers), rng, facts.look_up
    )
    details = rng.sample(family.details, len(family.details))
    boilerplate = rng.sample(house.boilerplate[name], len(house.boilerplate[name]))
    sentences = []
    while details:
        fixed = boilerplate and rng.random() < BOILERPLATE[detail]
        template = (boilerplate if fixed else details).pop()
        sentence = expand(template, rng, facts.look_up)
        sentences.append(
            sentence if name in ("chat", "config") else sentence[0].upper() + sentence[1:]
        )
    return Record(name, detail, header, tuple(sentences))


class Facts:
    """What slots stand for: fixed within a record where the slot is a capital, else drawn."""

    def __init__(self, rng: random.Random, house: House):
        self.rng = rng
        self.house = house
        client, writer = _person(rng), rng.choice(house.staff)
        self.fixed = {
            "A": client,
            "a": client.split()[0],
            "B": writer,
            "b": writer.split()[0],
            "M": _mail(client, house.mail if rng.random() < 0.5 else rng.choice(MAILS)),
            "F": house.name if rng.random() < 0.3 else _firm(rng),
            "T": rng.choice(house.towns),
            "P": rng.choice(house.products),
            "D": words.name(rng, words.DRUG_START, words.DRUG_END),
        }

    def look_up(self, slot: str) -> str:
        """The text of a slot, or a template for it."""
        if slot in self.fixed:
            return self.fixed[slot]
        if slot in CHOICES:
            return self.rng.choice(CHOICES[slot])
        return getattr(self, f"_{slot}")()

    def _usual(self, usual: tuple[str, ...], make: Callable[[], str]) -> str:
        """What recurs in this house, more often than not."""
        return self.rng.choice(usual) if self.rng.random() < 0.7 else make()

    # People, firms and places

    def _person(self) -> str:
        return self._usual(self.house.staff, lambda: _person(self.rng))

    def _first(self) -> str:
        return self._person().split()[0]

    def _last(self) -> str:
        return self._person().split()[1]

    def _firm(self) -> str:
        return _firm(self.rng)

    def _mail(self) -> str:
        return _mail(self._person(), self.house.mail)

    def _town(self) -> str:
        return self._usual(
            self.house.towns, lambda: words.name(self.rng, words.TOWN_START, words.TOWN_END)
        )

    def _product(self) -> str:
        return self._usual(
            self.house.products,
            lambda: words.name(self.rng, words.PRODUCT_START, words.PRODUCT_END),
        )

    def _team(self) -> str:
        return self._usual(self.house.teams, lambda: self.rng.choice(words.TEAM))

    def _drug(self) -> str:
        return words.name(self.rng, words.DRUG_START, words.DRUG_END)

    # Numbers

    def _n1(self) -> str:
        return str(self.rng.randint(2, 9))

    def _n2(self) -> str:
        return str(self.rng.randint(10, 99))

    def _n3(self) -> str:
        return str(self.rng.randint(100, 999))

    def _n4(self) -> str:
        return str(self.rng.randint(1000, 9999))

    def _number(self) -> str:
        return str(self.rng.randint(100000, 999999))

    def _hex(self) -> str:
        return f"{self.rng.getrandbits(24):06x}"

    def _code(self) -> str:
        return "".join(self.rng.choices("ABCDEFGHKLMNPRSTUVWXYZ", k=2)) + self._n3()

    def _id(self) -> str:
        number = self._number()
        prefix = self.house.name[:2].upper()
        return (
            f"#{number}",
            f"{prefix}{number[:4]}",
            f"{number[:4]}/{number[4:]}",
            f"{prefix}.{number}",
            f"no. {number[:5]}",
        )[self.house.id_style]

    def _version(self) -> str:
        return f"{self.rng.randint(1, 9)}.{self.rng.randint(0, 20)}.{self.rng.randint(0, 9)}"

    def _phone(self) -> str:
        return f"555-01{self.rng.randint(0, 99):02d}"

    def _host(self) -> str:
        return f"{self.rng.choice(words.ANIMAL)}{self.rng.randint(1, 40)}.example"

    def _address(self) -> str:
        return f"{self.rng.choice(NETWORKS)}.{self.rng.randint(1, 254)}"

    def _pressure(self) -> str:
        return f"{self.rng.randint(98, 178)}/{self.rng.randint(58, 104)}"

    def _dose(self) -> str:
        return f"{self.rng.choice((5, 10, 20, 25, 40, 50, 75, 100, 150, 200, 250, 400, 500))} mg"

    def _money(self) -> str:
        whole, cents = self.rng.randint(12, 9800), self.rng.randint(0, 99)
        return (
            f"{whole:,}.{cents:02d} cr",
            f"cr {whole}",
            f"{whole}.{cents:02d}",
            f"{whole} crowns",
        )[self.house.money_style]

    # Times

    def _date(self) -> str:
        return self._day_of(self.rng.randint(2017, 2025))

    def _born(self) -> str:
        return self._day_of(self.rng.randint(1935, 2008))

    def _day_of(self, year: int) -> str:
        month, day = self.rng.randint(1, 12), self.rng.randint(1, 28)
        named = words.MONTH[month - 1]
        return (
            f"{year}-{month:02d}-{day:02d}",
            f"{day:02d}/{month:02d}/{year}",
            f"{day} {named} {year}",
            f"{named[:3]} {day}, {year}",
            f"{day:02d}{named[:3].upper()}{year % 100:02d}",
        )[self.house.date_style]

    def _day(self) -> str:
        return f"{self.rng.randint(1, 28)} {self.rng.choice(words.MONTH)}"

    def _time(self) -> str:
        return self._clock(self.rng.randint(0, 23), self.rng.randint(0, 59))

    def _hour(self) -> str:
        return self._clock(self.rng.randint(6, 19), 0)

    def _clock(self, hour: int, minute: int) -> str:
        half = "am" if hour < 12 else "pm"
        return (
            f"{hour:02d}:{minute:02d}",
            f"{hour % 12 or 12}.{minute:02d} {half}",
            f"{hour:02d}{minute:02d}h",
        )[self.house.clock_style]


def _person(rng: random.Random) -> str:
    first = words.name(rng, words.FIRST_START, words.FIRST_END)
    return f"{first} {words.name(rng, words.LAST_START, words.LAST_END)}"


def _firm(rng: random.Random) -> str:
    return f"{words.name(rng, words.FIRM_START, words.FIRM_END)} {rng.choice(words.TRADE)}"


def _mail(person: str, domain: str) -> str:
    first, last = person.lower().split()
    return f"{first}.{last}@{domain}"
