"""Seeds that nobody can guess and everybody can reproduce.

Each student gets other inputs; a regrade gets the same ones. Both follow from an HMAC of the
student and the exercise under a secret that only the course folder holds.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

import numpy as np

from proctor.errors import CourseError

SECRET_NAME = ".proctor_secret"  # noqa: S105 - the name of the file, not its content


def course_secret(root: Path) -> bytes:
    """The course's secret, made on first use with permissions for its owner alone.

    Args:
        root: The course folder.

    Raises:
        CourseError: The file is there but holds no usable secret.
    """
    path = root / SECRET_NAME
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32) + "\n")
    text = path.read_text().strip()
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


def challenge_seed(secret: bytes, *, assignment: str, student: str, exercise: str) -> int:
    """A 128-bit seed for one student's challenge in one exercise."""
    # A separator that can't occur in a name keeps ("ab", "c") apart from ("a", "bc").
    message = "\x00".join((assignment, student, exercise)).encode()
    digest = hmac.new(secret, message, hashlib.sha256).digest()
    return int.from_bytes(digest[:16], "big")


def generator(seed: int) -> np.random.Generator:
    """The random generator that belongs to a seed; PCG64, the same on every machine."""
    return np.random.Generator(np.random.PCG64(seed))
