"""All attacks, in the order in which they are run."""

from __future__ import annotations

from tests.attacks import (
    answers,
    lingering,
    reaching,
    reading,
    resources,
    submission,
    verdict,
)
from tests.attacks.attack import Attack

ATTACKS: list[Attack] = [
    attack
    for module in (verdict, answers, reading, reaching, resources, lingering, submission)
    for attack in module.theme.attacks
]
