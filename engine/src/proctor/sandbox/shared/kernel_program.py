"""A Jupyter kernel that is a program of its own, for any language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

CONNECTION_FILE = "{connection_file}"
"""What stands in a kernel's command line for the file with its sockets."""


@dataclass(frozen=True)
class KernelProgram:
    """A kernel that is started anew for each notebook, by its command line.

    Attributes:
        name: Name of its specification, as notebooks have it.
        language: Its language, as Jupyter calls it.
        command: Its command line, with `CONNECTION_FILE` where the path of that file belongs.
        environment: Its own environment variables.
    """

    name: str
    language: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Convert it to a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> KernelProgram:
        """Read what `to_json` and JSON made of it."""
        return cls(raw["name"], raw["language"], tuple(raw["command"]), raw["environment"])
