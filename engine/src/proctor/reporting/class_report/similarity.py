"""Find solutions that are nearly identical: a hint for staff, never a verdict.

Short exercises have few correct solutions, so most similarity means nothing. Only code that is
similar *and* rare is therefore shown: code that much of the class wrote is left out.

Similarity is one minus the share of tokens that must be inserted or deleted to turn one solution
into the other (Indel distance, normalised by the length of both).
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from proctor.reporting.class_report.inputs import Work

ALIKE = 0.9
"""Minimum similarity of pairs that are shown."""

SHORTEST = 25
"""Minimum tokens of a student's code in all exercises together; less is not significant."""

_COMMON = 0.1
"""Share of the class, but at least three students, from which on code is common."""

_MAX_COMPARED = 3000
"""Maximum students who are compared; the time grows with the square of their number."""

_FIRST_CHARACTER = 0x100


@dataclass(frozen=True)
class Pair:
    """Two students with nearly identical code.

    Attributes:
        one: The first student's work.
        other: The second student's work.
        likeness: Similarity over all compared exercises, 0 to 1.
        exercises: Markers of the exercises in which both have uncommon code, each with the
            similarity.
        verbatim: Whether comments, names and layout are identical in all of these, too.
    """

    one: Work
    other: Work
    likeness: float
    exercises: tuple[tuple[str, float], ...]
    verbatim: bool


def similar(works: Sequence[Work], limit: int = 20) -> list[Pair]:
    """Return pairs with nearly identical code, the most similar first.

    Args:
        works: The class; students beyond the first 3,000 are not compared.
        limit: Maximum number of pairs.
    """
    works = [work for work in works if work.code][:_MAX_COMPARED]
    common = _common(works)
    rare = [_rare(work, common) for work in works]
    codes = _as_text(rare)
    chosen = [index for index, code in enumerate(codes) if len(code) >= SHORTEST]
    if len(chosen) < 2:
        return []
    texts = [codes[index] for index in chosen]
    likeness = cdist(
        texts, texts, scorer=Indel.normalized_similarity, score_cutoff=ALIKE, dtype=np.float32
    )
    found = [
        (float(likeness[a, b]), chosen[a], chosen[b])
        for a, b in np.argwhere(np.triu(likeness, 1) >= ALIKE)
    ]
    found.sort(reverse=True)
    return [_pair(works, rare, *one) for one in found[:limit]]


def _common(works: Sequence[Work]) -> set[tuple[str, tuple[str, ...]]]:
    """Return code that so many students wrote that it is not significant."""
    counts = Counter((marker, code.tokens) for work in works for marker, code in work.code.items())
    enough = max(3, round(_COMMON * len(works)))
    return {code for code, count in counts.items() if count >= enough}


def _rare(work: Work, common: set[tuple[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    return {
        marker: code.tokens
        for marker, code in sorted(work.code.items())
        if (marker, code.tokens) not in common
    }


def _as_text(codes: Sequence[dict[str, tuple[str, ...]]]) -> list[str]:
    """Map each token to one character, since strings can be compared fast."""
    characters: dict[str, str] = {}

    def character(word: str) -> str:
        # There are about a million characters; tokens beyond them share the last.
        index = min(_FIRST_CHARACTER + len(characters), sys.maxunicode)
        return characters.setdefault(word, chr(index))

    return [
        "".join(character(word) for marker, words in code.items() for word in (marker, *words))
        for code in codes
    ]


def _pair(
    works: Sequence[Work],
    rare: Sequence[dict[str, tuple[str, ...]]],
    likeness: float,
    one: int,
    other: int,
) -> Pair:
    shared = [marker for marker in rare[one] if marker in rare[other]]
    exercises = tuple(
        (marker, Indel.normalized_similarity(rare[one][marker], rare[other][marker]))
        for marker in shared
    )
    first, second = works[one], works[other]
    verbatim = all(first.code[m].text == second.code[m].text for m in shared)
    return Pair(first, second, likeness, exercises, verbatim)
