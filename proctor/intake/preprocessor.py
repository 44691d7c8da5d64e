"""The nbgrader preprocessor that takes a submission in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor

from proctor.coursefolder import source_folder
from proctor.intake.files import check_folder, check_notebook_file
from proctor.intake.reference import read_reference
from proctor.intake.restoring import restore


class Restore(NbGraderPreprocessor):
    """Rebuilds a submission on the instructor's cells; first of the sanitising preprocessors."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Restore the notebook.

        Raises:
            SubmissionError: See `check_notebook_file`, `check_folder` and `restore`.
        """
        about = resources["nbgrader"]
        folder = Path(resources["metadata"]["path"])
        path = folder / f"{resources['metadata']['name']}.ipynb"
        check_folder(folder)
        check_notebook_file(path)
        # Preprocessors are given no course directory; their config is enough to find it.
        instructors = source_folder(CourseDirectory(parent=self), about["assignment"])
        with Gradebook(about["db_url"]) as gradebook:
            reference = read_reference(
                gradebook,
                assignment=about["assignment"],
                notebook=about["notebook"],
                source=instructors / f"{about['notebook']}.ipynb",
            )
        nb, notes = restore(nb, reference, where=str(path))
        for note in notes:
            self.log.warning("%s: %s; it was put right", path, note)
        return nb, resources
