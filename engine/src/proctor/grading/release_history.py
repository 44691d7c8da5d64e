"""The releases of an assignment: which there were, and when."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import nbformat
from nbgrader.coursedir import CourseDirectory

from proctor.course_layout import released_folder
from proctor.files.atomic import write_text
from proctor.grading.prepare import FOLDER
from proctor.submission.releases import MALFORMED, Release, cells_for, stamp_of

_VERSION = 1


def releases_of(coursedir: CourseDirectory, assignment: str) -> tuple[Release, ...]:
    """An assignment's releases, the present one last; it is written down if it is new.

    A release by nbgrader itself is known from the first time that it is graded. The record lies in
    the course folder, in `FOLDER`, where no notebook can read it, and holds nothing secret.

    Args:
        coursedir: The course.
        assignment: Name of the assignment.
    """
    path = Path(coursedir.root) / FOLDER / f"{assignment}.releases.json"
    known = _read(path)
    folder = released_folder(coursedir, assignment)
    stamps, cells = _notebooks(folder)
    if not stamps or (known and known[-1].stamps == stamps):
        return known
    when = datetime.fromtimestamp(max(map(_time, folder.glob("*.ipynb"))), UTC)
    new = Release(len(known) + 1, when.strftime("%Y-%m-%d %H:%M UTC"), stamps, cells)
    said = {"version": _VERSION, "releases": [asdict(one) for one in (*known, new)]}
    # Where the course can't be written, as in a container, it is found again each time.
    with suppress(OSError):
        write_text(path, json.dumps(said, indent=1))
    return (*known, new)


def _read(path: Path) -> tuple[Release, ...]:
    try:
        raw = json.loads(path.read_text())
        if raw["version"] != _VERSION:
            return ()
        return tuple(Release(**one) for one in raw["releases"])
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def _notebooks(folder: Path) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """The stamps of a student version's notebooks by name, and the digests of their cells."""
    stamps, cells = {}, {}
    for path in sorted(folder.glob("*.ipynb")):
        # A file of the course's that is no notebook has no stamp.
        with suppress(Exception):
            nb = nbformat.read(path, as_version=4)
            stamp = stamp_of(nb)
            if stamp not in ("", MALFORMED):
                stamps[path.stem], cells[path.stem] = stamp, cells_for(nb)
    return stamps, cells


def _time(path: Path) -> float:
    return path.stat().st_mtime
