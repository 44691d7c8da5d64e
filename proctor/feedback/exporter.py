"""The exporter through which nbgrader's ``generate_feedback`` writes our pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory

from proctor.feedback.cells import views
from proctor.feedback.folder import keep_only_pages
from proctor.feedback.page import Page
from proctor.feedback.scrubbing import Scrubber
from proctor.feedback.summary import summarize
from proctor.grading.receipts import read_receipt
from proctor.running.results import RECEIPT_SUFFIX


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
            cells=tuple(views(nb, scrub)),
        )
        return page.to_html(), resources
