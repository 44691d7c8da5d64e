"""From which release of an assignment a submission comes, as its notebook says.

Each notebook that is handed out carries a stamp in its metadata: a digest of what students see of
it. It comes back in a student's file, so that it may be anything; it is compared, and no more.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

KEY, RELEASE = "proctor", "release"
"""Where the stamp stands in a notebook's metadata."""

MALFORMED = "?"
"""What is recorded of a stamp that is none of ours."""

_STAMP = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Release:
    """One release of an assignment.

    Attributes:
        number: Its number, from 1.
        when: When it was made, as text: date and time in UTC.
        stamps: Its notebooks' stamps, by name without extension.
        cells: Digests of their cells, by notebook and nbgrader's id.
    """

    number: int
    when: str
    stamps: Mapping[str, str]
    cells: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"release {self.number} of {self.when}"


def stamp_for(nb: NotebookNode) -> str:
    """The stamp of a student version: a digest of its cells, the same for the same cells."""
    return _digest([_described(cell) for cell in nb.cells])


def cells_for(nb: NotebookNode) -> dict[str, str]:
    """Digests of the cells of a student version, by nbgrader's id."""
    found = {}
    for cell in nb.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id is not None:
            found[grade_id] = _digest(_described(cell))
    return found


def _described(cell: NotebookNode) -> list[Any]:
    # Without Jupyter's id of the cell, which may be drawn anew at each release.
    return [cell.cell_type, cell.source, cell.metadata.get("nbgrader"), cell.get("attachments")]


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def put_stamp(nb: NotebookNode) -> None:
    """Write its stamp into a student version."""
    nb.metadata[KEY] = NotebookNode({RELEASE: stamp_for(nb)})


def stamp_of(nb: Mapping[str, Any]) -> str:
    """The stamp in a submitted notebook; empty if it has none, `MALFORMED` if that is no stamp."""
    metadata = nb.get("metadata")
    about = metadata.get(KEY) if isinstance(metadata, Mapping) else None
    if about is None:
        return ""
    stamp = about.get(RELEASE) if isinstance(about, Mapping) else None
    return stamp if isinstance(stamp, str) and _STAMP.fullmatch(stamp) else MALFORMED


def origin_of(notebook: str, stamp: str, releases: Sequence[Release]) -> tuple[str, str]:
    """Say from which release a notebook comes.

    Args:
        notebook: Name of the notebook, without extension.
        stamp: What `stamp_of` has found in the submission.
        releases: The assignment's releases, the present one last.

    Returns:
        The release, as text, and a note for the course's staff. The text is empty if it is unknown,
        the note if it comes from the present release.
    """
    present = next((r for r in reversed(releases) if notebook in r.stamps), None)
    if present is None:
        return "", ""
    for release in (present, *reversed(releases)):
        if release.stamps.get(notebook) == stamp:
            if release is present:
                return str(release), ""
            said = f"{release}; graded by {present}"
            return said, f"it comes from {said}"
    known = {one: name for release in releases for name, one in release.stamps.items()}
    if stamp in known:
        return "", f"it was handed out as {known[stamp]}.ipynb; graded by {present}"
    if stamp:
        return "", f"its notebook names a release that is none of this course; graded by {present}"
    if len(releases) == 1:
        return "", ""
    return "", f"its notebook does not say from which release it comes; graded by {present}"


def other_cells(notebook: str, stamp: str, releases: Sequence[Release]) -> frozenset[str] | None:
    """Ids of cells that were other ones, or not there, in the release that a notebook comes from.

    Args:
        notebook: See `origin_of`.
        stamp: See `origin_of`.
        releases: See `origin_of`.

    Returns:
        The ids; None if it comes from the present release, or from none that is known.
    """
    present = next((r for r in reversed(releases) if notebook in r.stamps), None)
    if present is None or present.stamps[notebook] == stamp:
        return None
    origin = next((r for r in releases if r.stamps.get(notebook) == stamp), None)
    if origin is None:
        return None
    before, now = origin.cells.get(notebook, {}), present.cells.get(notebook, {})
    return frozenset(name for name in now if before.get(name) != now[name])
