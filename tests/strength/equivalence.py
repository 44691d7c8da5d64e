"""Mutants that make no difference, each listed with the reason."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

LISTED = Path(__file__).with_name("equivalent.toml")


def equivalent(path: Path = LISTED) -> Mapping[str, Mapping[str, str]]:
    """Reasons by the mutant's name, by exercise.

    Raises:
        ValueError: A reason is empty.
    """
    listed: dict[str, dict[str, str]] = tomllib.loads(path.read_text())
    for exercise, reasons in listed.items():
        for name, reason in reasons.items():
            if not reason.strip():
                raise ValueError(f"{path}: {exercise}, {name!r} needs a reason.")
    return listed
