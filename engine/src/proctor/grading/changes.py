"""What has changed since a submission was graded, by the names of the files."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from proctor.bundle.build import Bundle
from proctor.bundle.parts import KINDS, Parts, parts_of
from proctor.checks.load import load_checks_module
from proctor.course_layout import source_folder
from proctor.execution.runner import Examine
from proctor.files.atomic import write_text
from proctor.grading.prepare import FOLDER
from proctor.text import listed, one_line

UNKNOWN = "the assignment, its tests or its settings changed"

_VERSION = 1
_KEPT = 20
"""How many bundles are remembered; submissions that were graded with an older one are graded again
without a word on what has changed."""
_NAMED = 3
"""How many changed parts of a kind are named."""


class Changes:
    """Compares the present bundle with earlier ones."""

    def __init__(self, bundle: str, parts: Mapping[str, Parts]) -> None:
        """Remember both.

        Args:
            bundle: Hash of the present bundle.
            parts: Parts of bundles, the present one included, by hash.
        """
        self._parts, self._present = parts, parts.get(bundle, {})
        self._bundle = bundle

    def since(self, bundle: str) -> str | None:
        """Say what has changed since a bundle, or None if nothing that matters has.

        Args:
            bundle: Hash of the bundle that a submission was graded with.
        """
        if bundle == self._bundle:
            return None
        before = self._parts.get(bundle)
        if before is None or not self._present:
            return UNKNOWN
        names = sorted({*before, *self._present})
        changed = [name for name in names if before.get(name) != self._present.get(name)]
        return _said(changed) if changed else None


def changes_of(parent: object, coursedir: CourseDirectory, bundle: Bundle) -> Changes:
    """Compare a course's bundle with earlier ones; its parts are written down for the next time.

    Args:
        parent: The application, for configuration.
        coursedir: The course.
        bundle: The present bundle.
    """
    assignment = bundle.contents.assignment
    path = Path(coursedir.root) / FOLDER / f"{assignment}.bundles.json"
    known = _read(path)
    if bundle.hash not in known:
        examine = Examine(parent=parent)
        module = load_checks_module(examine.checks, examine.course)
        variables = vars(module) if module is not None else {}
        source = source_folder(coursedir, assignment)
        parts = parts_of(bundle, _relative(source, Path(coursedir.root)), variables)
        known = dict([*known.items(), (bundle.hash, parts)][-_KEPT:])
        # Where the course can't be written, as in a container, nothing is compared.
        with suppress(OSError):
            write_text(path, json.dumps({"version": _VERSION, "bundles": known}))
    return Changes(bundle.hash, known)


def _relative(path: Path, root: Path) -> str:
    normal = Path(str(path).replace("/./", "/"))
    return (normal.relative_to(root) if normal.is_relative_to(root) else normal).as_posix()


def _read(path: Path) -> dict[str, Parts]:
    try:
        raw = json.loads(path.read_text())
        if raw["version"] != _VERSION:
            return {}
        return {str(name): dict(parts) for name, parts in raw["bundles"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _said(changed: list[str]) -> str:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for name in changed:
        kind, _, which = name.partition(" ")
        by_kind[kind].append(which)
    # A notebook as a whole is not told where its cells are.
    notebooks = by_kind.get("notebook", [])
    cells = [one for one in notebooks if ", cell " in one]
    if cells:
        by_kind["notebook"] = cells
    return "; ".join(
        f"{KINDS[kind]}: {listed([one_line(one, 120) for one in by_kind[kind]], _NAMED)}"
        for kind in KINDS
        if kind in by_kind
    )
