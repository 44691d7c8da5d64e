"""The page with what was found, in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import PurePath

from benchmarks.adoption.courses import PublicCourse
from benchmarks.adoption.meant import why
from benchmarks.adoption.trial import Row

_SHOWN = 6
"""Places that are named of a kind of difference."""

_HEAD = """\
# Public courses, with stock nbgrader and with the engine

Made by `python -m benchmarks adoption --courses FOLDER --write docs/adoption.md`; change it there.
FOLDER has each repository as OWNER+NAME; none of them is part of this project:

```
{clones}
```

Each assignment is released and graded twice, by nbgrader as it comes and by a course that adopts
the engine, with the course's own `nbgrader_config.py`. What is compared:

- the student version: its files, and of each notebook the cells in their order, with text, outputs
  and all metadata but the engine's stamp of the release; Jupyter's ids of cells only in notebooks
  of a format that has them;
- of each graded cell of each submission, points, possible points, and whether it waits for a mark
  by hand.

The submissions are *solved* (the source's solutions in the student version), *untouched* (the
student version), *half* (every other solution), *raises* (solved, and the first solution cell
raises an error), and those that come with nbgrader's own examples. Metadata of earlier versions are
updated first, for both, by `nbgrader update`. What is not at hand on this machine is missing for
both: "solved gets" says how many points the solutions get with nbgrader, of those that are not
given by hand.{kernels}
"""


def page(courses: Sequence[PublicCourse], rows: Sequence[Row], commits: Mapping[str, str]) -> str:
    """Write the page.

    Args:
        courses: Those that were asked for.
        rows: What was found.
        commits: The commit of each repository.
    """
    return "\n".join([*_head(courses, commits), *_tables(rows), *_differences(rows)]) + "\n"


def counted(rows: Iterable[Row]) -> dict[str, float | bool]:
    """Count what was found, for the file of figures."""
    rows = list(rows)
    meant = [bool(why(r.course, r.assignment, one)) for r in rows for one in r.differences]
    return {
        "adoption_assignments": float(len(rows)),
        "adoption_released_cells": float(sum(row.cells for row in rows)),
        "adoption_scores": float(sum(row.scores for row in rows)),
        "adoption_notes": float(sum(len(row.notes) for row in rows)),
        "adoption_differences_meant": float(sum(meant)),
        "adoption_differences_not_meant": float(len(meant) - sum(meant)),
    }


def _head(courses: Sequence[PublicCourse], commits: Mapping[str, str]) -> Iterator[str]:
    repositories = dict.fromkeys(course.repository for course in courses)
    clones = "\n".join(
        f"git clone https://github.com/{name} {name.replace('/', '+')}   # {commits.get(name, '')}"
        for name in repositories
    )
    named = ", ".join(
        f"`{kernel}` of {course.repository}" for course in courses for kernel in course.kernels
    )
    kernels = f" Kernels that mean this environment's Python, for both: {named}." if named else ""
    yield _HEAD.format(clones=clones, kernels=kernels)


def _tables(rows: Sequence[Row]) -> Iterator[str]:
    figures = counted(rows)
    yield (
        f"{figures['adoption_assignments']:g} assignments, "
        f"{figures['adoption_released_cells']:,.0f} released cells, "
        f"{figures['adoption_scores']:,.0f} scores. "
        f"Differences that are not meant: {figures['adoption_differences_not_meant']:g}. "
        "Notes on the four submissions, none of which has changed anything but answers: "
        f"{figures['adoption_notes']:g}."
    )
    for course, found in groupby(rows, key=lambda row: row.course):
        yield f"\n## {course}\n"
        yield "| assignment | released cells | solved gets | not at hand | scores | differences |"
        yield "|---|---|---|---|---|---|"
        for row in found:
            got = f"{row.points:g} of {row.of:g}" if row.scores else ""
            lacks = ", ".join(f"`{_plain(_without_folder(one))}`" for one in row.lacks)
            different = len(row.differences) or ""
            cells = f"{row.assignment} | {row.cells} | {got} | {lacks} | {row.scores} | {different}"
            yield f"| {cells} |"


def _differences(rows: Sequence[Row]) -> Iterator[str]:
    kinds: dict[str, list[str]] = {}
    for row in rows:
        for one in row.differences:
            reason = why(row.course, row.assignment, one)
            kinds.setdefault(reason, []).append(
                f"{row.course}, {row.assignment}: {one.place}: "
                f"with nbgrader {one.stock}, with the engine {one.engine}"
            )
    neither = [f"{r.course}, {r.assignment}: not {r.neither}" for r in rows if r.neither]
    if kinds:
        yield "\n## Differences\n"
    for reason, places in sorted(kinds.items()):
        yield f"**{reason or 'Not meant.'}**\n" if reason else "**Not explained.**\n"
        yield from _listed(places)
        yield ""
    if neither:
        yield "\n## What neither of the two can do\n"
        yield from _listed(neither, len(neither))


def _listed(lines: Sequence[str], shown: int = _SHOWN) -> Iterator[str]:
    for line in lines[:shown]:
        yield f"- {_plain(line)}"
    if len(lines) > shown:
        yield f"- and {len(lines) - shown} more"


def _without_folder(lacking: str) -> str:
    """A module, or a file without the machine's folders."""
    return PurePath(lacking).name if PurePath(lacking).is_absolute() else lacking


def _plain(text: str) -> str:
    return text.replace("\n", " ").replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")
