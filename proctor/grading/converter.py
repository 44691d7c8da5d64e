"""nbgrader's autograder for one submission at a time, which says why it failed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbgrader.converters import Autograde

from proctor.coursefolder import released_notebooks
from proctor.errors import ProctorError, SubmissionError
from proctor.intake.files import check_folder, check_notebook_file


class OneByOne(Autograde):
    """Grades the submissions it is pointed at and keeps the reason of a failure."""

    failure: BaseException | None = None

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Look at the files before nbgrader copies them, links followed and all."""
        folder = Path(self._format_source(assignment_id, student_id))
        with self._remembering():
            check_folder(folder)
            for notebook in self.notebooks:
                check_notebook_file(Path(notebook))
            self._check_names(folder, assignment_id)
        super().init_assignment(assignment_id, student_id)

    def _check_names(self, folder: Path, assignment: str) -> None:
        # nbgrader passes notebooks by that it does not know, and then finds none.
        found = {Path(notebook).stem for notebook in self.notebooks}
        wanted = released_notebooks(self.coursedir, assignment)
        if not found.intersection(wanted):
            raise SubmissionError(
                "A submitted notebook has the name under which it was released.",
                found=", ".join(f"{name}.ipynb" for name in sorted(found)),
                where=str(folder),
                remedy=f"rename it to {' or '.join(f'{name}.ipynb' for name in wanted)}",
            )

    def convert_single_notebook(self, notebook_filename: str) -> None:
        """Sanitise and grade one notebook, and remember what it raised."""
        with self._remembering():
            super().convert_single_notebook(notebook_filename)

    def _remembering(self) -> _Remembering:
        return _Remembering(self)


class _Remembering:
    """nbgrader turns every exception into a log entry; this keeps the first one."""

    def __init__(self, converter: OneByOne) -> None:
        self._converter = converter

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if error is not None and self._converter.failure is None:
            self._converter.failure = error


def reason_of(error: BaseException) -> str:
    """One line on why a submission could not be graded."""
    if isinstance(error, ProctorError):
        return error.summary
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0][:200]}" if text else type(error).__name__
