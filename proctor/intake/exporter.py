"""The exporter through which nbgrader's ``autograde`` reads what was submitted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode

from proctor.intake.files import read_notebook, read_plain_file


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
