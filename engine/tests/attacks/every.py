"""All attacks, in the order in which they are run."""

from __future__ import annotations

from engine.tests.attacks import (
    lingering,
    machine,
    messages,
    neighbours,
    parsers,
    reaching,
    reading,
    resources,
    submission,
    verdict,
    wire,
)
from engine.tests.attacks.attack import Attack

_THEMES = (
    verdict, wire, reading, reaching, resources, lingering, neighbours, machine, messages,
    submission, parsers,
)  # fmt: skip
ATTACKS: list[Attack] = [attack for module in _THEMES for attack in module.theme.attacks]
