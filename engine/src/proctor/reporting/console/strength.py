"""What became of a solution's mutants, for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from proctor.strength.trial import Outcome
from proctor.text import one_line

_WIDTH = 160


def strength_of(outcomes: Iterable[Outcome]) -> float:
    """Share of the mutants that the tests notice, of those that make a difference; 1 of none."""
    counted = [one for one in outcomes if not one.equivalent]
    return sum(bool(one.killed_by) for one in counted) / len(counted) if counted else 1.0


def strength_lines(outcomes: Sequence[Outcome], tests: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Format a line per mutant, those that survive last; a line per test; and a summary.

    Args:
        outcomes: The mutants.
        tests: Notebook and id of each test.
    """
    for one in sorted(outcomes, key=_order):
        yield one_line(_mutant_line(one), _WIDTH)
    killed = Counter((one.trial.notebook, test) for one in outcomes for test in one.killed_by)
    total = Counter(one.trial.notebook for one in outcomes)
    for notebook, test in tests:
        yield f"  {notebook}  {test}: kills {killed[notebook, test]} of {total[notebook]}"
    counted = [one for one in outcomes if not one.equivalent]
    survived = sum(not one.killed_by for one in counted)
    killed_ones = f"{len(counted) - survived} of {len(counted)} mutants killed"
    yield (
        f"strength: {strength_of(outcomes):.0%}, {killed_ones}, {survived} survive, "
        f"{len(outcomes) - len(counted)} make no difference"
    )


def _order(one: Outcome) -> tuple[bool, bool]:
    return not one.killed_by, not one.equivalent


def _mutant_line(one: Outcome) -> str:
    mutant = one.trial.mutant
    if mutant is None:
        return ""
    where = f"{one.trial.notebook}  {one.trial.cell}, line {mutant.number}"
    if one.killed_by:
        fate = f"killed by {', '.join(one.killed_by[:3])}"
    elif one.equivalent:
        fate = f"makes no difference: {one.equivalent}"
    else:
        fate = "survives"
    return f"{fate}: {where}: {mutant.name}"
