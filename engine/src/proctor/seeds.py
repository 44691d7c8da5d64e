"""Seeds that nobody can guess and everybody can reproduce.

Each student gets other inputs, and each submission of a student's, too: what a first submission
finds out of its challenge is of no use to a second one. A regrade of the same files gets the same
inputs. All of it follows from an HMAC of the student, the exercise and the submission's fingerprint
under a secret that only the course folder holds.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from proctor.errors import CourseError

SECRET_NAME = ".proctor_secret"  # noqa: S105 - the name of the file, not its content


def course_secret(root: Path) -> bytes:
    """The course's secret, made on first use with permissions for its owner alone.

    Args:
        root: The course folder.

    Raises:
        CourseError: The file is there but holds no usable secret, or it can't be made.
    """
    path = root / SECRET_NAME
    try:
        if not path.exists():
            _make_secret(path)
        text = path.read_bytes().decode(errors="replace").strip()
    except OSError as error:
        raise CourseError(
            "The course folder holds a secret, from which the challenges follow.",
            found=error.strerror or type(error).__name__,
            where=str(path),
            remedy="make the folder writable for the first grading, or set "
            "c.Examine.course_folder to a folder that has the file",
        ) from error
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) < 16:
        raise CourseError(
            "The course secret is at least 32 hexadecimal digits.",
            found=f"{len(text)} characters that are not such a number",
            where=str(path),
            remedy="restore the file from a backup; deleting it makes a new secret, and "
            "regrades then use other inputs than before",
        )
    return secret


def _make_secret(path: Path) -> None:
    # Written elsewhere and linked in one step: of several graders that start at the same time
    # one makes the secret, and none reads half of it.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{SECRET_NAME}.")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32) + "\n")
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(name)
    finally:
        Path(name).unlink()


def challenge_seed(
    secret: bytes, *, assignment: str, student: str, exercise: str, submission: str
) -> int:
    """A 128-bit seed for the challenge of one submission in one exercise.

    Args:
        secret: The course's.
        assignment: Name of the assignment.
        student: The student's id.
        exercise: The check's id.
        submission: Fingerprint of all files that the notebook can see.
    """
    return _seed(secret, assignment, student, exercise, submission)


def challenge_seeds(
    secret: bytes, checks: Iterable[str], *, assignment: str, student: str, submission: str
) -> dict[str, int]:
    """The seeds of one submission's challenges, by the check's id."""
    return {check: _seed(secret, assignment, student, check, submission) for check in checks}


def is_ours(
    seed: int, secret: bytes, *, assignment: str, student: str, exercise: str, submission: str
) -> bool:
    """Whether a seed that a receipt names is one that this course asks with, or asked with.

    Seeds of earlier releases followed from student and exercise alone; their receipts stand.
    """
    return seed in (
        _seed(secret, assignment, student, exercise, submission),
        _seed(secret, assignment, student, exercise),
    )


def _seed(secret: bytes, *parts: str) -> int:
    # A separator that can't occur in a name keeps ("ab", "c") apart from ("a", "bc").
    digest = hmac.new(secret, "\x00".join(parts).encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:16], "big")


def generator(seed: int) -> np.random.Generator:
    """The random generator that belongs to a seed; PCG64, the same on every machine."""
    return np.random.Generator(np.random.PCG64(seed))
