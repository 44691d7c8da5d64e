"""Seeds of challenges: not predictable for students, but reproducible for the course.

Inputs differ between students and between submissions of the same student, so that what one
submission learns about its challenge does not help the next. Regrading the same files uses the
same inputs. A seed is an HMAC of the student, the exercise and the submission's fingerprint, keyed
with a secret that only the course folder holds.
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
    """Return the course's secret, created on first use and readable only by its owner.

    Args:
        root: The course folder.

    Raises:
        CourseError: The file holds no usable secret, or can't be read or created.
    """
    path = root / SECRET_NAME
    try:
        if not path.exists():
            _make_secret(path)
        text = path.read_bytes().decode(errors="replace").strip()
    except OSError as error:
        raise CourseError(
            f"the course secret can't be read or created: {error.strerror or type(error).__name__}",
            why="challenges are derived from it",
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
            f"the course secret is damaged: {len(text)} characters, not hexadecimal digits",
            why="challenges are derived from it; it has at least 32 hexadecimal digits",
            where=str(path),
            remedy="restore the file from a backup; deleting it makes a new secret, and "
            "regrades then use other inputs than before",
        )
    return secret


def _make_secret(path: Path) -> None:
    # Written to a temporary file and linked atomically: of several graders that start at the
    # same time, one creates the secret and none reads a partial one.
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
    """Return a 128-bit seed for the challenge of one submission in one exercise.

    Args:
        secret: The course's secret.
        assignment: Name of the assignment.
        student: The student's id.
        exercise: The check's id.
        submission: Fingerprint of all files that the notebook can see.
    """
    return _seed(secret, assignment, student, exercise, submission)


def challenge_seeds(
    secret: bytes, checks: Iterable[str], *, assignment: str, student: str, submission: str
) -> dict[str, int]:
    """Return the seeds of one submission's challenges, by check id."""
    return {check: _seed(secret, assignment, student, check, submission) for check in checks}


def is_course_seed(
    seed: int, secret: bytes, *, assignment: str, student: str, exercise: str, submission: str
) -> bool:
    """Return whether a seed from a receipt is one of this course's.

    Earlier releases derived seeds without the submission; their receipts remain valid.
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
    """Return the random generator of a seed: PCG64, which is the same on every machine."""
    return np.random.Generator(np.random.PCG64(seed))
