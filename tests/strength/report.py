"""Say what a run of the gate found: a table for people, and whether it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.strength.corpus import EXERCISES
from tests.strength.gate import Findings, Tried

SPECIFIC_SHARE = 0.8
"""Of the wrong solutions, how many must be told their own mistake."""

_PLACE = re.compile(r"(<!-- strength -->\n).*(<!-- /strength -->)", flags=re.DOTALL)


def failures(found: Findings) -> Iterator[str]:
    """What must not be: one line each; none when the gate holds."""
    for tried in found.solutions:
        for outcome in tried.unexpected[:3]:
            yield (
                f"{tried.solution.exercise}/{tried.solution.name}, student {outcome.student}: "
                f"score {outcome.score:g} of {tried.solution.score:g}, "
                f"misconception {outcome.misconception}, raised {outcome.raised}: "
                f"{outcome.message}"
            )
    wrong = [tried for tried in found.solutions if not tried.solution.right]
    if wrong and _share(wrong) < SPECIFIC_SHARE:
        yield f"only {_share(wrong):.0%} of the wrong solutions are told their own mistake"


def _share(wrong: Sequence[Tried]) -> float:
    return sum(tried.solution.misconception is not None for tried in wrong) / len(wrong)


def tables(found: Findings) -> str:
    """The confusion table, in Markdown."""
    lines = [
        f"Each solution is tried on the inputs of {found.students} students.",
        "",
        "| exercise | right, accepted | right, refused | wrong, refused | wrong, accepted "
        "| told their own mistake | told another's |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in (*EXERCISES, "all"):
        lines.append(f"| {name} | " + " | ".join(_confusion(_of(found.solutions, name))) + " |")
    return "\n".join(lines)


def _of(solutions: Sequence[Tried], exercise: str) -> list[Tried]:
    return [one for one in solutions if exercise in ("all", one.solution.exercise)]


def _confusion(solutions: Sequence[Tried]) -> list[str]:
    right = [one for one in solutions if one.solution.right]
    wrong = [one for one in solutions if not one.solution.right]
    refused = sum(any(o.score < 1 for o in one.unexpected) for one in right)
    accepted = sum(any(o.score >= 1 for o in one.unexpected) for one in wrong)
    mistold = sum(
        any(o.misconception != one.solution.misconception for o in one.unexpected)
        for one in solutions
    )
    told = f"{_share(wrong):.0%}" if wrong else "-"
    return [
        str(len(right) - refused),
        str(refused),
        str(len(wrong) - accepted),
        str(accepted),
        told,
        str(mistold),
    ]


def write(path: Path, found: Findings) -> None:
    """Put the table, and what each wrong solution is told, into a page between its marks."""
    said = [tables(found), "", "## What is told", ""]
    for exercise in EXERCISES:
        said += [
            f"### {exercise}",
            "",
            "| wrong solution | what the student is told |",
            "|---|---|",
        ]
        said += [
            f"| {_cell(one.solution.reason)} | {_cell(one.told)} |"
            for one in _of(found.solutions, exercise)
            if not one.solution.right
        ]
        said.append("")
    text = path.read_text()
    if not _PLACE.search(text):
        raise ValueError(f"{path} has no place for the tables.")
    path.write_text(_PLACE.sub(lambda m: m[1] + "\n".join(said) + "\n" + m[2], text))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
