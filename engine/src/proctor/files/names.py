"""Names that differ only in how they are written: letter case, Unicode normalisation, copies."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

_COPY = re.compile(
    r"^(?:copy of|kopie von) +"
    r"|[ _-]*(?:\(\d{1,3}\)|\bcopy\d*|\bkopie\d*)$",
    re.IGNORECASE,
)
"""What browsers, Jupyter and file managers add to the name of a copy."""


def spelling(name: str) -> str:
    """A name in one case and normal form; those of equal names are equal."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def looks_same(name: str, other: str) -> bool:
    """Whether two names differ at most in Unicode's normal form."""
    return unicodedata.normalize("NFC", name) == unicodedata.normalize("NFC", other)


def alike(name: str, others: Iterable[str]) -> list[str]:
    """The names that differ from one only in letter case or Unicode normalisation, sorted."""
    wanted = spelling(name)
    return sorted(other for other in others if other != name and spelling(other) == wanted)


def alike_in(names: Iterable[str]) -> dict[str, list[str]]:
    """The names for which there are others that differ only in spelling, with those."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(spelling(name), []).append(name)
    return {
        name: [other for other in group if other != name]
        for group in groups.values()
        if len(group) > 1
        for name in group
    }


def shown(name: str) -> str:
    """A name for a message in which it can be seen in what it differs."""
    return (name if name.isascii() and name.isprintable() else ascii(name))[:200]


def escaped(name: str) -> str:
    """A name that can't be shown as it is, such as one that is not UTF-8, with escapes."""
    return repr(os.fsencode(name)).removeprefix("b")[:200]


def core(name: str) -> str:
    """The letters and digits of a name, without what marks a copy."""
    bare = spelling(name)
    for _ in range(3):
        bare = _COPY.sub("", bare).strip()
    return "".join(letter for letter in bare if letter.isalnum())


def similar_names(inside: Path, name: str, known: Path) -> list[str]:
    """What is in a folder under names that differ from one only in spelling, and are not known.

    Args:
        inside: Folder to look in.
        name: The name.
        known: Folder with all known names.
    """
    try:
        there = [entry.name for entry in os.scandir(inside)]
    except OSError:
        return []
    return [one for one in alike(name, there) if not os.path.lexists(known / one)]
