"""``proctor verify``: grade submissions again and compare with their receipts; writes nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from traitlets import Int

from proctor.backends.base import Unit
from proctor.bundle.build import Bundle
from proctor.cell_labels import CellKey, labels
from proctor.cli import DESCRIPTIONS, EXIT_ATTENTION
from proctor.cli.base import FLAGS
from proctor.cli.class_command import CLASS_ALIASES, ClassCommand
from proctor.course_layout import submitted_folder
from proctor.errors import Exit
from proctor.grading.coordinator import Course
from proctor.grading.graded_files import receipts_of
from proctor.grading.planner import Action, Step
from proctor.grading.prepare import prepare
from proctor.results import ExerciseResult, Receipt
from proctor.seeds import is_course_seed
from proctor.submission.fingerprint import fingerprint
from proctor.text import one_line


class VerifyCommand(ClassCommand):
    """Runs graded submissions again, with the challenges that their receipts name.

    Only challenges that follow from this course's secret are posed again; others are reported and
    replaced by the course's own.
    """

    name = "proctor-verify"
    description = DESCRIPTIONS["verify"]
    examples = "proctor verify C3M3 --sample 20"
    aliases = {**CLASS_ALIASES, "sample": "VerifyCommand.sample"}
    flags = FLAGS

    sample = Int(0, min=0, help="Submissions, drawn at random; 0: all.").tag(config=True)

    def run(self) -> None:
        """Compare; see `EXIT_ATTENTION` for the exit status."""
        assignment = self.assignment_argument()
        with self.gradebook(assignment):
            students = self.students(assignment)
        bundle = prepare(self, self.coursedir, assignment)
        found = {s: receipts_of(self.coursedir, bundle.contents, s) for s in students}
        stored = {student: receipts for student, receipts in found.items() if receipts}
        if self.sample:
            chosen = random.sample(sorted(stored), min(self.sample, len(stored)))
            stored = {student: stored[student] for student in sorted(chosen)}
        differences = [line for lines in self._compare(stored, bundle) for line in lines]
        for line in differences:
            print(one_line(line, 500))
        print(f"{len(stored)} submissions graded again, {len(differences)} differences")
        if differences:
            raise Exit(EXIT_ATTENTION)

    def _compare(self, stored: dict[str, list[Receipt]], bundle: Bundle) -> Iterator[list[str]]:
        if not stored:
            return
        course = self.course(bundle)
        with self.workers(bundle, len(stored)) as workers:
            for done in workers.results(_units(stored, course), lambda _: None):
                before = stored[done.unit.student]
                names = _names(before)
                again = () if done.graded is None else done.graded.receipts
                foreign = [
                    line
                    for receipt in before
                    for line in _foreign_challenges(receipt, done.unit, course, names)
                ]
                yield foreign + _differences(done.unit, before, again, names)


def _units(stored: dict[str, list[Receipt]], course: Course) -> Iterator[Unit]:
    for student, receipts in stored.items():
        folder = submitted_folder(course.coursedir, course.contents.assignment, student)
        step = Step(student, folder, fingerprint(folder), Action.GRADE, "verify")
        unit = course.unit(step)
        # Older receipts have seeds that were not derived from the submission's files.
        recorded_seeds = {
            one.id: int(one.seed, 16)
            for receipt in receipts
            for one in receipt.exercises
            if one.seed and _is_ours(one, receipt, student, course)
        }
        yield replace(unit, seeds={**unit.seeds, **recorded_seeds})


def _is_ours(one: ExerciseResult, receipt: Receipt, student: str, course: Course) -> bool:
    return is_course_seed(
        int(one.seed, 16),
        course.secret,
        assignment=course.contents.assignment,
        student=student,
        exercise=one.id,
        submission=receipt.origin.submission,
    )


def _names(receipts: Sequence[Receipt]) -> Mapping[CellKey, str]:
    """What exercises are called, with their notebook where two have the same id."""
    return labels({r.key_of(one): one.id for r in receipts for one in r.exercises})


def _foreign_challenges(
    receipt: Receipt, unit: Unit, course: Course, names: Mapping[CellKey, str]
) -> Iterator[str]:
    """Report the exercises whose challenge does not follow from this course's secret."""
    for one in receipt.exercises:
        if one.seed and not _is_ours(one, receipt, unit.student, course):
            yield (
                f"{unit.student} {names[receipt.key_of(one)]}: its challenge does not follow from "
                "the course's secret; the receipt was changed, or the secret is another one"
            )


def _differences(
    unit: Unit, before: Sequence[Receipt], after: Sequence[Receipt], names: Mapping[CellKey, str]
) -> list[str]:
    student = unit.student
    if any(receipt.origin.submission != unit.fingerprint for receipt in before):
        return [f"{student}: the submission changed since it was graded"]
    if not after:
        return [f"{student}: every worker that graded it died"]
    found = []
    for old, new in zip(before, after, strict=True):
        if old.status != new.status:
            found.append(f"{student} {old.notebook}: status {old.status}, now {new.status}")
        found += [f"{student} {line}" for line in _other_verdicts(old, new, names)]
    if found and {r.origin.bundle for r in before} != {r.origin.bundle for r in after}:
        found.append(f"{student}: the assignment, its tests or its settings changed in between")
    return found


def _other_verdicts(old: Receipt, new: Receipt, names: Mapping[CellKey, str]) -> Iterator[str]:
    for one, other in zip_longest(old.exercises, new.exercises):
        shown = one or other
        name = names.get(old.key_of(shown), shown.id)
        # A receipt has no seed if grading failed before a challenge was posed.
        if one and other and replace(one, seed="") != replace(other, seed=""):
            yield f"{name}: {_describe(one)}, now {_describe(other)}"
        elif not one or not other:
            yield f"{name}: {'new' if other else 'not there any more'}"


def _describe(result: ExerciseResult) -> str:
    return f"{result.score:g} {result.status} ({result.message})"
