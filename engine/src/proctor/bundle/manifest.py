"""The manifest of a bundle: the assignment's cells, and the course's engine configuration."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from proctor.submission.reference_cells import ReferenceCell

CONTENTS, GIVEN, PACKAGES = "contents.json", "given", "packages"
"""Names in a bundle: its manifest, the assignment's public files, the course's modules."""

VERSION = 1
"""Version of a bundle's layout; a worker rejects all others."""


@dataclass(frozen=True)
class NotebookPlan:
    """One notebook of the assignment as it was released.

    Attributes:
        cells: The instructor's cells, hidden tests included.
        kernelspec: The kernel that the instructor's notebook names; None if unknown.
    """

    cells: tuple[ReferenceCell, ...]
    kernelspec: Mapping[str, Any] | None


@dataclass(frozen=True)
class Contents:
    """What a worker needs to know to grade submissions of an assignment.

    Attributes:
        assignment: Its name.
        engine: Version of the engine that made the bundle.
        examine: Options of `Examine` by name.
        sandbox: Options of `Sandbox` by name.
        output: Options of nbgrader's ``LimitOutput`` by name.
        packages: Names of the course's modules that are in the bundle.
        leave_out: Patterns of file names that notebooks do not receive.
        notebooks: The assignment's notebooks by name, without extension.
    """

    assignment: str
    engine: str
    examine: Mapping[str, Any]
    sandbox: Mapping[str, Any]
    output: Mapping[str, Any]
    packages: tuple[str, ...]
    leave_out: tuple[str, ...]
    notebooks: Mapping[str, NotebookPlan]

    def to_json(self) -> str:
        """The contents as JSON; the same contents give the same text."""
        return json.dumps({"version": VERSION, **asdict(self)}, sort_keys=True, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Contents:
        """Read what `to_json` wrote.

        Raises:
            ValueError: It has another version.
        """
        raw = json.loads(text)
        if raw.pop("version", None) != VERSION:
            raise ValueError(f"a bundle of another version than {VERSION}")
        notebooks = {
            name: NotebookPlan(tuple(_cell(c) for c in plan["cells"]), plan["kernelspec"])
            for name, plan in raw["notebooks"].items()
        }
        lists = {name: tuple(raw[name]) for name in ("packages", "leave_out")}
        return cls(**{**raw, **lists, "notebooks": notebooks})


def _cell(raw: Mapping[str, Any]) -> ReferenceCell:
    known = {field.name: raw[field.name] for field in fields(ReferenceCell)}
    return ReferenceCell(**{**known, "tags": tuple(known["tags"])})
