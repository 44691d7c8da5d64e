"""The outputs of a graded cell: the student's to read, ours to score.

nbgrader reads a score from a cell's outputs: an error or anything on stderr is zero, an
execute_result is part marks. All of these can be forged from inside, so they are turned into
outputs that nbgrader does not score, and the verdict's own output is added after them.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from nbformat import NotebookNode
from nbformat.v4 import new_output

from proctor.running.results import ExerciseResult

ERROR_NAME = "NotPassed"
_WIDTH = 90


def without_scores(outputs: Iterable[NotebookNode]) -> list[NotebookNode]:
    """The same outputs, none of which nbgrader's scoring reads."""
    return [_harmless(output) for output in outputs]


def _harmless(output: NotebookNode) -> NotebookNode:
    if output.output_type == "stream":
        return new_output("stream", name="stdout", text=output.text)
    if output.output_type == "error":
        text = "\n".join(output.traceback) or f"{output.ename}: {output.evalue}"
        return new_output("stream", name="stdout", text=text + "\n")
    return new_output("display_data", data=output.data, metadata=output.metadata)


def scoring_output(result: ExerciseResult) -> list[NotebookNode]:
    """What tells nbgrader the score: an error for zero, a number for part marks, else nothing.

    The message goes along, for feedback.
    """
    said = f"{result.score:g} of {result.max_score:g} points. {result.message}"
    # Feedback pages do not wrap what a cell shows.
    text = textwrap.fill(said, _WIDTH)
    if result.score <= 0:
        red = f"\x1b[31m{text}\x1b[0m"
        return [new_output("error", ename=ERROR_NAME, evalue=result.message, traceback=[red])]
    shown = new_output("stream", name="stdout", text=text + "\n")
    if result.score >= result.max_score:
        return [shown]
    number = new_output(
        "execute_result", data={"text/plain": repr(float(result.score))}, execution_count=None
    )
    return [shown, number]
