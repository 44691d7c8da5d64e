"""What nbgrader's formgrader shows of a graded notebook, made inert.

Formgrader draws notebooks with nbconvert, in the instructor's session. Its template takes HTML in
Markdown cells as it is, and writes an output's metadata into tags, whatever nbconvert is told of
sanitising. So nothing that a student had a hand in reaches the template but what was looked at:
`Inert` leaves of each output what can be shown, and two filters take the place of nbconvert's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import GetGrades

from proctor.reporting.feedback.markdown import to_html
from proctor.reporting.feedback.output_views import STARTS, picture_address
from proctor.reporting.feedback.sanitize import CostlyError, safe_text
from proctor.text import plain

_LONGEST = 50_000
"""Characters of one text; what is longer is cut."""

_HIGHLIGHTED = 5_000
"""Characters of code; highlighting longer code can take minutes."""

_TEXT, _PICTURES = 1_000_000, 16_000_000
"""Characters of a notebook's outputs and of a student's own cells that are shown, and of pictures.
What comes after them is left out."""

_WRAPPED = 1000
"""Characters that a cell or an output counts for besides its own."""

_COLOURED = 200
"""Escape sequences of a text; with more it is shown without colours."""

_OUTPUTS = 500
"""Outputs of a cell; later ones are left out."""

_TEXTS = ("text/html", "text/markdown", "text/latex", "text/plain")
_DRAWING = "image/svg+xml"
_LEFT_OUT = "This is left out here: it would take too long to show, or too much room."
_OWN_FILE = re.compile(r"(?:[\w-]+/)*[\w. -]+\.(?:png|jpe?g|gif|webp|svg)", flags=re.IGNORECASE)
"""A picture beside the notebook."""


class Inert(Preprocessor):
    """Leaves of each cell what can be shown and does nothing."""

    enabled = True

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """See nbconvert; ``nb`` is a copy."""
        room = _Room()
        nb.cells = [shown for cell in nb.cells if (shown := _inert(cell, room)) is not None]
        nb.metadata.pop("widgets", None)
        return nb, resources


class _Room:
    """What is left of the characters that a page may have."""

    def __init__(self) -> None:
        self._text, self._pictures = _TEXT, _PICTURES

    def has(self, text: int, pictures: int = 0) -> bool:
        """Whether so many more are shown; once they are not, no more are."""
        self._text -= text
        self._pictures -= pictures
        return min(self._text, self._pictures) >= 0


def _inert(cell: NotebookNode, room: _Room) -> NotebookNode | None:
    # What is to be marked is shown whatever else there is.
    if "nbgrader" not in cell.metadata and not room.has(_WRAPPED + len(cell.source)):
        return None
    cell.metadata = NotebookNode({k: v for k, v in cell.metadata.items() if k == "nbgrader"})
    cell.source = _cut(cell.source)
    if cell.cell_type == "code":
        if len(cell.source) > _HIGHLIGHTED:
            cell.metadata["magics_language"] = "text"
        cell.execution_count = None
        shown = [_shown(output) for output in cell.outputs[:_OUTPUTS]]
        cell.outputs = [output for output in shown if room.has(*_sizes(output))]
    return cell


@pass_context
def markdown(context: Context, source: str) -> str:
    """In place of nbconvert's ``markdown2html``: as in our own pages."""
    cell = context.get("cell") or {}
    try:
        drawn = to_html(source, cell.get("attachments"), is_own_file=is_own_file)
    except CostlyError:
        return f"<p>{_LEFT_OUT}</p>"
    return drawn


def clean(text: str | bytes) -> str:
    """In place of nbconvert's ``clean_html``: text, tables and pictures that are in the text."""
    if isinstance(text, bytes):
        # A drawing that somebody asked to be written as HTML.
        return f"<p>{_LEFT_OUT}</p>"
    try:
        return safe_text(text, is_own_file=is_own_file)
    except CostlyError:
        return f"<p>{_LEFT_OUT}</p>"


def unchanged(text: str) -> str:
    """In place of a filter that would look through text for a long time."""
    return text


def is_own_file(address: str) -> bool:
    """Whether an address is that of a picture beside the notebook, and of nothing else."""
    return _OWN_FILE.fullmatch(address) is not None


def _shown(output: NotebookNode) -> NotebookNode:
    if output.output_type == "stream":
        return new_output("stream", name="stdout", text=_cut(output.text))
    if output.output_type == "error":
        said = _cut("\n".join(map(str, output.traceback)))
        return new_output("error", ename="", evalue="", traceback=[said])
    return new_output("display_data", data=dict(_data(output.data)))


def _data(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What can be shown of an output, by type."""
    for kind in _TEXTS:
        if isinstance(data.get(kind), str):
            yield kind, _cut(data[kind])
    for kind in STARTS:
        address = picture_address({kind: data.get(kind)})
        if address is not None:
            yield kind, address.partition(",")[2]
    drawing = data.get(_DRAWING)
    # It is shown as a picture, in which no script runs and which fetches nothing.
    if isinstance(drawing, str) and len(drawing) <= _LONGEST * 10:
        yield _DRAWING, drawing


def _sizes(output: NotebookNode) -> tuple[int, int]:
    """Characters of texts, and of pictures."""
    data = output.get("data", {})
    pictures = sum(len(text) for kind, text in data.items() if kind.startswith("image/"))
    texts = [str(text) for kind, text in data.items() if not kind.startswith("image/")]
    texts += [output.get("text", ""), *output.get("traceback", ())]
    return _WRAPPED + sum(map(len, texts)), pictures


def _cut(text: object) -> str:
    whole = str(text)
    if whole.count("\x1b", 0, _LONGEST) > _COLOURED:
        return plain(whole, _LONGEST)
    return whole if len(whole) <= _LONGEST else f"{whole[:_LONGEST]}..."


class Grades(GetGrades):
    """Says besides the score whether a human gave it, or has yet to."""

    def _get_score(self, cell: NotebookNode, resources: Any) -> None:
        super()._get_score(cell, resources)
        name = cell.metadata["nbgrader"]["grade_id"]
        grade = self.gradebook.find_grade(
            name, self.notebook_id, self.assignment_id, self.student_id
        )
        about = cell.metadata.nbgrader
        about["by_hand"] = grade.manual_score is not None
        about["waiting"] = grade.auto_score is None and grade.manual_score is None
