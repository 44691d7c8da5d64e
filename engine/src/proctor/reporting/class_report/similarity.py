"""Find solutions that are nearly the same: a hint for a human, never a verdict.

Short exercises have few right solutions, so that most likeness means nothing. What is shown is
therefore what is alike *and* rare: code that much of the class wrote is left out.

Likeness is one minus the share of tokens that have to be put in or taken out to turn one
solution into the other (Indel distance, normalised by the length of both).
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
"""From this likeness on a pair is shown."""

SHORTEST = 25
"""Tokens that the code of all exercises must have together; less says nothing."""

_COMMON = 0.1
"""Share of the class, and never fewer than three, that makes code common."""

_MAX_COMPARED = 3000
"""Students who are compared with each other; the comparison grows with their square."""

_FIRST_CHARACTER = 0x100


@dataclass(frozen=True)
class Pair:
    """Two students with nearly the same code.

    Attributes:
        one: The first.
        other: The second.
        likeness: 0 to 1, over all exercises that are compared.
        exercises: Markers of the exercises in which their own code is uncommon, with the
            likeness there.
        verbatim: Whether comments, names and layout are the same in all of these, too.
    """

    one: Work
    other: Work
    likeness: float
    exercises: tuple[tuple[str, float], ...]
    verbatim: bool


def similar(works: Sequence[Work], limit: int = 20) -> list[Pair]:
    """The pairs that are limit alike, limit alike first.

    Args:
        works: The class; students beyond the first 3,000 are not compared.
        limit: How many pairs to return.
    """
    works = [work for work in works if work.code][:_MAX_COMPARED]
    common = _common(works)
    rare = [_rare(work, common) for work in works]
    codes = _as_text(rare)
    chosen = [place for place, code in enumerate(codes) if len(code) >= SHORTEST]
    if len(chosen) < 2:
        return []
    texts = [codes[place] for place in chosen]
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
    """Code that so many wrote that it tells nothing."""
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
    """One character per token, which is what can be compared fast."""
    characters: dict[str, str] = {}

    def character(word: str) -> str:
        # There are a million characters; words beyond them share the last.
        place = min(_FIRST_CHARACTER + len(characters), sys.maxunicode)
        return characters.setdefault(word, chr(place))

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
