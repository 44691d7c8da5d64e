"""A new student version is made beside the old one, and replaces it when it is whole.

The gradebook and the folder can't change at the same instant. What the gradebook will be is written
down first: after a crash, the next command sees from the gradebook whether to finish or to forget.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from proctor.course_layout import released_folder
from proctor.files.atomic import atomic_replacement, write_text
from proctor.files.exchange import put_back, replace_folder
from proctor.files.temporary import remove_tree
from proctor.grading.gradebook.migration import gradebook_session
from proctor.grading.gradebook.release_cells import cells_of_release, digest

_WHOLE = "whole.json"
"""File that is written last: the digest of the gradebook's cells that belong to the new version,
and the number of its folder, which it keeps when it is renamed."""


class StagedRelease:
    """A student version that is being made.

    Attributes:
        target: The folder that it replaces.
        root: The folder in which it is made.
    """

    def __init__(self, coursedir: CourseDirectory, assignment: str) -> None:
        """Name the folders; nothing is made.

        Args:
            coursedir: The course.
            assignment: Name of the assignment.
        """
        self._coursedir, self._assignment = coursedir, assignment
        released = released_folder(coursedir, assignment)
        # If it is a link, what it leads to is replaced.
        self.target = Path(os.path.realpath(released))
        self._kit_target = released.parent / f"{assignment}.zip"
        self.root = self.target.parent / f".{assignment}.new"

    @property
    def folder(self) -> Path:
        """The new student version.

        There nbgrader puts it in a course of its usual structure, if `root` is its release
        directory.
        """
        return self.root / self._assignment

    @property
    def kit(self) -> Path:
        """The new student kit."""
        return self.root / f"{self._assignment}.zip"

    def discard(self) -> None:
        """Remove what was made; what is released stays."""
        remove_tree(self.root)

    def is_whole(self, cells: str) -> None:
        """Write down that it is whole.

        Args:
            cells: Digest of the cells that the gradebook will have.
        """
        about = {"cells": cells, "folder": self.folder.stat().st_ino}
        write_text(self.root / _WHOLE, json.dumps(about))

    def put_in_place(self) -> Path:
        """Replace the student version and the kit; see `replace_folder`.

        Returns:
            The kit.
        """
        if self.kit.exists():
            # Copied, since a link may lead from one file system to another.
            with atomic_replacement(self._kit_target) as part:
                shutil.copyfile(self.kit, part)
        replace_folder(self.folder, self.target)
        self.discard()
        return self._kit_target

    def recover(self) -> bool:
        """Finish what an interrupted release has begun, if the gradebook has its cells already.

        Returns:
            Whether it was finished; if not, nothing of it is left.
        """
        if not self.root.is_dir():
            return False
        put_back(self.folder, self.target)
        try:
            about = json.loads((self.root / _WHOLE).read_text())
            finish = about["cells"] == self._cells()
            done = self.target.exists() and self.target.stat().st_ino == about["folder"]
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            finish = done = False
        if finish and not done:
            self.put_in_place()
        self.discard()
        return finish

    def _cells(self) -> str:
        course = self._coursedir
        with gradebook_session(course.db_url, course.course_id) as session:
            return digest(cells_of_release(session, self._assignment))
