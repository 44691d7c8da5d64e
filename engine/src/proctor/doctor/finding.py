"""One fact about a machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "note", "problem"]


@dataclass(frozen=True)
class Finding:
    """One fact about a machine.

    Attributes:
        name: What it is about.
        value: What was found, in words.
        level: ok; note: grading works, but could be better; problem: it does not work.
        remedy: What to install or set; empty where there is nothing to do.
    """

    name: str
    value: str
    level: Level = "ok"
    remedy: str = ""
