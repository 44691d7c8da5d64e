"""Say what a run of the gate found: a table for people, and whether it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.strength.corpus import EXERCISES
from tests.strength.gate import Findings, Tried, TriedMutant

SPECIFIC_SHARE = 0.8
"""Of the wrong solutions, how many must be told their own mistake."""

_PLACE = re.compile(r"(<!-- strength -->\n).*(<!-- /strength -->)", flags=re.DOTALL)


def failures(found: Findings, listed: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """What must not be: one line each; none when the gate holds."""
    for tried in found.solutions:
        for outcome in tried.unexpected[:3]:
            yield (
                f"{tried.solution.exercise}/{tried.solution.name}, student {outcome.student}: "
                f"score {outcome.score:g} of {tried.solution.score:g}, "
                f"misconception {outcome.misconception}, raised {outcome.raised}: "
                f"{outcome.message}"
            )
    for mutant in _survivors(found, listed):
        yield f"{mutant.exercise}: accepted although changed: {mutant.name}"
    for exercise, reasons in listed.items():
        known = {mutant.name: mutant for mutant in found.mutants if mutant.exercise == exercise}
        for name in reasons if known else ():
            if name not in known or known[name].killed:
                yield f"{exercise}: listed as making no difference, but it does: {name}"
    wrong = [tried for tried in found.solutions if not tried.solution.right]
    if wrong and _share(wrong) < SPECIFIC_SHARE:
        yield f"only {_share(wrong):.0%} of the wrong solutions are told their own mistake"


def _survivors(found: Findings, listed: Mapping[str, Mapping[str, str]]) -> Iterator[TriedMutant]:
    for mutant in found.mutants:
        if not mutant.killed and mutant.name not in listed.get(mutant.exercise, {}):
            yield mutant


def _share(wrong: Sequence[Tried]) -> float:
    return sum(tried.solution.misconception is not None for tried in wrong) / len(wrong)


def tables(found: Findings, listed: Mapping[str, Mapping[str, str]]) -> str:
    """The confusion table and the mutation scores, in Markdown."""
    lines = [
        f"Each solution is tried on the inputs of {found.students} students.",
        "",
        "| exercise | right, accepted | right, refused | wrong, refused | wrong, accepted "
        "| told their own mistake | told another's |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in (*EXERCISES, "all"):
        lines.append(f"| {name} | " + " | ".join(_confusion(_of(found.solutions, name))) + " |")
    lines += [
        "",
        "| exercise | mutants | killed | accepted with a reason | accepted | mutation score |",
        "|---|---|---|---|---|---|",
    ]
    for name in (*EXERCISES, "all"):
        lines.append(f"| {name} | " + " | ".join(_score(found.mutants, name, listed)) + " |")
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


def _score(
    tried: Sequence[TriedMutant], exercise: str, listed: Mapping[str, Mapping[str, str]]
) -> list[str]:
    chosen = [one for one in tried if exercise in ("all", one.exercise)]
    killed = sum(one.killed for one in chosen)
    same = sum(not one.killed and one.name in listed.get(one.exercise, {}) for one in chosen)
    rest = len(chosen) - killed - same
    score = f"{killed / (killed + rest):.1%}" if killed + rest else "-"
    return [str(len(chosen)), str(killed), str(same), str(rest), score]


def write(path: Path, found: Findings, listed: Mapping[str, Mapping[str, str]]) -> None:
    """Put the tables, and what each wrong solution is told, into a page between its marks."""
    said = [tables(found, listed), "", "## What is told", ""]
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
    said += ["## Changes that are accepted, and why", ""]
    said += [
        f"- {exercise}: `{name}`. {reason}"
        for exercise, reasons in listed.items()
        for name, reason in reasons.items()
    ]
    text = path.read_text()
    if not _PLACE.search(text):
        raise ValueError(f"{path} has no place for the tables.")
    path.write_text(_PLACE.sub(lambda m: m[1] + "\n".join(said) + "\n" + m[2], text))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
