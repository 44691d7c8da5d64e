"""What nbgrader's ``autograde`` and formgrader's button run: two preprocessors and an exporter."""

from __future__ import annotations

import atexit
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor

from proctor.bundle.build import Bundle, pack
from proctor.bundle.load import OpenBundle, open_bundle
from proctor.course_layout import source_folder, submitted_folder
from proctor.errors import SubmissionError
from proctor.execution.options import Examine
from proctor.files.temporary import TemporaryFolder
from proctor.grading.collect import collect
from proctor.grading.core import grade_notebook
from proctor.results import RECEIPT_SUFFIX
from proctor.sandbox.host.options import close_servers
from proctor.seeds import course_secret
from proctor.submission.fingerprint import fingerprint
from proctor.submission.read import (
    check_folder,
    check_notebook_file,
    read_notebook,
    read_plain_file,
)
from proctor.submission.reference_cells import read_reference
from proctor.submission.restore import restore


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


class Grade(NbGraderPreprocessor):
    """Takes the place of nbgrader's Execute, and does what ``proctor grade`` does.

    It starts from what was handed in, not from what the preprocessors before it made of it; these
    only see that nbgrader's own can read it.
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Grade the submission's notebook; leave a receipt beside it.

        Raises:
            CourseError: See `grade_notebook` and `pack`.
            SubmissionError: There is nothing that nbgrader could write marks into.
        """
        about = resources["nbgrader"]
        course = CourseDirectory(parent=self)
        bundle = _opened(pack(self, course, about["assignment"]))
        folder = submitted_folder(course, about["assignment"], about["student"])
        unit = collect(
            folder,
            about["student"],
            bundle=bundle,
            given=source_folder(course, about["assignment"]),
            secret=course_secret(Examine(parent=self).course),
            # Before the run: what is handed in meanwhile is not what was graded.
            fingerprint=fingerprint(folder),
        )
        receipt, blob = grade_notebook(about["notebook"], unit, bundle)
        if blob is None:
            raise SubmissionError(
                "The submission could not be graded.",
                found=receipt.reason or "no notebook of this name",
                where=str(folder),
                remedy="look at it, and ask the student to submit again",
            )
        name = about["notebook"] + RECEIPT_SUFFIX
        resources.setdefault("outputs", {})[name] = receipt.to_json().encode()
        return nbformat.reads(blob.decode(), as_version=4), resources


_bundles: dict[str, tuple[TemporaryFolder, OpenBundle]] = {}
"""The last one, by its hash: nbgrader asks for one notebook at a time."""


def _opened(bundle: Bundle) -> OpenBundle:
    if bundle.hash not in _bundles:
        _close_bundles()
        folder = TemporaryFolder()
        _bundles[bundle.hash] = (folder, open_bundle(bundle.blob, folder.path, exclusive=True))
    return _bundles[bundle.hash][1]


@atexit.register
def _close_bundles() -> None:
    # The fork server shows notebooks what lies in the folder.
    close_servers()
    while _bundles:
        _, (folder, _) = _bundles.popitem()
        folder.close()


class SubmissionExporter(NotebookExporter):
    """Writes notebooks as nbgrader does, and reads them as submissions are read: within limits."""

    def from_filename(
        self, filename: str, resources: Any = None, **kwargs: Any
    ) -> tuple[NotebookNode, Any]:
        """See nbconvert.

        Raises:
            SubmissionError: See `read_plain_file` and `read_notebook`.
        """
        # Before it is opened: it may be a pipe.
        read_plain_file(Path(filename))
        return super().from_filename(filename, resources, **kwargs)

    def from_file(
        self, file_stream: Any, resources: Any = None, **kwargs: Any
    ) -> tuple[NotebookNode, Any]:
        """See nbconvert; the file is read anew, as bytes."""
        path = Path(file_stream.name)
        nb = read_notebook(read_plain_file(path), where=str(path))
        return self.from_notebook_node(nb, resources=resources, **kwargs)
