"""The plan: which models are trained how, and which of their checkpoints are asked about.

Everything here is plain data and pure functions: the same scale gives the same plan, and nothing is
read, written or drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, field

# After how many epochs runs are asked, besides the last. Within an epoch some members have not been
# trained on yet, and to the model those are non-members: only whole epochs are compared.
ASKED = (1, 3)
# Beside a model: the texts that it had been trained on, and the last step that did.
SEEN = "seen.csv"


@dataclass(frozen=True)
class Base:
    """A base model and how long it is trained."""

    layers: int
    width: int
    heads: int
    learning_rate: float
    # So many steps, or, where there are none, so many seconds of the clock.
    steps: int = 0
    seconds: float = 0
    batch: int = 32
    # Seconds of one core for one step of pretraining, and for an epoch of full fine-tuning, as
    # measured; only used to tell how much time is left.
    step_cost: float = 0.5
    epoch_cost: float = 38


@dataclass(frozen=True)
class Method:
    """How long a way of fine-tuning takes, and which learning rates are tried for it."""

    epochs: int
    rates: tuple[float, ...]
    # The time of an epoch relative to that of full fine-tuning.
    cost: float = 1.0
    # Slower learning rates, for checkpoints of other losses at whole epochs.
    slower: tuple[float, ...] = ()


@dataclass(frozen=True)
class Training:
    """One fine-tuning."""

    name: str
    base: str
    method: str
    seed: int
    epochs: int
    documents: str = "train.json"
    # Instead of the rate that the validation loss chose.
    rate: float | None = None


@dataclass(frozen=True)
class Run:
    """A model that is asked about the texts: a checkpoint of a training, or a base as it is."""

    name: str
    reference: str
    training: str | None = None
    # Epochs, a whole number of them.
    checkpoint: int = 0
    model: str | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Invented:
    """Texts from a generator: how many rows of it the base models read, and what is planted."""

    rows: int
    canaries: dict[str, int]
    houses: int = 300
    tokenizer_texts: int = 6000


@dataclass(frozen=True)
class Packages:
    """Texts from a Debian mirror: package descriptions, and prose to pretrain on."""

    # So much of the prose is tokenized, and so much of that trains the tokenizer.
    characters: int = 130_000_000
    tokenizer_characters: int = 40_000_000
    # Rows of prose that tell how good a base is.
    held_out: int = 1000
    # A description of fewer words is left out, and one with more than this share of its sequences
    # of so many words in earlier ones.
    fewest_words: int = 38
    shingle: int = 5
    most_shared: float = 0.2
    # A paragraph of prose with so many words in a row from a description is left out.
    overlap: int = 8


@dataclass(frozen=True)
class Scale:
    """Everything in which the experiments differ."""

    name: str
    bases: dict[str, Base]
    methods: dict[str, Method]
    seeds: tuple[int, ...]
    members: int
    repeated: dict[str, int]
    validation: int
    texts: Invented | Packages
    vocabulary: int = 2048
    lengths: tuple[int, int] = (80, 128)
    batch: int = 16
    rate_epochs: float = 0.5
    # The second size of model, fully fine-tuned; as it is, it is the reference of `pretrained`.
    second: str = "base-small"
    seed: int = field(default=1)


WHOLE = Scale(
    name="whole",
    bases={
        "base-main": Base(4, 192, 3, steps=1500, learning_rate=2e-3),
        "base-small": Base(
            2, 128, 2, steps=1500, learning_rate=3e-3, step_cost=0.25, epoch_cost=20
        ),
    },
    methods={
        "full": Method(5, (1.5e-4, 3e-4, 6e-4, 1.2e-3), slower=(5e-5, 1e-4)),
        "lora": Method(5, (2e-3, 4e-3, 8e-3), cost=1.2, slower=(5e-4, 1e-3)),
        "head": Method(5, (5e-4, 1e-3, 2e-3), cost=0.4),
        "prefix": Method(8, (1e-2, 3e-2, 1e-1), cost=1.2),
        "prompt": Method(8, (3e-2, 1e-1, 3e-1), cost=1.1),
        "p-tuning": Method(8, (1e-3, 3e-3, 1e-2), cost=1.1),
    },
    seeds=(1, 2, 3),
    members=2000,
    repeated={"4": 80, "16": 40},
    validation=300,
    texts=Invented(rows=48_000, canaries={"1": 8, "4": 8, "16": 8, "0": 24}),
)

SMALL = Scale(
    name="small",
    bases={
        "base-main": Base(
            2, 128, 2, steps=700, learning_rate=3e-3, batch=16, step_cost=0.1, epoch_cost=2.5
        ),
        "base-small": Base(
            1, 64, 1, steps=500, learning_rate=5e-3, batch=16, step_cost=0.04, epoch_cost=1
        ),
    },
    methods={
        "full": Method(4, (1e-3,), slower=(3e-4,)),
        "lora": Method(3, (4e-3,), cost=0.95),
        "head": Method(2, (1e-3,), cost=0.5),
        "prefix": Method(2, (1e-2,), cost=0.8),
        "prompt": Method(2, (3e-2,), cost=0.9),
        "p-tuning": Method(2, (3e-3,), cost=0.9),
    },
    seeds=(1,),
    members=300,
    repeated={"4": 12, "16": 6},
    validation=60,
    texts=Invented(
        rows=11_200,
        canaries={"1": 2, "4": 2, "16": 2, "0": 6},
        houses=100,
        tokenizer_texts=2000,
    ),
)

# Rates and batches are those of `SampleData/package-descriptions`; grids are wider where the best
# rate lay at an end. Costs are seconds on one H100 that four trainings share, as measured.
PACKAGES = Scale(
    name="packages",
    bases={
        "base-main": Base(12, 768, 12, learning_rate=8e-4, seconds=170, batch=256, epoch_cost=21),
        "base-small": Base(4, 320, 5, learning_rate=2e-3, seconds=60, batch=256, epoch_cost=10),
    },
    methods={
        "full": Method(5, (5e-5, 1e-4, 2e-4, 4e-4, 8e-4), slower=(1.25e-5, 2.5e-5)),
        "lora": Method(5, (6e-4, 1e-3, 3e-3), cost=1.2, slower=(1e-4, 3e-4)),
        "head": Method(5, (3e-4, 1e-3, 3e-3), cost=0.8),
        "prefix": Method(8, (1e-2, 3e-2, 1e-1), cost=1.1),
        "prompt": Method(4, (3e-2, 1e-1, 3e-1), cost=1.1),
        "p-tuning": Method(4, (1e-3, 3e-3, 1e-2), cost=1.1),
    },
    seeds=(1, 2, 3),
    members=10_000,
    repeated={"4": 200, "16": 100},
    validation=800,
    texts=Packages(),
    vocabulary=16_384,
    lengths=(60, 128),
    batch=32,
)


def trainings(scale: Scale) -> list[Training]:
    """Every fine-tuning of the plan."""
    found = []
    for method, plan in scale.methods.items():
        seeds = scale.seeds if method in ("full", "lora") else scale.seeds[:1]
        for seed in seeds:
            # Of other seeds nothing later than the headline is asked.
            epochs = plan.epochs if seed == scale.seeds[0] else _headline(scale)
            found.append(Training(seeded(method, seed), "base-main", method, seed, epochs))
        for rate in plan.slower:
            name, epochs = slower(method, rate), _headline(scale)
            found.append(Training(name, "base-main", method, scale.seeds[0], epochs, rate=rate))
    found.append(
        Training("control", "base-main", "full", scale.seeds[0], _headline(scale), "others.json")
    )
    found.append(
        Training("small-full", scale.second, "full", scale.seeds[0], scale.methods["full"].epochs)
    )
    return found


def runs(scale: Scale) -> list[Run]:
    """Every model that is asked, in the order in which they are listed.

    First full fine-tuning and LoRA after `_headline` epochs, then every other method's last
    checkpoint; these may keep their tokens. The rest are checkpoints of every training at whole
    epochs: other seeds, other epochs, slower learning rates.
    """
    head = _headline(scale)
    found: list[Run] = []

    def at(training: str, epoch: int, name: str | None = None) -> None:
        run = Run(name or f"{training}-e{epoch}", "base-main", training, epoch)
        if run not in found:
            found.append(run)

    at("full", head)
    at("lora", head)
    for method, plan in scale.methods.items():
        if method not in ("full", "lora"):
            at(method, plan.epochs)
    for method, plan in scale.methods.items():
        for epoch in asked(plan.epochs):
            at(method, epoch)
    for seed in scale.seeds[1:]:
        for method in ("full", "lora"):
            for epoch in asked(head):
                at(seeded(method, seed), epoch, f"{method}-e{epoch}-seed{seed}")
    for method, plan in scale.methods.items():
        for rate in plan.slower:
            for epoch in asked(head):
                at(slower(method, rate), epoch)
    found.append(Run(f"control-e{head}", "base-main", "control", head, kind="control"))
    for epoch in (1, scale.methods["full"].epochs):
        found.append(Run(f"small-full-e{epoch}", scale.second, "small-full", epoch))
    found.append(Run("pretrained", scale.second, model="base-main", kind="pretrained"))
    return found


def seeded(method: str, seed: int) -> str:
    """The name of a method's training with a seed."""
    return method if seed == 1 else f"{method}-seed{seed}"


def slower(method: str, rate: float) -> str:
    """The name of a method's training at a learning rate of its own: `lora-lr5e-4`."""
    digits, exponent = f"{rate:e}".split("e")
    return f"{method}-lr{float(digits):g}e{int(exponent)}"


def marks(epochs: int) -> list[int]:
    """The epochs after which a training of so many is kept: whole ones only."""
    return list(range(1, epochs + 1))


def asked(epochs: int) -> list[int]:
    """The epochs of a training that are asked about."""
    return sorted({epoch for epoch in ASKED if epoch <= epochs} | {epochs})


def _headline(scale: Scale) -> int:
    """The epochs at which full fine-tuning and LoRA are shown side by side."""
    return min(3, scale.methods["full"].epochs, scale.methods["lora"].epochs)
