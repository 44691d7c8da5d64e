"""Graders' comments, as formgrader has stored them for any cell."""

from __future__ import annotations

from nbformat import NotebookNode

from proctor.reporting.feedback.markdown import comment_to_html
from proctor.text import plain

_LONGEST = 5000
"""Maximum characters of a comment."""


def comment_on(cell: NotebookNode) -> str:
    """The grader's comment on a cell as safe HTML; empty if there is none."""
    text = plain(str(cell.metadata.get("nbgrader", {}).get("comment") or ""), _LONGEST)
    return comment_to_html(text) if text.strip() else ""
