"""Public courses with stock nbgrader and with the engine, side by side: is all as it was?"""

from __future__ import annotations

import subprocess
from pathlib import Path

from benchmarks.adoption.courses import COURSES, PublicCourse
from benchmarks.adoption.page import counted, page
from benchmarks.adoption.trial import Row, found_before, try_course


def figures(
    courses: Path, work: Path, only: str = "", write: Path | None = None
) -> dict[str, float | bool]:
    """Try the public courses that are there.

    Args:
        courses: A folder with a repository per folder, named OWNER+NAME.
        work: A folder to work in; not a temporary one, since sandboxes have their own.
        only: Try only courses with this text in their name; of the others, what was found before
            is reported.
        write: Where to write the page.
    """
    here = [course for course in COURSES if (courses / course.folder).is_dir()]
    rows: list[Row] = []
    for course in here:
        folder = work / course.name.replace("/", "+").replace(", ", "+").replace(" ", "-")
        if only in course.name:
            try_course(course, courses / course.folder, folder)
        rows += found_before(folder)
    if write is not None:
        write.write_text(page(here, rows, {c.repository: _commit(courses, c) for c in here}))
    return counted(rows)


def _commit(courses: Path, course: PublicCourse) -> str:
    command = ["git", "-C", str(courses / course.folder), "log", "-1", "--format=%h, %cs"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.strip()
