"""The training schedule: stages, each with one picture size, and the learning rate.

Small pictures come first: a step at 128 pixels costs a sixth of one at 320, and most of what the
network learns (where lungs end, what a heart looks like) is visible at that size. The last stage
has no location term, so that the shipped network is finally trained on the lesson's loss.
"""

import math
from dataclasses import dataclass

WARM_UP_STEPS = 200
"""Steps at the start of the training in which the learning rate rises from zero."""


@dataclass(frozen=True)
class Stage:
    """A part of the training at one size.

    Attributes:
        size: Edge of the pictures in pixels, a multiple of 32.
        batch: Pictures in a step.
        images: Pictures seen in the whole stage.
        first_rate: Learning rate at its beginning.
        last_rate: Learning rate at its end.
        location: Weight of the location term; 0 leaves only the lesson's loss.
    """

    size: int
    batch: int
    images: int
    first_rate: float
    last_rate: float
    location: float

    def __post_init__(self) -> None:
        if self.size % 32 or self.size <= 0:
            raise ValueError(f"The size is a multiple of 32, got {self.size}.")
        if self.batch <= 1 or self.images < self.batch:
            raise ValueError(f"A stage has at least one batch of two, got {self}.")
        if min(self.first_rate, self.last_rate, self.location) < 0:
            raise ValueError(f"Rates and weights are not negative, got {self}.")

    @classmethod
    def parse(cls, text: str) -> "Stage":
        """Read a stage as `__str__` writes it.

        Raises:
            ValueError: If the text is not six numbers that make a stage.
        """
        fields = text.split(":")
        if len(fields) != 6:
            raise ValueError(f"A stage is SIZE:BATCH:IMAGES:RATE:RATE:LOCATION, got {text!r}.")
        return cls(*map(int, fields[:3]), *map(float, fields[3:]))

    def __str__(self) -> str:
        return (
            f"{self.size}:{self.batch}:{self.images}"
            f":{self.first_rate:g}:{self.last_rate:g}:{self.location:g}"
        )

    @property
    def steps(self) -> int:
        """Number of steps of the stage."""
        return self.images // self.batch


# After the first four stages the network ranked masses well but gave even clear masses a low
# probability: their few positions weigh little in the average over all positions. A second round
# at a high rate, at a small and then at full size, let their logits grow.
DEFAULT_STAGES = (
    Stage(128, 16, 28_000, 1.5e-3, 8.0e-4, 1.0),
    Stage(224, 16, 2_400, 6.0e-4, 3.0e-4, 1.0),
    Stage(320, 16, 2_400, 3.0e-4, 1.0e-4, 0.5),
    Stage(320, 16, 1_600, 1.0e-4, 0.0, 0.0),
    Stage(192, 16, 8_000, 1.2e-3, 5.0e-4, 0.3),
    Stage(320, 16, 2_240, 4.0e-4, 0.0, 0.0),
)


@dataclass(frozen=True)
class Position:
    """The position of a step in the schedule.

    Attributes:
        stage: The stage that the step belongs to.
        number: The stage's number, from 0.
        learning_rate: Learning rate of this step.
    """

    stage: Stage
    number: int
    learning_rate: float


def total_steps(stages: tuple[Stage, ...]) -> int:
    """Return the number of steps of all stages."""
    return sum(stage.steps for stage in stages)


def position(stages: tuple[Stage, ...], step: int) -> Position:
    """Return the stage and the learning rate of a step.

    Within a stage the rate falls along half a cosine; the first `WARM_UP_STEPS` of the training
    raise it from zero.

    Args:
        stages: The whole training.
        step: Number of the step, from 0.

    Raises:
        IndexError: If the training is over before this step.
    """
    before = 0
    for number, stage in enumerate(stages):
        if step < before + stage.steps:
            share = (step - before) / stage.steps
            fall = 0.5 * (1 + math.cos(math.pi * share))
            rate = stage.last_rate + (stage.first_rate - stage.last_rate) * fall
            return Position(stage, number, rate * min(1.0, (step + 1) / WARM_UP_STEPS))
        before += stage.steps
    raise IndexError(f"The training has {before} steps, step {step} is beyond.")
