"""A submission on its way: as a worker gets it, as it comes back, as the gradebook has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from proctor.results import Receipt


@dataclass(frozen=True)
class Unit:
    """One submission, as a worker gets it.

    Attributes:
        student: The student's id.
        notebooks: The submitted notebooks' bytes, by name without extension.
        files: The submission's other files as a tar.
        seeds: Of the challenges, by the check's id.
        fingerprint: Of the submission's files.
        problem: Why it can't be graded at all; None where it may be tried.
    """

    student: str
    notebooks: Mapping[str, bytes] = field(default_factory=dict)
    files: bytes = b""
    seeds: Mapping[str, int] = field(default_factory=dict)
    fingerprint: str = ""
    problem: str | None = None

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return len(self.files) + sum(map(len, self.notebooks.values()))


@dataclass(frozen=True)
class Graded:
    """What became of a submission.

    Attributes:
        student: The student's id.
        receipts: One per notebook of the assignment.
        notebooks: The graded notebooks' bytes by name; none for a notebook that was not run.
    """

    student: str
    receipts: tuple[Receipt, ...]
    notebooks: Mapping[str, bytes] = field(default_factory=dict)
