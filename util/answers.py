"""Answer an exercise's challenge: call the student's function and record the result.

A graded test cell ends with ``answers.check("grad_cam", globals())``. With an external grader, the
challenge is read from a folder and the answer is written next to it; nothing here knows the correct
answer. Without one, the instructor's package, where it is installed, registers itself as an
examiner and poses the challenge in this process.
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
"""Environment variable with the folder in which an external grader leaves its challenges."""

_EXAMINERS = "lesson.examiners"
"""Entry point group under which the instructor's package registers its examiner."""

Namespace = MutableMapping[str, Any]

_ANSWERS: Mapping[str, Callable[..., Answer]] = {
    "grad_cam": grad_cam.answer,
    "compute_gradcam": compute_gradcam.answer,
    "permute_feature": permute_feature.answer,
    "permutation_importance": permutation_importance.answer,
}


def check(exercise: str, namespace: Namespace) -> float | None:
    """Examine an exercise.

    Args:
        exercise: Name of the exercise's function.
        namespace: The notebook's globals, in which the function is looked up.

    Returns:
        None if an external grader decides or if everything is correct; otherwise the points for
        part of the exercise.

    Raises:
        RuntimeError: There is neither an external grader nor a registered examiner.
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
        ``message``), or ``undefined`` if the notebook has no such function.
    """
    function = namespace.get(exercise)
    if not callable(function):
        return {"status": "undefined"}, {}
    # An exception in the student's code is an answer too, with its own status.
    try:
        said, given = _ANSWERS[exercise](function, namespace, data, arrays)
    except (Exception, SystemExit) as error:
        return {"status": "raised", **describe(error, function)}, {}
    return {"status": "answered", **said}, given


def describe(error: BaseException, function: Callable[..., Any]) -> dict[str, str]:
    """Return an exception's type and message, shortened for the answer, with any advice."""
    return {"type": type(error).__name__, "message": explained(error, function)}
