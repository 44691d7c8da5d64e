"""``proctor strength``: how many small faults in the solution the tests notice."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from traitlets import Float, Int, Unicode

from proctor.backends.base import Graded
from proctor.bundle.build import Bundle
from proctor.cell_labels import CellKey, id_labels
from proctor.cli import DESCRIPTIONS, EXIT_ATTENTION
from proctor.cli.base import FLAGS
from proctor.cli.class_command import CLASS_ALIASES, ClassCommand
from proctor.cli.scratch_course import scratch_course
from proctor.errors import Exit
from proctor.execution.runner import Examine
from proctor.grading.prepare import prepare
from proctor.reporting.console.strength import strength_lines, strength_of
from proctor.strength.equivalent import read_equivalent
from proctor.strength.trial import Outcome, Trial, check_solution, outcome_of, trials
from proctor.text import one_line


class StrengthCommand(ClassCommand):
    """Changes the instructor's solution in one place at a time, and grades each of these mutants.

    A mutant that gets all points shows a hole in the tests, or a change that makes no difference.
    """

    name = "proctor-strength"
    description = DESCRIPTIONS["strength"]
    examples = "proctor strength C3M3 --minimum 90"
    aliases = {
        **CLASS_ALIASES,
        "minimum": "StrengthCommand.minimum",
        "equivalent": "StrengthCommand.equivalent",
        "sample": "StrengthCommand.sample",
        "seconds": "StrengthCommand.seconds",
    }
    flags = FLAGS

    minimum = Float(
        0, min=0, max=100, help="Percent of the mutants that the tests must notice."
    ).tag(config=True)
    equivalent = Unicode(
        "",
        help="TOML file with the mutants that make no difference, each with a reason: a table per "
        "solution cell. Empty: strength/ASSIGNMENT.toml in the course.",
    ).tag(config=True)
    sample = Int(0, min=0, help="Mutants to try, evenly spaced; 0: all.").tag(config=True)
    seconds = Int(
        20, min=1, help="Seconds that a cell may take; a mutant may never end. Exceeding it kills."
    ).tag(config=True)

    def run(self) -> None:
        """Try the mutants, and print what became of them."""
        assignment = self.assignment_argument()
        sources = self.source_folder(assignment)
        path = Path(self.equivalent or self.root / "strength" / f"{assignment}.toml")
        listed = {
            cell: {_spaced(name): reason for name, reason in reasons.items()}
            for cell, reasons in read_equivalent(path).items()
        }
        seconds = min(self.seconds, Examine(parent=self).cell_seconds)
        with scratch_course(self, assignment) as course:
            self.config.Examine.cell_seconds = seconds
            bundle = prepare(self, course, assignment)
            started = time.monotonic()
            outcomes, tests = self._try(bundle, sources)
        names = id_labels(
            CellKey(notebook, cell.grade_id)
            for notebook, plan in bundle.contents.notebooks.items()
            for cell in plan.cells
        )
        outcomes = [_with_reason(one, listed, names) for one in outcomes]
        for line in strength_lines(outcomes, tests):
            print(line)
        taken = max(time.monotonic() - started, 1e-9)
        print(f"{len(outcomes)} mutants in {taken:.0f} s, {len(outcomes) / taken:.1f} per second")
        stale = _stale(outcomes, listed, names)
        for name in stale:
            print(f"listed as making no difference, but no mutant that survives: {name}")
        if stale or 100 * strength_of(outcomes) < self.minimum:
            raise Exit(EXIT_ATTENTION)

    def _try(self, bundle: Bundle, sources: Path) -> tuple[list[Outcome], list[tuple[str, str]]]:
        checks = Examine(parent=self).hidden_tests()
        seeds = dict.fromkeys(bundle.contents.seeded(checks), 0)
        tried = list(trials(bundle.contents, sources, seeds))
        changed = [one for one in tried if one.mutant is not None]
        if self.sample and self.sample < len(changed):
            step = len(changed) / self.sample
            changed = [changed[int(place * step)] for place in range(self.sample)]
        solutions = [one for one in tried if one.mutant is None]
        graded = self._graded(bundle, solutions + changed)
        full = {one.notebook: check_solution(one, graded[one.unit.student]) for one in solutions}
        outcomes = [
            outcome_of(one, graded[one.unit.student], full[one.notebook]) for one in changed
        ]
        return outcomes, [(name, test) for name, tests in full.items() for test in tests]

    def _graded(self, bundle: Bundle, tried: Sequence[Trial]) -> Mapping[str, Graded | None]:
        with self.workers(bundle, len(tried)) as workers:
            done = workers.results((one.unit for one in tried), lambda _: None)
            return {result.unit.student: result.graded for result in done}


def _with_reason(
    one: Outcome, listed: Mapping[str, Mapping[str, str]], names: Mapping[CellKey, str]
) -> Outcome:
    reason = listed.get(_cell(one, names), {}).get(_name(one), "")
    return replace(one, equivalent=reason) if reason and not one.killed_by else one


def _stale(
    outcomes: Sequence[Outcome],
    listed: Mapping[str, Mapping[str, str]],
    names: Mapping[CellKey, str],
) -> Sequence[str]:
    known = {(_cell(one, names), _name(one)) for one in outcomes if one.equivalent}
    return [
        one_line(f"{cell}: {name}", 200)
        for cell, names in listed.items()
        for name in names
        if (cell, name) not in known
    ]


def _cell(one: Outcome, names: Mapping[CellKey, str]) -> str:
    """What the list calls the changed cell: with its notebook, where others have the same id."""
    return names.get(CellKey(one.trial.notebook, one.trial.cell), one.trial.cell)


def _name(one: Outcome) -> str:
    return "" if one.trial.mutant is None else _spaced(one.trial.mutant.name)


def _spaced(name: str) -> str:
    """A name as it is printed."""
    return " ".join(name.split())
