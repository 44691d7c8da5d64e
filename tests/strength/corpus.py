"""The corpus: one small file per solution, with the verdict that it deserves and why.

``tests/solutions/EXERCISE/right/NAME.py`` deserves full points, ``.../wrong/NAME.py`` does not.
A file's docstring says in its first paragraph what the learner did and why it deserves its
verdict; further lines of the form ``Key: value`` say what the judge is expected to make of it:

``Misconception``: the identifier that the verdict carries, for every student's inputs.
``Score``: the share of the points where it earns a part of them.
``Raises``: the exception that ends it on its way to an answer.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "solutions"
EXERCISES = ("grad_cam", "compute_gradcam", "permute_feature", "permutation_importance")
_KEYS = ("Misconception", "Score", "Raises")


@dataclass(frozen=True)
class Solution:
    """One file of the corpus.

    Attributes:
        exercise: Name of the exercise's function.
        name: Name of the file, without extension.
        right: Whether it deserves full points.
        reason: What the learner did, and why it deserves its verdict.
        code: The file's text; it defines the exercise's function.
        misconception: Identifier that a verdict must carry; None where it carries none.
        score: Share of the points that it deserves, 0 to 1.
        raises: Name of the exception that ends it; None where there is an answer.
    """

    exercise: str
    name: str
    right: bool
    reason: str
    code: str
    misconception: str | None
    score: float
    raises: str | None


def read_corpus(folder: Path = FOLDER) -> list[Solution]:
    """All solutions, by exercise, right ones first."""
    return [
        read_solution(path, exercise, right=kind == "right")
        for exercise in EXERCISES
        for kind in ("right", "wrong")
        for path in sorted((folder / exercise / kind).glob("*.py"))
    ]


def read_solution(path: Path, exercise: str, *, right: bool) -> Solution:
    """Read one file.

    Raises:
        ValueError: It has no docstring, an unknown key in it, or keys that contradict its folder.
    """
    code = path.read_text()
    docstring = ast.get_docstring(ast.parse(code))
    if not docstring:
        raise ValueError(f"{path}: a solution begins with a docstring that says why.")
    reason, _, keys = docstring.partition("\n\n")
    said = dict(line.split(": ", 1) for line in keys.splitlines() if line)
    unknown = set(said) - set(_KEYS)
    if unknown:
        raise ValueError(f"{path}: keys are {', '.join(_KEYS)}; found {', '.join(unknown)}.")
    score = float(said.get("Score", 1.0 if right else 0.0))
    if right != (score == 1.0) or (right and {"Misconception", "Raises"} & set(said)):
        raise ValueError(f"{path}: what its docstring expects does not fit its folder.")
    return Solution(
        exercise=exercise,
        name=path.stem,
        right=right,
        reason=" ".join(reason.split()),
        code=code,
        misconception=said.get("Misconception"),
        score=score,
        raises=said.get("Raises"),
    )
