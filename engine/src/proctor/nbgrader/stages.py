"""The engine's part in nbgrader's ``autograde``, which formgrader runs too.

Two preprocessors and an exporter.
"""

from __future__ import annotations

import atexit
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor

from proctor.bundle.build import Bundle
from proctor.bundle.load import OpenBundle, open_bundle
from proctor.cells import delimiters_of
from proctor.course_layout import released_folder, source_folder, submitted_folder
from proctor.errors import SubmissionError
from proctor.execution.runner import Examine
from proctor.files.temporary import TemporaryFolder
from proctor.grading.collect import collect
from proctor.grading.core import grade_notebook
from proctor.grading.prepare import prepare
from proctor.grading.release_history import releases_of
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
    """Rebuilds a submission on the instructor's cells, as the first sanitising preprocessor."""

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
        # Preprocessors do not receive the course directory, but their config is enough to find it.
        course = CourseDirectory(parent=self)
        instructors = source_folder(course, about["assignment"])
        released = released_folder(course, about["assignment"])
        with Gradebook(about["db_url"]) as gradebook:
            reference = read_reference(
                gradebook,
                assignment=about["assignment"],
                notebook=about["notebook"],
                source=instructors / f"{about['notebook']}.ipynb",
                released=released / f"{about['notebook']}.ipynb",
                delimiters=delimiters_of(self),
            )
        restored = restore(nb, reference, where=str(path))
        for note in restored.notes:
            self.log.warning("%s: %s; it was put right", path, note)
        return restored.nb, resources


class GradeNotebook(NbGraderPreprocessor):
    """Replaces nbgrader's Execute, and does what ``proctor grade`` does.

    It starts from the submitted files, not from the output of the preprocessors before it; those
    only ensure that nbgrader's own preprocessors can read the notebook.
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Grade the submission's notebook, and write a receipt beside it.

        Raises:
            CourseError: See `grade_notebook` and `pack`.
            SubmissionError: There is no graded notebook for nbgrader to write marks into.
        """
        about = resources["nbgrader"]
        course = CourseDirectory(parent=self)
        bundle = _opened(prepare(self, course, about["assignment"]))
        folder = submitted_folder(course, about["assignment"], about["student"])
        unit = collect(
            folder,
            about["student"],
            bundle=bundle,
            given=source_folder(course, about["assignment"]),
            secret=course_secret(Examine(parent=self).course),
            # Taken before the run: the receipt must not match files submitted in the meantime.
            fingerprint=fingerprint(folder),
            releases=releases_of(course, about["assignment"]),
        )
        receipt, blob = grade_notebook(about["notebook"], unit, _without_later_steps(bundle))
        if blob is None:
            raise SubmissionError(
                f"the submission could not be graded: {receipt.reason or 'no such notebook'}",
                why="nbgrader needs a graded notebook to write marks into",
                where=str(folder),
                remedy="look at it, and ask the student to submit again",
            )
        name = about["notebook"] + RECEIPT_SUFFIX
        resources.setdefault("outputs", {})[name] = receipt.to_json().encode()
        return nbformat.reads(blob.decode(), as_version=4), resources


def _without_later_steps(bundle: OpenBundle) -> OpenBundle:
    """The bundle without the course's preprocessors that nbgrader itself runs after this one."""
    found = bundle.contents.preprocessors
    before = tuple(one for one in found if not one.after)
    if len(before) == len(found):
        return bundle
    return replace(bundle, contents=replace(bundle.contents, preprocessors=before))


_bundles: dict[str, tuple[TemporaryFolder, OpenBundle]] = {}
"""The last bundle, by hash: nbgrader grades one notebook at a time."""


def _opened(bundle: Bundle) -> OpenBundle:
    if bundle.hash not in _bundles:
        _close_bundles()
        folder = TemporaryFolder()
        _bundles[bundle.hash] = (folder, open_bundle(bundle.blob, folder.path, exclusive=True))
    return _bundles[bundle.hash][1]


@atexit.register
def _close_bundles() -> None:
    # The fork server exposes the folder to notebooks, so it must end first.
    close_servers()
    while _bundles:
        _, (folder, _) = _bundles.popitem()
        folder.close()


class SubmissionExporter(NotebookExporter):
    """Writes notebooks as nbgrader does, but reads them with the limits set for submissions."""

    def from_filename(
        self, filename: str, resources: Any = None, **kwargs: Any
    ) -> tuple[NotebookNode, Any]:
        """See nbconvert.

        Raises:
            SubmissionError: See `read_plain_file` and `read_notebook`.
        """
        # Checked before nbconvert opens it, since it may be a pipe.
        read_plain_file(Path(filename))
        return super().from_filename(filename, resources, **kwargs)

    def from_file(
        self, file_stream: Any, resources: Any = None, **kwargs: Any
    ) -> tuple[NotebookNode, Any]:
        """See nbconvert; the file is read again, as bytes."""
        path = Path(file_stream.name)
        nb = read_notebook(read_plain_file(path), where=str(path))
        return self.from_notebook_node(nb, resources=resources, **kwargs)
