"""What a student is told of a test that failed in the notebook's own kernel.

The outputs are the student's process's own words: they are shortened and never believed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from nbformat import NotebookNode

from proctor.cells import hidden_part
from proctor.execution.outside_results import NOT_PASSED, PASSED_IN_PART, WARNED
from proctor.text import one_line, plain

_ARROW = re.compile(r"^-+> (\d+) ", flags=re.MULTILINE)
_LONGEST, _LONGEST_TRACEBACK = 500, 20_000
_NAMELESS = ("", "error", "exception", "simpleerror", "notfinished")
"""Names by which kernels of other languages, and the grader, call any error."""


def failure_sentence(source: str, outputs: Sequence[NotebookNode], *, scored: bool) -> str:
    """Say how a test has failed: its message, or what was raised.

    Of a test with hidden lines, only messages are quoted that its author has written down.

    Args:
        source: The test cell.
        outputs: Its outputs.
        scored: Whether some of the points were given.
    """
    error = next((output for output in outputs if output.output_type == "error"), None)
    if error is None:
        printed = any(o.output_type == "stream" and o.name == "stderr" for o in outputs)
        return WARNED if printed else PASSED_IN_PART if scored else NOT_PASSED
    kind, said = one_line(str(error.ename), 80), one_line(str(error.evalue), _LONGEST)
    if hidden_part(source) is not None:
        return _of_hidden_test(source, kind, said)
    if kind == "AssertionError":
        return said or _of_line(source, error)
    if kind.lower() in _NAMELESS:
        return (
            f"The test stopped with an error: {said}" if said else "The test stopped with an error."
        )
    return f"The test stopped with {kind}: {said}" if said else f"The test stopped with {kind}."


def _of_hidden_test(source: str, kind: str, said: str) -> str:
    if kind == "AssertionError" and said in _written_messages(source):
        return said
    named = kind.isidentifier() and kind.lower() not in (*_NAMELESS, "assertionerror")
    return f"A test does not pass.{f' It stopped with {kind}.' if named else ''}"


def _written_messages(source: str) -> set[str]:
    """The messages of the assertions in a test, where they are literals."""
    return {
        one_line(node.msg.value, _LONGEST)
        for node in _assertions(source)
        if isinstance(node.msg, ast.Constant) and isinstance(node.msg.value, str) and node.msg.value
    }


def _assertions(source: str) -> list[ast.Assert]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return [node for node in ast.walk(tree) if isinstance(node, ast.Assert)]


def _of_line(source: str, error: NotebookNode) -> str:
    """Quote the assertion that failed, where the traceback tells which."""
    trace = plain("\n".join(map(str, error.get("traceback", ()))), _LONGEST_TRACEBACK)
    arrow = _ARROW.search(trace)
    line = int(arrow[1][:9]) if arrow else 0
    found = _assertions(source)
    failed = [node for node in found if node.lineno <= line <= (node.end_lineno or 0)]
    if not failed and len(found) == 1:
        failed = found
    quoted = ast.get_source_segment(source, failed[0].test) if len(failed) == 1 else None
    return (
        f"A test does not pass: {one_line(quoted, _LONGEST)}" if quoted else "A test does not pass."
    )
