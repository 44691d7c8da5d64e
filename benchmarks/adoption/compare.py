"""What differs between two releases of an assignment, and between two gradebooks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from proctor.submission.releases import KEY

# Jupyter's ids are drawn anew where a notebook is older than they are.
_WITH_IDS = (4, 5)


@dataclass(frozen=True)
class Score:
    """What a gradebook says of a cell of a submission.

    Attributes:
        points: What it got, None while nobody knows.
        of: What it can get.
        by_hand: Whether it waits for a mark.
    """

    points: float | None
    of: float
    by_hand: bool

    def __str__(self) -> str:
        waits = ", by hand" if self.by_hand else ""
        return f"{'nothing' if self.points is None else f'{self.points:g}'} of {self.of:g}{waits}"


Place = tuple[str, str, str]
"""Student, notebook and cell."""


@dataclass(frozen=True)
class Difference:
    """One thing that is another with the engine.

    Attributes:
        place: Where: a file's name, or student, notebook and cell.
        stock: What it is with stock nbgrader.
        engine: What it is with the engine.
    """

    place: str
    stock: str
    engine: str


def released_cells(folder: Path) -> int:
    """Count the cells of a release."""
    paths = folder.glob("*.ipynb")
    return sum(len(nbformat.read(path, as_version=4).cells) for path in paths)


def release_differences(stock: Path, engine: Path) -> Iterator[Difference]:
    """Compare two releases: the files, and the notebooks cell by cell."""
    one, other = _files(stock), _files(engine)
    for name in sorted(one.keys() | other.keys()):
        if name not in one or name not in other:
            yield Difference(name, _there(name in one), _there(name in other))
        elif name.endswith(".ipynb"):
            yield from _notebook_differences(
                name, *(nbformat.read(p, as_version=4) for p in (one[name], other[name]))
            )
        elif _digest(one[name]) != _digest(other[name]):
            yield Difference(name, "as in the source", "another content")


def score_differences(
    stock: Mapping[Place, Score], engine: Mapping[Place, Score]
) -> Iterator[Difference]:
    """Compare two gradebooks."""
    for place in sorted(stock.keys() | engine.keys()):
        one, other = stock.get(place), engine.get(place)
        if one != other:
            yield Difference(" / ".join(place), _said(one), _said(other))


def _said(score: Score | None) -> str:
    return "no result" if score is None else str(score)


def _there(there: bool) -> str:
    return "there" if there else "not there"


def _files(folder: Path) -> dict[str, Path]:
    return {str(p.relative_to(folder)): p for p in folder.rglob("*") if p.is_file()}


def _digest(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


def _notebook_differences(
    name: str, stock: NotebookNode, engine: NotebookNode
) -> Iterator[Difference]:
    # The engine stamps what students get with the release.
    metadata = {key: value for key, value in engine.metadata.items() if key != KEY}
    yield from _dict_differences(f"{name} / metadata", stock.metadata, metadata)
    if len(stock.cells) != len(engine.cells):
        yield Difference(name, f"{len(stock.cells)} cells", f"{len(engine.cells)} cells")
        return
    with_ids = (stock.nbformat, stock.nbformat_minor) >= _WITH_IDS
    for number, (one, other) in enumerate(zip(stock.cells, engine.cells, strict=True), start=1):
        one, other = (_comparable(cell, with_ids=with_ids) for cell in (one, other))
        yield from _dict_differences(f"{name} / cell {number}", one, other)


def _comparable(cell: NotebookNode, *, with_ids: bool) -> dict[str, Any]:
    flat = {key: value for key, value in cell.items() if key != "metadata"}
    if not with_ids:
        flat.pop("id", None)
    for key, value in cell.metadata.items():
        if key == "nbgrader":
            flat |= {f"nbgrader.{name}": found for name, found in value.items()}
        else:
            flat[f"metadata.{key}"] = value
    return flat


def _dict_differences(
    where: str, one: Mapping[str, Any], other: Mapping[str, Any]
) -> Iterator[Difference]:
    for key in sorted(one.keys() | other.keys()):
        if one.get(key) != other.get(key):
            yield Difference(f"{where} / {key}", _short(one.get(key)), _short(other.get(key)))


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}…"
