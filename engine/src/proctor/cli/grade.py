"""``proctor grade``: grade a class, on all cores or on a cluster."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from nbgrader.converters import Autograde
from traitlets import Bool

from proctor.bundle.build import Bundle
from proctor.cli import DESCRIPTIONS, EXIT_ATTENTION
from proctor.cli.base import FLAGS, FULL
from proctor.cli.class_command import CLASS_ALIASES, ClassCommand
from proctor.cli.course_warnings import warn_about_course
from proctor.cli.open_gradebook import open_gradebook, update_penalties
from proctor.errors import Exit
from proctor.files.names import alike_in, shown
from proctor.grading.changes import changes_of
from proctor.grading.coordinator import Recorded, grade_class
from proctor.grading.gradebook.class_gradebook import ClassGradebook
from proctor.grading.graded_files import receipts_of
from proctor.grading.lock import course_lock
from proctor.grading.planner import Action, GradeOptions, Step, plan_step
from proctor.grading.prepare import prepare
from proctor.release.staging import StagedRelease
from proctor.reporting.console.progress import ObserverPair, progress
from proctor.reporting.console.runlog import run_log
from proctor.reporting.console.table import GradeRow, Slowest, grade_table
from proctor.text import one_line


class GradeCommand(ClassCommand):
    """Grades every submission of an assignment that is new or has changed."""

    name = "proctor-grade"
    description = DESCRIPTIONS["grade"]
    examples = """
        proctor grade C3M3                                # what is new or has changed
        proctor grade C3M3 --student alice --force        # one student, once more
        proctor grade C3M3 --jobs 4
        proctor grade C3M3 --scheduler tcp://head:8786    # on a Dask cluster
    """
    aliases = CLASS_ALIASES
    flags = {
        **FLAGS,
        "force": ({"GradeCommand": {"force": True}}, "Grade again what is graded already."),
        "failed": ({"GradeCommand": {"failed": True}}, "Grade again what needs attention."),
        "full": FULL,
    }

    force = Bool(False, help="Grade again what is graded already.").tag(config=True)
    failed = Bool(
        False, help="Grade again what needs attention, besides what is new or has changed."
    ).tag(config=True)

    def run(self) -> None:
        """Grade and print the table; see `EXIT_ATTENTION` for the exit status."""
        assignment = self.assignment_argument()
        warn_about_course(self, assignment)
        slowest = Slowest()
        with self.gradebook(assignment) as gradebook:
            found = self.students(assignment)
            students = self._known(found, gradebook)
            with course_lock(self.root):
                if StagedRelease(self.coursedir, assignment).recover():
                    print(f"an interrupted release of {assignment} was finished", file=sys.stderr)
                bundle = prepare(self, self.coursedir, assignment)
                steps = self._plan(assignment, students, bundle, gradebook)
                rows = self._unchanged_rows(steps, bundle)
                rows |= self._grade(steps, bundle, gradebook, slowest)
            with open_gradebook(self.coursedir) as book:
                update_penalties(self, book, assignment)
            marks, by_hand = gradebook.marks(), gradebook.by_hand
        for student, others in alike_in(students).items():
            remark = f"there is a student of nearly the same id: {', '.join(map(shown, others))}"
            rows[student] = replace(rows[student], reasons=(*rows[student].reasons, remark))
        lost = [GradeRow.set_aside(*one) for one in self.set_aside(assignment).items()]
        done = [rows[s].with_marks(marks.get(s, {}), by_hand) for s in students]
        print(grade_table([*done, *lost]))
        for line in slowest.lines():
            print(line)
        if lost or students != found or any(row.status != "graded" for row in rows.values()):
            raise Exit(EXIT_ATTENTION)

    def _known(self, students: Sequence[str], gradebook: ClassGradebook) -> list[str]:
        """Those whom the gradebook has, if c.Autograde.create_student is off; else all."""
        if Autograde(coursedir=self.coursedir, parent=self).create_student:
            return [*students]
        known = gradebook.students()
        for student in (one for one in students if one not in known):
            print(
                f"{one_line(student, 80)}: not graded, since the gradebook has no such student and "
                "c.Autograde.create_student is off",
                file=sys.stderr,
            )
        return [student for student in students if student in known]

    def _plan(
        self, assignment: str, students: Sequence[str], bundle: Bundle, gradebook: ClassGradebook
    ) -> list[Step]:
        recorded = gradebook.recorded()
        changes = changes_of(self, self.coursedir, bundle)
        steps = [
            plan_step(
                self.coursedir,
                assignment,
                student,
                names=list(bundle.contents.notebooks),
                changes=changes,
                recorded=recorded.get(student),
                options=GradeOptions(self.force, self.failed),
            )
            for student in students
        ]
        for why, count in Counter(step.why for step in steps).items():
            print(f"{count} of {len(steps)}: {why}", file=sys.stderr, flush=True)
        return steps

    def _unchanged_rows(self, steps: Sequence[Step], bundle: Bundle) -> dict[str, GradeRow]:
        """Table rows of the submissions that need no work, from their stored receipts."""
        rows = {}
        for student in (step.student for step in steps if step.action is Action.NOTHING):
            receipts = receipts_of(self.coursedir, bundle.contents, student)
            rows[student] = GradeRow.of(Recorded(student, receipts))
        return rows

    def _grade(
        self,
        steps: Sequence[Step],
        bundle: Bundle,
        gradebook: ClassGradebook,
        slowest: Slowest,
    ) -> dict[str, GradeRow]:
        pending = [step for step in steps if step.action is not Action.NOTHING]
        if not pending:
            return {}
        rows: dict[str, GradeRow] = {}
        autograded = self.root / self.coursedir.autograded_directory
        to_grade = sum(step.action is Action.GRADE for step in pending)
        with (
            self.workers(bundle, to_grade) as workers,
            run_log(autograded, assignment=bundle.contents.assignment, bundle=bundle.hash) as log,
            progress(len(pending), sys.stderr) as shown,
        ):
            log.write("workers", workers=workers.description, to_grade=to_grade)
            observers = ObserverPair(shown, log)
            for done in grade_class(self.course(bundle), pending, workers, gradebook, observers):
                rows[done.student] = GradeRow.of(done)
                slowest.add(done)
        return rows
