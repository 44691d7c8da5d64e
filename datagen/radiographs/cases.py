"""The four cases of the lesson's section on several labels."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """A selected picture of the training table.

    Attributes:
        image: file name.
        patient: id in the table.
        seed: seed of the picture, picked by eye.
        findings: label -> severity of the findings drawn.
        unlabelled: findings that are drawn but missing from the table, as readers miss them.
        story: what a student should see.
    """

    image: str
    patient: int
    seed: int
    findings: Mapping[str, float]
    unlabelled: tuple[str, ...]
    story: str


CLEAR_MASS = Case(
    "SYN00901_000.png", 900_901, 7106, {"Mass": 1.0}, (),
    "A large mass in the right lung, on the image's left.",
)  # fmt: skip
NEITHER = Case(
    "SYN00902_000.png", 900_902, 7213, {"Infiltration": 0.45}, (),
    "Neither mass nor edema; hila and shoulders catch the eye.",
)  # fmt: skip
CENTRAL_MASS = Case(
    "SYN00903_000.png", 900_903, 7215, {"Mass": 0.75}, (),
    "A mass beside the hilum, near the centre of the chest; the heart is small.",
)  # fmt: skip
EDEMA_LARGE_HEART = Case(
    "SYN00904_000.png", 900_904, 7316, {"Edema": 0.9, "Cardiomegaly": 0.45}, ("Cardiomegaly",),
    "Edema low in the chest; the heart looks enlarged, and the label does not say so.",
)  # fmt: skip
CASES: tuple[Case, ...] = (CLEAR_MASS, NEITHER, CENTRAL_MASS, EDEMA_LARGE_HEART)
