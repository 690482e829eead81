"""The plan: which models are trained how, and which of their checkpoints are asked about.

Everything here is plain data and pure functions: the same scale gives the same plan, and nothing is
read, written or drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

# Checkpoints in epochs: close together at first, where the validation loss falls fast.
MARKS = (1 / 32, 1 / 16, 1 / 8, 3 / 16, 1 / 4, 3 / 8, 1 / 2, 3 / 4, 1, 1.5, 2, 3, 4, 5, 6, 8)
# Instead of an epoch: the checkpoint of the lowest validation loss, or of another run's loss.
BEST, MATCHED = "best", "matched"


@dataclass(frozen=True)
class Base:
    """A base model and how long it is trained."""

    layers: int
    width: int
    heads: int
    steps: int
    learning_rate: float
    batch: int = 32
    # Seconds of one core for one step of pretraining, and for an epoch of full fine-tuning, as
    # measured; only used to tell how much time is left.
    step_cost: float = 0.5
    epoch_cost: float = 38


@dataclass(frozen=True)
class Method:
    """How long a way of fine-tuning takes, and which learning rates are tried for it."""

    epochs: float
    rates: tuple[float, ...]
    # The time of an epoch relative to that of full fine-tuning.
    cost: float = 1.0


@dataclass(frozen=True)
class Training:
    """One fine-tuning."""

    name: str
    base: str
    method: str
    seed: int
    epochs: float
    documents: str = "train.json"


@dataclass(frozen=True)
class Run:
    """A model that is asked about the texts: a checkpoint of a training, or a base as it is."""

    name: str
    reference: str
    training: str | None = None
    # Epochs, or `best`, or `matched`: the checkpoint whose loss is nearest to that of `match`.
    checkpoint: float | str = 0
    match: str | None = None
    model: str | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Scale:
    """Everything in which the whole experiment and the small one differ."""

    name: str
    bases: dict[str, Base]
    methods: dict[str, Method]
    seeds: tuple[int, ...]
    members: int
    repeated: dict[str, int]
    canaries: dict[str, int]
    validation: int
    rows: int
    vocabulary: int = 2048
    lengths: tuple[int, int] = (80, 128)
    houses: int = 300
    tokenizer_texts: int = 6000
    batch: int = 16
    rate_epochs: float = 0.5
    matched: bool = True
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
        "full": Method(5, (1.5e-4, 3e-4, 6e-4, 1.2e-3)),
        "lora": Method(5, (2e-3, 4e-3, 8e-3), cost=1.2),
        "head": Method(5, (5e-4, 1e-3, 2e-3), cost=0.4),
        "prefix": Method(8, (1e-2, 3e-2, 1e-1), cost=1.2),
        "prompt": Method(8, (3e-2, 1e-1, 3e-1), cost=1.1),
        "p-tuning": Method(8, (1e-3, 3e-3, 1e-2), cost=1.1),
    },
    seeds=(1, 2, 3),
    members=2000,
    repeated={"4": 80, "16": 40},
    canaries={"1": 8, "4": 8, "16": 8, "0": 24},
    validation=300,
    rows=48_000,
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
        "full": Method(4, (1e-3,)),
        "lora": Method(3, (4e-3,), cost=0.95),
        "head": Method(2, (1e-3,), cost=0.5),
        "prefix": Method(2, (1e-2,), cost=0.8),
        "prompt": Method(2, (3e-2,), cost=0.9),
        "p-tuning": Method(2, (3e-3,), cost=0.9),
    },
    seeds=(1,),
    members=300,
    repeated={"4": 12, "16": 6},
    canaries={"1": 2, "4": 2, "16": 2, "0": 6},
    validation=60,
    rows=11_200,
    tokenizer_texts=2000,
    houses=100,
    matched=False,
)

LARGE = replace(
    WHOLE,
    name="large",
    bases={
        "base-main": Base(12, 512, 8, steps=12_000, learning_rate=8e-4, batch=128),
        "base-small": Base(4, 192, 3, steps=12_000, learning_rate=2e-3, batch=128),
    },
    members=10_000,
    repeated={"4": 400, "16": 200},
    canaries={"1": 40, "4": 40, "16": 40, "0": 120},
    validation=1000,
    rows=1_500_000,
    vocabulary=8192,
)


def trainings(scale: Scale) -> list[Training]:
    """Every fine-tuning of the plan."""
    found = []
    for method, plan in scale.methods.items():
        seeds = scale.seeds if method in ("full", "lora") else scale.seeds[:1]
        for seed in seeds:
            found.append(Training(seeded(method, seed), "base-main", method, seed, plan.epochs))
    found.append(
        Training("control", "base-main", "full", scale.seeds[0], _headline(scale), "others.json")
    )
    found.append(
        Training("small-full", scale.second, "full", scale.seeds[0], scale.methods["full"].epochs)
    )
    return found


def runs(scale: Scale) -> list[Run]:
    """Every model that is asked, in the order in which they are listed.

    At equal epochs: full and LoRA after `_headline` epochs, every seed. At matched validation loss:
    the best checkpoint of LoRA, the last one of the other methods, and beside each the checkpoint
    of full fine-tuning whose loss is nearest to its.
    """
    head = _headline(scale)
    found: list[Run] = []

    def at(training: str, epoch: float, name: str | None = None) -> None:
        found.append(Run(name or f"{training}-e{epoch:g}", "base-main", training, epoch))

    at("full", head)
    at("lora", head)
    for method, plan in scale.methods.items():
        if method not in ("full", "lora"):
            at(method, plan.epochs)
    for epoch in _others(scale.methods["full"].epochs, head):
        at("full", epoch)
    if scale.methods["lora"].epochs > head:
        at("lora", scale.methods["lora"].epochs)
    for seed in scale.seeds[1:]:
        for method in ("full", "lora"):
            name = seeded(method, seed)
            at(name, head, f"{method}-e{head:g}-seed{seed}")
    if scale.matched:
        found += _matched(scale)
    found.append(Run(f"control-e{head:g}", "base-main", "control", head, kind="control"))
    for epoch in (1, scale.methods["full"].epochs):
        found.append(Run(f"small-full-e{epoch:g}", scale.second, "small-full", epoch))
    found.append(Run("pretrained", scale.second, model="base-main", kind="pretrained"))
    return found


def _matched(scale: Scale) -> list[Run]:
    found = []
    for seed in scale.seeds:
        ending = "" if seed == scale.seeds[0] else f"-seed{seed}"
        best = f"lora-best{ending}"
        found.append(Run(best, "base-main", seeded("lora", seed), BEST))
        found.append(_as_good_as(best, f"full-at-lora{ending}", seeded("full", seed)))
    for method, plan in scale.methods.items():
        if method not in ("full", "lora"):
            found.append(_as_good_as(f"{method}-e{plan.epochs:g}", f"full-at-{method}", "full"))
    return found


def _as_good_as(other: str, name: str, training: str) -> Run:
    return Run(name, "base-main", training, MATCHED, match=other)


def seeded(method: str, seed: int) -> str:
    """The name of a method's training with a seed."""
    return method if seed == 1 else f"{method}-seed{seed}"


def marks(epochs: float) -> list[float]:
    """The moments at which a training of so many epochs is kept."""
    return sorted({mark for mark in MARKS if mark <= epochs} | {epochs})


def _headline(scale: Scale) -> float:
    """The epochs at which full fine-tuning and LoRA are shown side by side."""
    return min(3, scale.methods["full"].epochs, scale.methods["lora"].epochs)


def _others(epochs: float, head: float) -> list[float]:
    return [epoch for epoch in (1, epochs) if epoch != head]
