"""A case that a function is called on, or what it did with one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy.typing as npt


@dataclass(frozen=True)
class Record:
    """Plain data.

    Attributes:
        data: Numbers, texts, lists and mappings by name.
        arrays: Arrays by name.
    """

    data: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
