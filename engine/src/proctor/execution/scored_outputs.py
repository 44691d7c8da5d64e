"""Outputs of a graded cell: the student's are only displayed, ours carry the score.

nbgrader derives a score from a cell's outputs: an error or anything on stderr means zero, an
execute_result means partial marks. All of these can be forged from inside, so they are converted to
outputs that nbgrader does not score, and the verdict's own output is added after them.
"""

from __future__ import annotations

import base64
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from nbformat import NotebookNode
from nbformat.v4 import new_output

from proctor.checks.check import Picture
from proctor.results import ExerciseResult

ERROR_NAME = "NotPassed"
OURS = "proctor"
"""Key in an output's metadata for the engine's own data; dropped from students' outputs."""
_WIDTH = 90
_MAX_MATCHED, _MAX_MATCHED_TEXT = 20, 20_000


def without_ignored(outputs: Sequence[NotebookNode], pattern: str) -> list[NotebookNode]:
    """Leave out what counts for nothing on the error stream, as nbgrader's ``IgnorePattern`` does.

    Only the first texts are looked at, and no long ones: the pattern is the course's, but a
    student's text may be made to match slowly.

    Args:
        outputs: A cell's outputs.
        pattern: A regular expression; empty: everything counts.
    """
    if not pattern:
        return [*outputs]
    errors = (o for o in outputs if o.output_type == "stream" and o.name == "stderr")
    short = [o for o in islice(errors, _MAX_MATCHED) if len(o.text) <= _MAX_MATCHED_TEXT]
    ignored = {id(output) for output in short if re.search(pattern, output.text)}
    return [output for output in outputs if id(output) not in ignored]


def without_scores(outputs: Iterable[NotebookNode]) -> list[NotebookNode]:
    """Convert outputs to ones that nbgrader does not score."""
    return [_harmless(output) for output in outputs]


def _harmless(output: NotebookNode) -> NotebookNode:
    if output.output_type == "stream":
        return new_output("stream", name="stdout", text=output.text)
    if output.output_type == "error":
        text = "\n".join(output.traceback) or f"{output.ename}: {output.evalue}"
        return new_output("stream", name="stdout", text=text + "\n")
    metadata = {key: value for key, value in output.metadata.items() if key != OURS}
    return new_output("display_data", data=output.data, metadata=metadata)


def picture_output(picture: Picture) -> NotebookNode:
    """Return an output with a picture that the trusted side drew."""
    about = {"title": picture.title, "alt": picture.alt}
    return new_output(
        "display_data",
        data={"image/jpeg": base64.b64encode(picture.jpeg).decode(), "text/plain": picture.alt},
        metadata={OURS: about},
    )


def pictures_in(outputs: Iterable[NotebookNode]) -> Iterator[Picture]:
    """Yield the pictures that the trusted side drew, from the outputs of a graded test cell."""
    for output in outputs:
        about = output.get("metadata", {}).get(OURS)
        if about is not None:
            jpeg = base64.b64decode(output.data["image/jpeg"])
            yield Picture(about["title"], about["alt"], jpeg)


def scoring_output(result: ExerciseResult) -> list[NotebookNode]:
    """Return outputs that nbgrader scores: an error for zero, a number for partial marks.

    The result's message is included, for feedback.
    """
    said = f"{result.score:g} of {result.max_score:g} points. {result.message}"
    # Feedback pages do not wrap what a cell shows.
    text = textwrap.fill(said, _WIDTH, break_on_hyphens=False, break_long_words=False)
    # A test may be worth nothing, and pass.
    if result.score <= 0 and result.status != "passed":
        red = f"\x1b[31m{text}\x1b[0m"
        return [new_output("error", ename=ERROR_NAME, evalue=result.message, traceback=[red])]
    shown = new_output("stream", name="stdout", text=text + "\n")
    if result.score >= result.max_score:
        return [shown]
    number = new_output(
        "execute_result", data={"text/plain": repr(float(result.score))}, execution_count=None
    )
    return [shown, number]
