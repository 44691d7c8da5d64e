"""A contact sheet of the pictures that answers gave."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from proctor.reporting.class_report.inputs import Work
from proctor.results import ExerciseResult

MOST = 300
"""Thumbnails of one exercise; those that did not pass come first."""

_SIDE, _QUALITY = 112, 75
_ORDER = ("failed", "partial", "passed")


@dataclass(frozen=True)
class Thumbnail:
    """One student's picture.

    Attributes:
        work: Whose it is.
        result: The verdict.
        jpeg: The picture, small.
        alt: What is to be seen.
    """

    work: Work
    result: ExerciseResult
    jpeg: bytes
    alt: str


def thumbnails(works: Sequence[Work], exercise: str) -> list[Thumbnail]:
    """The pictures of an exercise: what did not pass first, then by student.

    Args:
        works: The class.
        exercise: The exercise's id.
    """
    found = [
        (work, result)
        for work in works
        for result in work.results
        if result.id == exercise and exercise in work.maps
    ]
    found.sort(key=lambda one: (_ORDER.index(one[1].status), one[0].student))
    return [
        Thumbnail(work, result, _small(work.maps[exercise].jpeg), work.maps[exercise].alt)
        for work, result in found[:MOST]
    ]


def _small(jpeg: bytes) -> bytes:
    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as picture:
        picture.thumbnail((_SIDE, _SIDE))
        buffer = io.BytesIO()
        picture.save(buffer, format="JPEG", quality=_QUALITY)
    return buffer.getvalue()
