"""The exporter through which nbgrader's ``generate_feedback`` writes our pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.coursedir import CourseDirectory

from proctor.course_layout import feedback_folder, released_folder
from proctor.files.atomic import write_text
from proctor.grading.graded_files import read_receipt, unrun_receipts
from proctor.limited_process import OverBudgetError, ProcessBudget, within
from proctor.reporting.feedback.cell_views import View, code_styles, views
from proctor.reporting.feedback.folding import grouped
from proctor.reporting.feedback.given_cells import read_given_cells
from proctor.reporting.feedback.own_pictures import OwnPictures
from proctor.reporting.feedback.sanitize import Scrubber
from proctor.reporting.feedback.summary import Summary, summarize, without_notebook
from proctor.reporting.html.environment import render
from proctor.results import RECEIPT_SUFFIX
from proctor.submission.exercise_names import exercise_names

BUDGET = ProcessBudget(seconds=120, cpu_seconds=20, mib=512, max_bytes=48_000_000)
"""Budget for one page; an ordinary one takes a fraction of a second and of ten megabytes."""

_LEFT_OUT = (
    "<p>Your notebook is left out here: showing it would take too long or too much room.</p>"
)


class FeedbackExporter(Exporter):
    """Converts a graded notebook, with its receipt and scores, to a feedback page."""

    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(
        self, nb: NotebookNode, resources: Any = None, **kwargs: Any
    ) -> tuple[str, Any]:
        """See nbconvert; ``resources`` contains nbgrader's data on the submission."""
        nb, resources = super().from_notebook_node(nb, resources, **kwargs)
        about, folder = resources["nbgrader"], Path(resources["metadata"]["path"])
        receipt = read_receipt(folder / f"{about['notebook']}{RECEIPT_SUFFIX}")
        coursedir = CourseDirectory(parent=self)
        keep_only_pages(coursedir, about["assignment"], about["student"], folder)
        scrub = Scrubber([Path(coursedir.root)])
        given = read_given_cells(coursedir, about["assignment"], about["notebook"])
        beside = OwnPictures([released_folder(coursedir, about["assignment"]), folder])
        page = Page(
            assignment=about["assignment"],
            notebook=about["notebook"],
            student=about["student"],
            summary=summarize(nb, receipt, about, scrub, exercise_names(given.cells or ())),
            cells=(View("rest", "text", "", _LEFT_OUT),),
        )
        _warm_up()
        # In a process of its own, since a crafted notebook can stall or crash a parser.
        try:
            whole = within(BUDGET, lambda: _whole(page, views(nb, scrub, given, beside))).decode()
        except OverBudgetError as error:
            where = f"{about['student']}/{about['notebook']}"
            self.log.warning("%s: the notebook is left out of the page (%s)", where, error)
            whole = replace(page, summary=_without_anchors(page.summary)).to_html()
        return whole, resources


def _whole(page: Page, cells: Iterable[View]) -> bytes:
    return replace(page, cells=tuple(cells)).to_html().encode()


def _without_anchors(summary: Summary) -> Summary:
    rows = tuple(replace(row, anchor="") for row in summary.rows)
    comments = tuple(replace(comment, anchor="") for comment in summary.comments)
    return replace(summary, rows=rows, comments=comments)


@cache
def _warm_up() -> None:
    """Compile templates and lexers once, instead of for each page."""
    nb = new_notebook(cells=[new_code_cell("pass"), new_markdown_cell("A *word*, $x$")])
    cells = tuple(views(nb, lambda text: text))
    Page("", "", "", Summary((), 0.0, 0.0), cells).to_html()


@dataclass(frozen=True)
class Page:
    """The contents of a page.

    Attributes:
        assignment: Name of the assignment.
        notebook: Name of the notebook, without extension.
        student: The student's id.
        summary: Summary of the notebook's results.
        cells: Cells of the notebook; empty if there is none to show.
    """

    assignment: str
    notebook: str
    student: str
    summary: Summary
    cells: Iterable[View] = field(default_factory=tuple)

    def to_html(self) -> str:
        """Return the page as one self-contained file without scripts."""
        return render(
            "feedback.html.j2", page=self, groups=grouped(self.cells), code_styles=code_styles()
        )


_TIMESTAMP = "timestamp.txt"
"""File by which nbgrader detects feedback that is older than the submission."""


def keep_only_pages(
    coursedir: CourseDirectory, assignment: str, student: str, graded: Path
) -> None:
    """Remove the files that nbgrader copied from the graded submission.

    A student's file with the name of a page would be taken for one, and a folder with that name
    would prevent the page from being written.

    Args:
        coursedir: The course.
        assignment: Name of the assignment.
        student: The student's id.
        graded: The folder of the graded notebooks, for each of which there will be a page.
    """
    folder = feedback_folder(coursedir, assignment, student)
    if not folder.is_dir():
        return
    ours = {f"{notebook.stem}.html" for notebook in graded.glob("*.ipynb")} | {_TIMESTAMP}
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.is_symlink() or path.name not in ours:
            path.unlink()


def write_pages_of_unrun(coursedir: CourseDirectory, assignment: str, student: str) -> list[Path]:
    """Write a page for each notebook of a student that could not be run.

    Args:
        coursedir: The course.
        assignment: Name of the assignment.
        student: The student's id.

    Returns:
        Paths of the pages.
    """
    written = []
    folder = feedback_folder(coursedir, assignment, student)
    for receipt in unrun_receipts(coursedir, assignment, student):
        name = receipt.notebook.removesuffix(".ipynb")
        page = Page(assignment, name, student, without_notebook(receipt))
        write_text(folder / f"{name}.html", page.to_html())
        written.append(folder / f"{name}.html")
    return written
