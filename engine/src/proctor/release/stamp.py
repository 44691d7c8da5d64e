"""The nbgrader preprocessor that stamps a student version with its release."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from proctor.submission.releases import put_stamp


class Stamp(NbGraderPreprocessor):
    """Writes into a notebook's metadata from which release it is; see `put_stamp`."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Stamp the notebook, which is as students will get it."""
        put_stamp(nb)
        return nb, resources
