"""Pretraining text: generated prose, and records of organisations other than the private one.

Half of the text are records of a few hundred houses, each with its own style; a model that has read
them knows the genre, and tells a house by its style after a few words. The other half is prose of
many kinds. No text is taken from anywhere, so that anyone can make the same models.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache

from grammar import expand
from records import Facts, House, draw_record, found_house

# Slots of prose alone; the rest are those of the records.
SLOTS = {
    "noun": (
        "baker boat bridge carpenter child clerk cloud driver farmer field fire fisher forest"
        " friend gardener guest harbor hill horse house island judge king lake letter market"
        " mason miller morning mountain musician neighbor night painter path pilot poet porter"
        " queen rain river road sailor sea shepherd ship singer soldier stone storm stranger"
        " street student tailor teacher tower town traveler tree village wall weaver well widow"
        " wind winter workshop"
    ).split(),
    "adjective": (
        "ancient bitter brave bright broken careful clever cold crooked dark deep distant dusty"
        " early empty faint famous fierce foreign gentle great heavy hidden honest hungry kind"
        " large late lonely long loud lucky narrow new noisy odd old pale patient plain polite"
        " poor proud quick quiet rare rough sharp silent simple slow small soft steep strange"
        " strong sudden sweet tall thin tired warm wet white wide wild wise wooden young"
    ).split(),
    "verb": (
        "admired answered asked avoided believed blamed bought built called carried caught chose"
        " cleaned counted crossed described drew expected fed feared followed forgot found guarded"
        " helped hid imagined joined kept knew left lost loved measured mended met missed noticed"
        " painted passed praised promised pulled pushed remembered repaired sold sought studied"
        " taught thanked told took trusted understood visited wanted warned watched welcomed"
    ).split(),
    "adverb": (
        "again almost always badly carefully clearly early easily finally gently gladly hardly"
        " kindly lately loudly never often once perhaps politely quickly quietly rarely sadly"
        " slowly softly sometimes soon suddenly twice usually"
    ).split(),
    "preposition": (
        "above across after along among around before behind beside beyond near past under"
    ).split(),
    "material": (
        "brass clay copper cork cotton felt glass granite iron leather linen oak paper pine"
        " reed silk slate steel straw tin wax wool"
    ).split(),
    "food": (
        "almonds apples barley beans bread butter cabbage carrots cheese cherries eggs fish flour"
        " garlic ginger honey leeks lemons lentils milk mint mushrooms oats olives onions pears"
        " peas pepper plums potatoes raisins rice salt sugar thyme vinegar walnuts yeast"
    ).split(),
    "unit": (
        "barrels boxes bundles cups grams kilos litres loads metres pieces sacks spoons"
    ).split(),
    "np": [
        "the {noun}",
        "a {adjective} {noun}",
        "the {adjective} {noun}",
        "{first}",
        "the {noun} of {town}",
        "every {noun}",
        "no {noun}",
        "the {animal}",
        "{n2} {animal}s",
        "her {thing}",
        "his {adjective} {thing}",
        "the {noun} who {verb} {np}",
        "{person}",
        "the {material} {thing}",
    ],
    "clause": [
        "{np} {verb} {np}",
        "{np} {adverb} {verb} {np}",
        "{np} {verb} {np} {preposition} {np}",
        "{np} was {adjective}",
        "{np} was {preposition} {np}",
        "there was a {adjective} {noun} in {town}",
        "{clause}, and {clause}",
        "{clause} because {clause}",
        "when {clause}, {clause}",
    ],
}
KINDS = {
    "story": (
        "{clause}.",
        "{clause}; {clause}.",
        '"{clause}," said {first}.',
        "In {month}, {clause}.",
        '"Where is {np}?" asked {np}.',
        "{adverb} {clause}.",
        "Then {clause}, but {clause}.",
    ),
    "description": (
        "{town} lies {n2} kilometres from {town}.",
        "It is known for its {material} and its {food}.",
        "A {noun} there {verb} {n3} {animal}s in {year}.",
        "The {noun} is {n2} metres {adjective}.",
        "Most {animal}s are {color} or {color} and live {preposition} the {noun}.",
        "Its {noun} was built of {material} by {person} in {year}.",
    ),
    "method": (
        "Take {n2} {unit} of {food} and {n1} of {food}.",
        "Mix the {food} with {food} until {adjective}.",
        "Leave it {preposition} the {noun} for {n1} hours.",
        "Cut the {material} into {n2} {unit}.",
        "Fix the {thing} to the {thing} with {material}.",
        "Serve with {food}, {food} and {food}.",
        "Step {n1}: turn the {color} {thing} {adverb}.",
    ),
    "sums": (
        "{sum}.",
        "{n2} {unit} at {n1} each.",
        "{first} had {n2} {thing}s, sold {n1}.",
        "Page {n2}, line {n1}.",
    ),
    "list": (
        "{color} {thing}\n",
        "{thing}: {n3}\n",
        "{animal}, {animal}, {animal}\n",
        "{person}, {job}\n",
        "{town} {n2}\n",
        "{food} {n2} {unit}\n",
    ),
    "talk": (
        "{first}: {clause}?\n",
        "{first}: {clause}\n",
        "{first}: {adverb}\n",
        "{first}: {np}!\n",
    ),
}


class Prose(Facts):
    """The slots of prose, and all of those of the records."""

    def look_up(self, slot: str) -> str:
        if slot in SLOTS:
            choices = SLOTS[slot]
            # Some words are far more usual than others; of the phrases, the first are the simplest.
            return choices[int(len(choices) * self.rng.random() ** 1.7)]
        return super().look_up(slot)

    def _year(self) -> str:
        return str(self.rng.randint(1500, 2025))

    def _sum(self) -> str:
        one, other = self.rng.randint(2, 60), self.rng.randint(2, 60)
        return self.rng.choice(
            (
                f"{one} plus {other} is {one + other}",
                f"{one + other} minus {other} is {one}",
                f"{one} times {other} is {one * other}",
            )
        )


def draw_prose(rng: random.Random) -> str:
    """Some sentences of one kind."""
    facts = Prose(rng, _region(rng.randrange(200)))
    templates = KINDS[rng.choice(tuple(KINDS))]
    title = expand(
        rng.choice(("The {adjective} {noun}\n", "{town}\n", "{year}. ", "", "")), rng, facts.look_up
    )
    sentences = (
        expand(rng.choice(templates), rng, facts.look_up) for _ in range(rng.randint(5, 16))
    )
    text = " ".join(sentence[0].upper() + sentence[1:] for sentence in sentences)
    return title + text.replace("\n ", "\n")


@cache
def _region(number: int) -> House:
    """People and places that recur in prose."""
    return found_house(f"prose {number}")


def records_of_others(seed: int, houses: int) -> Iterator[str]:
    """Records of other organisations, without end."""
    rng = random.Random(f"other records {seed}")
    others = [found_house(f"other {seed} {number}") for number in range(houses)]
    while True:
        yield draw_record(rng, rng.choice(others)).text(rng.randint(4, 12))


def prose(seed: int) -> Iterator[str]:
    """Texts of many kinds, without end."""
    rng = random.Random(f"prose {seed}")
    while True:
        yield draw_prose(rng)
