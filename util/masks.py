"""Masks of the findings in the test pictures, as shipped with the lesson.

The file is ``{"version": 1, "size": 320, "masks": {image: {label: runs}}}``. Runs are the lengths
of alternating stretches in row-major order, the first of them outside the mask, so that a few
hundred numbers represent 102,400 pixels.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import LessonDataError

VERSION = 1
"""Supported version of the file format."""

Masks = dict[str, dict[str, npt.NDArray[np.bool_]]]


def load_masks(path: str | os.PathLike[str], *, missing_ok: bool = False) -> Masks:
    """Read the masks of a set of pictures.

    Args:
        path: The file, for example ``data/nih_new/test-masks.json``.
        missing_ok: Whether to return no masks if the file is missing, as with the course's own
            radiographs, which come without masks.

    Returns:
        By picture and finding, a mask that is true where the finding is visible, bool, shape
        (320, 320). Findings that a picture does not show have no entry.

    Raises:
        LessonDataError: If the file is missing, damaged, or of another version.
    """
    file = Path(path)
    if missing_ok and not file.exists():
        return {}
    content = _read(file)
    if content.get("version") != VERSION:
        raise _problem(file, f"the file has version {content.get('version')!r}")
    try:
        size = int(content["size"])
        return {
            str(image): {
                str(label): _expanded(runs, size, f"{label} of {image}", file)
                for label, runs in findings.items()
            }
            for image, findings in content["masks"].items()
        }
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, LessonDataError):
            raise
        raise _problem(
            file, f"the file has other contents ({type(error).__name__}: {error})"
        ) from error


def _read(file: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise _problem(file, f"the file can't be opened ({error.strerror})") from error
    except ValueError as error:  # includes wrong encodings
        raise _problem(file, f"the file is not JSON ({error})") from error
    if not isinstance(content, dict):
        raise _problem(file, f"the file is a JSON {type(content).__name__}")
    return content


def _expanded(runs: Any, size: int, what: str, file: Path) -> npt.NDArray[np.bool_]:
    lengths = np.asarray(runs, dtype=np.int64)
    if lengths.ndim != 1 or (lengths < 0).any() or lengths.sum() != size * size:
        raise _problem(
            file, f"runs of {int(lengths.sum())} pixels for {what}, in place of {size * size}"
        )
    return np.repeat(np.arange(len(lengths)) % 2 == 1, lengths).reshape(size, size)


def _problem(file: Path, problem: str) -> LessonDataError:
    return LessonDataError(
        problem,
        why=f"masks are a JSON file of version {VERSION}: runs for each finding of each picture",
        where=str(file),
        remedy="put the file that came with the lesson back in its place",
    )
