"""Answer an exercise's questions: call the student's function and write down what came back.

A graded test cell ends with ``answers.check("grad_cam", globals())``. Where a grader asks from
outside, the questions lie in a folder and the answers go beside them; nothing here knows what a
right answer is. Where the instructor's side of the course is installed, and nobody asks from
outside, it registers itself as an examiner and asks in this process.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, MutableMapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from util.advice import explained
from util.answering import compute_gradcam, grad_cam, permutation_importance, permute_feature
from util.answering.packets import Answer, read_packet, write_packet

_FOLDER = "PROCTOR_EXCHANGE"
"""Environment variable with the folder in which a grader outside leaves its questions."""

_EXAMINERS = "lesson.examiners"
"""Entry point group under which the instructor's side registers itself."""

Namespace = MutableMapping[str, Any]

_ANSWERS: Mapping[str, Callable[..., Answer]] = {
    "grad_cam": grad_cam.answer,
    "compute_gradcam": compute_gradcam.answer,
    "permute_feature": permute_feature.answer,
    "permutation_importance": permutation_importance.answer,
}


def check(exercise: str, namespace: Namespace) -> float | None:
    """Have an exercise examined.

    Args:
        exercise: Name of the exercise's function.
        namespace: The notebook's globals, in which the function is looked up.

    Returns:
        None when a grader outside decides, or when all is right; otherwise the points for part
        of the exercise.

    Raises:
        RuntimeError: There is neither a grader outside nor an examiner here.
    """
    folder = os.environ.get(_FOLDER)
    if folder:
        question = Path(folder) / f"{exercise}.challenge.npz"
        data, arrays = read_packet(question.read_bytes())
        write_packet(
            Path(folder) / f"{exercise}.answer.npz", respond(exercise, namespace, data, arrays)
        )
        return None
    for examiner in entry_points(group=_EXAMINERS):
        points: float | None = examiner.load()(exercise, namespace)
        return points
    raise RuntimeError(
        f"Exercise {exercise} is examined when the notebook is graded, not here.\n"
        "  what to do: run the visible test above; it tells whether the exercise works"
    )


def respond(
    exercise: str, namespace: Namespace, data: Mapping[str, Any], arrays: Mapping[str, Any]
) -> Answer:
    """Answer one challenge.

    Args:
        exercise: Name of the exercise's function.
        namespace: The notebook's globals.
        data: The challenge's JSON.
        arrays: The challenge's arrays.

    Returns:
        JSON and arrays. ``status`` in the JSON is ``answered``, ``raised`` (with ``type`` and
        ``message``), or ``undefined`` where the notebook has no such function.
    """
    function = namespace.get(exercise)
    if not callable(function):
        return {"status": "undefined"}, {}
    # Whatever the student's code raises is an answer of its own kind.
    try:
        said, given = _ANSWERS[exercise](function, namespace, data, arrays)
    except (Exception, SystemExit) as error:
        return {"status": "raised", **describe(error, function)}, {}
    return {"status": "answered", **said}, given


def describe(error: BaseException, function: Callable[..., Any]) -> dict[str, str]:
    """An exception's type and message, short enough to cross, with advice where there is some."""
    return {"type": type(error).__name__, "message": explained(error, function)}
