"""``proctor verify``: grade again what is graded, and compare; nothing is written."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from traitlets import Int

from proctor.bundle.packing import Bundle, pack
from proctor.commands.base import FLAGS
from proctor.commands.classes import CLASS_ALIASES, ClassCommand
from proctor.grading.plan import Step, Todo
from proctor.grading.receipts import stored_receipts
from proctor.grading.unit import Unit
from proctor.intake.fingerprint import fingerprint
from proctor.plaintext import plain
from proctor.running.results import Receipt


class VerifyCommand(ClassCommand):
    """Runs graded submissions again, with the challenges that their receipts name."""

    name = "proctor-verify"
    description = "Grade submissions again from their receipts and report every difference."
    examples = "proctor verify C3M3 --sample 20"
    aliases = {**CLASS_ALIASES, "sample": "VerifyCommand.sample"}
    flags = FLAGS

    sample = Int(0, min=0, help="Submissions, drawn at random; 0: all.").tag(config=True)

    def run(self) -> None:
        """Compare; exit status 1 where something differs."""
        assignment = self.assignment_argument()
        with self.gradebook(assignment):
            students = self.students(assignment)
        bundle = pack(self, self.coursedir, assignment)
        stored = dict(self._stored(assignment, students, bundle))
        if self.sample:
            chosen = random.sample(sorted(stored), min(self.sample, len(stored)))
            stored = {student: stored[student] for student in sorted(chosen)}
        differences = [line for lines in self._compare(stored, bundle) for line in lines]
        for line in differences:
            print(plain(line, 500))
        print(f"{len(stored)} submissions graded again, {len(differences)} differences")
        if differences:
            sys.exit(1)

    def _stored(
        self, assignment: str, students: Sequence[str], bundle: Bundle
    ) -> Iterator[tuple[str, list[Receipt]]]:
        for student in students:
            receipts = stored_receipts(
                self.coursedir,
                assignment=assignment,
                student=student,
                names=list(bundle.contents.notebooks),
            )
            if receipts:
                yield student, receipts

    def _compare(self, stored: dict[str, list[Receipt]], bundle: Bundle) -> Iterator[list[str]]:
        if not stored:
            return
        with self.workers(bundle, len(stored)) as workers:
            for done in workers.results(self._units(stored, bundle), lambda _: None):
                again = () if done.graded is None else done.graded.receipts
                yield _differences(done.unit, stored[done.unit.student], again)

    def _units(self, stored: dict[str, list[Receipt]], bundle: Bundle) -> Iterator[Unit]:
        course = self.course(bundle)
        for student, receipts in stored.items():
            place = self.coursedir.submitted_directory
            folder = Path(self.coursedir.format_path(place, student, bundle.contents.assignment))
            step = Step(student, folder, fingerprint(folder), Todo.GRADE, "verify")
            unit = course.unit(step)
            asked = {
                one.id: int(one.seed, 16)
                for receipt in receipts
                for one in receipt.exercises
                if one.seed
            }
            yield replace(unit, seeds={**unit.seeds, **asked})


def _differences(unit: Unit, before: Sequence[Receipt], after: Sequence[Receipt]) -> list[str]:
    student = unit.student
    if any(receipt.origin.submission != unit.fingerprint for receipt in before):
        return [f"{student}: the submission changed since it was graded"]
    found = []
    for old, new in zip(before, after, strict=True) if after else ():
        if old.status != new.status:
            found.append(f"{student} {old.notebook}: status {old.status}, now {new.status}")
        for one, other in zip(old.exercises, new.exercises, strict=False):
            # A receipt that gave up before it asked anything has no seed.
            if replace(one, seed="") != replace(other, seed=""):
                found.append(
                    f"{student} {one.id}: {one.score:g} {one.status} ({one.message}), "
                    f"now {other.score:g} {other.status} ({other.message})"
                )
    return found if after else [f"{student}: it took its workers with it"]
