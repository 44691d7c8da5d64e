"""Make what nbgrader's formgrader shows of a graded notebook inert.

Formgrader renders notebooks with nbconvert, in the instructor's session. Its template inserts HTML
in Markdown cells unchanged, and writes an output's metadata into tags, whatever nbconvert's options
for sanitising. Therefore only checked student content reaches the template: `Inert` reduces each
output to what can be shown safely, and filters replace nbconvert's own.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.api import Gradebook
from nbgrader.preprocessors import GetGrades

from proctor.reporting.feedback.markdown import to_html
from proctor.reporting.feedback.pictures import IMAGE_SIGNATURES, picture_data_url
from proctor.reporting.feedback.sanitize import TooExpensiveError, safe_text
from proctor.reporting.feedback.svg import svg_data_url
from proctor.text import plain

_LONGEST = 50_000
"""Maximum characters of one text; longer text is cut off."""

_HIGHLIGHTED = 5_000
"""Maximum characters of highlighted code; highlighting longer code can take minutes."""

_TEXT, _PICTURES = 1_000_000, 16_000_000
"""Maximum characters of a notebook's outputs and of a student's own cells, and of pictures. The
rest is left out."""

_WRAPPED = 1000
"""Characters that are counted for a cell or an output in addition to its own."""

_COLOURED = 200
"""Maximum escape sequences of a text; with more, it is shown without colours."""

_OUTPUTS = 500
"""Maximum outputs of a cell; later ones are left out."""

_TEXTS = ("text/html", "text/markdown", "text/latex", "text/plain")
_DRAWING = "image/svg+xml"
_LEFT_OUT = "This is left out here: it would take too long to show, or too much room."
_OWN_FILE = re.compile(r"(?:[\w-]+/)*[\w. -]+\.(?:png|jpe?g|gif|webp|svg)", flags=re.IGNORECASE)
"""Path of a picture beside the notebook."""


class Inert(Preprocessor):
    """Reduces each cell to what can be shown and is inert."""

    enabled = True

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """See nbconvert; ``nb`` is a copy."""
        room = _Room()
        nb.cells = [shown for cell in nb.cells if (shown := _inert(cell, room)) is not None]
        nb.metadata.pop("widgets", None)
        return nb, resources


class _Room:
    """Counts down the characters that a page may still have."""

    def __init__(self) -> None:
        self._text, self._pictures = _TEXT, _PICTURES

    def has(self, text: int, pictures: int = 0) -> bool:
        """Deduct characters and return whether they fit; after the first that do not, none do."""
        self._text -= text
        self._pictures -= pictures
        return min(self._text, self._pictures) >= 0


def _inert(cell: NotebookNode, room: _Room) -> NotebookNode | None:
    # nbgrader's cells, which must be graded, are shown in any case.
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
    """Replace nbconvert's ``markdown2html``: render as on the feedback pages."""
    cell = context.get("cell") or {}
    try:
        drawn = to_html(source, cell.get("attachments"), own_picture=_own_picture)
    except TooExpensiveError:
        return f"<p>{_LEFT_OUT}</p>"
    return drawn


def clean(text: str | bytes) -> str:
    """Replace nbconvert's ``clean_html``: keep text, tables and embedded pictures."""
    if isinstance(text, bytes):
        # An SVG drawing that would be inserted as HTML.
        return f"<p>{_LEFT_OUT}</p>"
    try:
        return safe_text(text, own_picture=_own_picture)
    except TooExpensiveError:
        return f"<p>{_LEFT_OUT}</p>"


def unchanged(text: str) -> str:
    """Replace a filter that would take long to search the text."""
    return text


def _own_picture(address: str) -> str | None:
    return address if is_own_file(address) else None


def is_own_file(address: str) -> bool:
    """Return whether a URL is only the path of a picture beside the notebook."""
    return _OWN_FILE.fullmatch(address) is not None


def _shown(output: NotebookNode) -> NotebookNode:
    if output.output_type == "stream":
        return new_output("stream", name="stdout", text=_cut(output.text))
    if output.output_type == "error":
        said = _cut("\n".join(map(str, output.traceback)))
        return new_output("error", ename="", evalue="", traceback=[said])
    return new_output("display_data", data=dict(_data(output.data)))


def _data(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what can be shown of an output, by MIME type."""
    for kind in _TEXTS:
        if isinstance(data.get(kind), str):
            yield kind, _cut(data[kind])
    for kind in IMAGE_SIGNATURES:
        address = picture_data_url({kind: data.get(kind)})
        if address is not None:
            yield kind, address.partition(",")[2]
    drawing = data.get(_DRAWING)
    address = svg_data_url(drawing) if isinstance(drawing, str) else None
    # Shown as an image, in which no script runs and no resource is loaded.
    if address is not None:
        yield _DRAWING, base64.b64decode(address.partition(",")[2]).decode()


def _sizes(output: NotebookNode) -> tuple[int, int]:
    """Return the number of characters of texts, and of pictures."""
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


class GetGradesWithManual(GetGrades):
    """Records scores, whether they were given or must be given manually, and graders' comments."""

    _comments: Mapping[str, Sequence[Comment]]

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """See nbconvert."""
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            self._comments = _comments_of(
                gradebook, about["notebook"], about["assignment"], about["student"]
            )
        return super().preprocess(nb, resources)

    def preprocess_cell(
        self, cell: NotebookNode, resources: Any, cell_index: int
    ) -> tuple[NotebookNode, Any]:
        """Record the score, and whatever comments there are: nbgrader looks at answers only."""
        cell, resources = super().preprocess_cell(cell, resources, cell_index)
        if "nbgrader" in cell.metadata and "grade_id" in cell.metadata["nbgrader"]:
            self._get_comment(cell, resources)
        return cell, resources

    def _get_comment(self, cell: NotebookNode, resources: Any) -> None:
        about = cell.metadata["nbgrader"]
        found = self._comments.get(about["grade_id"], ())
        # What nbgrader says by itself, "No response.", is not a teacher's comment.
        about["comment"] = "\n\n".join(said for said, _ in found if said)
        about["unanswered"] = any(automatic for _, automatic in found)

    def _get_score(self, cell: NotebookNode, resources: Any) -> None:
        super()._get_score(cell, resources)
        name = cell.metadata["nbgrader"]["grade_id"]
        grade = self.gradebook.find_grade(
            name, self.notebook_id, self.assignment_id, self.student_id
        )
        about = cell.metadata.nbgrader
        about["by_hand"] = grade.manual_score is not None
        about["waiting"] = grade.auto_score is None and grade.manual_score is None


Comment = tuple[str, bool]
"""A grader's comment, and whether nbgrader has made one by itself."""


def _comments_of(
    gradebook: Gradebook, notebook: str, assignment: str, student: str
) -> Mapping[str, Sequence[Comment]]:
    """The comments on a notebook, by nbgrader's id of the cell; a cell may have two kinds."""
    found: dict[str, list[Comment]] = {}
    for row in gradebook.find_submission_notebook(notebook, assignment, student).comments:
        comment = (str(row.manual_comment or ""), bool(row.auto_comment))
        found.setdefault(row.name, []).append(comment)
    return found
