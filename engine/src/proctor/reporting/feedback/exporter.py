"""The exporter through which nbgrader's ``generate_feedback`` writes our pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.coursedir import CourseDirectory

from proctor.grading.receipt_files import read_receipt
from proctor.limited_process import Budget, OverBudgetError, within
from proctor.reporting.feedback.cell_views import View, views
from proctor.reporting.feedback.folder import keep_only_pages
from proctor.reporting.feedback.page import Page
from proctor.reporting.feedback.scrub_paths import Scrubber
from proctor.reporting.feedback.summary import Summary, summarize
from proctor.results import RECEIPT_SUFFIX

BUDGET = Budget(seconds=120, cpu_seconds=20, mib=512, most_bytes=48_000_000)
"""For one page. An honest one takes a fraction of a second and of ten megabytes."""

_LEFT_OUT = (
    "<p>Your notebook is left out here: showing it would take too long or too much room.</p>"
)


class FeedbackExporter(Exporter):
    """Makes a feedback page of a graded notebook, with its receipt and its scores."""

    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(
        self, nb: NotebookNode, resources: Any = None, **kwargs: Any
    ) -> tuple[str, Any]:
        """See nbconvert; ``resources`` has what nbgrader says of the submission."""
        nb, resources = super().from_notebook_node(nb, resources, **kwargs)
        about, folder = resources["nbgrader"], Path(resources["metadata"]["path"])
        receipt = read_receipt(folder / f"{about['notebook']}{RECEIPT_SUFFIX}")
        coursedir = CourseDirectory(parent=self)
        keep_only_pages(coursedir, about["assignment"], about["student"], folder)
        scrub = Scrubber([Path(coursedir.root)])
        page = Page(
            assignment=about["assignment"],
            notebook=about["notebook"],
            student=about["student"],
            summary=summarize(nb, receipt, about, scrub),
            cells=(View("rest", "text", "", _LEFT_OUT),),
        )
        _get_ready()
        # What a notebook does to parsers, it does in a process of its own.
        try:
            whole = within(BUDGET, lambda: _whole(page, nb, scrub)).decode()
        except OverBudgetError as error:
            where = f"{about['student']}/{about['notebook']}"
            self.log.warning("%s: the notebook is left out of the page (%s)", where, error)
            rows = tuple(replace(row, anchor="") for row in page.summary.rows)
            whole = replace(page, summary=replace(page.summary, rows=rows)).to_html()
        return whole, resources


def _whole(page: Page, nb: NotebookNode, scrub: Callable[[str], str]) -> bytes:
    return replace(page, cells=tuple(views(nb, scrub))).to_html().encode()


@cache
def _get_ready() -> None:
    """Compile templates and lexers once, and not anew for each page."""
    nb = new_notebook(cells=[new_code_cell("pass"), new_markdown_cell("A *word*, $x$")])
    cells = tuple(views(nb, lambda text: text))
    Page("", "", "", Summary((), 0.0, 0.0), cells).to_html()
