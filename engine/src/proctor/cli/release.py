"""``proctor release``: make the student version and the student kit."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets import Bool

from proctor.cli import DESCRIPTIONS
from proctor.cli.base import ALIASES, FLAGS, FORCE, Command
from proctor.cli.course_warnings import warn_about_course
from proctor.cli.scratch_course import scratch_course, usual_structure
from proctor.course_layout import AnyDirectory, released_folder
from proctor.errors import CheckError, CourseError, first_line
from proctor.execution.runner import Examine
from proctor.grading.gradebook.database import without_password
from proctor.grading.gradebook.migration import (
    copy_database,
    gradebook_exists,
    gradebook_session,
    migrate,
)
from proctor.grading.gradebook.migration_plan import MigrationPlan, plan_migration
from proctor.grading.gradebook.release_cells import Release, cells_of_release, digest
from proctor.grading.lock import course_lock
from proctor.grading.prepare import prepare
from proctor.grading.release_history import releases_of
from proctor.release.checks import check_source
from proctor.release.kit import StudentKit
from proctor.release.staging import StagedRelease
from proctor.reporting.console.migration import lost_line, migration_lines
from proctor.reporting.console.test_modes import test_modes_lines

_PROBLEM, _REMEDY = "nbgrader made no student version", "correct the notebook"


class ReleaseCommand(Command):
    """Makes the files that students receive."""

    name = "proctor-release"
    description = DESCRIPTIONS["release"]
    examples = """
        proctor release C3M3
        proctor release C3M3 --again --dry-run    # once there are submissions: who is affected
        proctor release C3M3 --again              # and do it
    """
    aliases = ALIASES
    flags = {
        **FLAGS,
        "force": FORCE,
        "again": (
            {"ReleaseCommand": {"again": True}},
            "Release although there are submissions: the gradebook is changed, too.",
        ),
        "dry-run": (
            {"ReleaseCommand": {"dry_run": True}},
            "With --again: say what would change and who is affected, and do nothing.",
        ),
        "drop-marks": (
            {"ReleaseCommand": {"drop_marks": True}},
            "With --again: delete marks and comments by hand that have no place any more.",
        ),
    }

    again = Bool(
        False,
        help="Release although there are submissions. The gradebook is changed, too, in one "
        "transaction and after a copy of it is made (SQLite). Marks and comments by hand stay.",
    ).tag(config=True)
    dry_run = Bool(
        False, help="With --again: say what would change and who is affected, and do nothing."
    ).tag(config=True)
    drop_marks = Bool(
        False,
        help="With --again: delete marks and comments by hand whose cell is removed, or has no "
        "place for them any more. Without it such a release is refused.",
    ).tag(config=True)

    def run(self) -> None:
        """Check first, then write, so that a failed release leaves the previous one as it was."""
        assignment = self.assignment_argument()
        if (self.dry_run or self.drop_marks) and not self.again:
            self.stop_usage("--dry-run and --drop-marks are for --again")
        if self.again and self.coursedir.notebook_id != "*":
            self.stop_usage("--again releases all notebooks of an assignment")
        source = self.source_folder(assignment)
        warn_about_course(self, assignment)
        kit = StudentKit(parent=self)
        check_source(source, self)
        kit.check(source, self.root)
        staged = StagedRelease(self.coursedir, assignment)
        with course_lock(self.root):
            if staged.recover():
                print(f"an interrupted release of {assignment} was finished first")
            try:
                tests = self._make(staged, kit, assignment)
            finally:
                staged.discard()
        for line in tests:
            print(line)

    def _make(self, staged: StagedRelease, kit: StudentKit, assignment: str) -> list[str]:
        """Make the student version, and return lines on the tests."""
        self.coursedir.assignment_id = assignment
        new, tests = self._try(staged, assignment)
        if self.again and new is not None:
            if not self._migrate(staged, kit, assignment, new):
                return []
        else:
            plan = self._refuse(staged, assignment, new)
            self._convert(staged, self.coursedir.notebook_id)
            kit.pack(staged.folder, self.root, staged.kit)
            staged.is_whole(digest(_cells_in(self.coursedir, assignment)))
            self._say(plan, assignment)
        self._put_in_place(staged, assignment)
        return tests

    def _put_in_place(self, staged: StagedRelease, assignment: str) -> None:
        target = staged.put_in_place()
        print(f"student version: {released_folder(self.coursedir, assignment)}")
        print(f"student kit:     {target}")
        for release in releases_of(self.coursedir, assignment)[-1:]:
            print(f"it is {release}")

    def _try(self, staged: StagedRelease, assignment: str) -> tuple[Release | None, list[str]]:
        """Release into a temporary course.

        Returns:
            The cells, and lines that say where each test is judged. Without --again the cells are
            None if nbgrader can't release it: it will say so.

        Raises:
            CheckError: A check of the course's does not work.
            CourseError: c.Examine.verdict insists on tests outside, and one can't be.
        """
        new = None
        try:
            with scratch_course(self, assignment) as course:
                new = _cells_in(course, assignment)
                if self.again:
                    made = released_folder(course, assignment)
                    shutil.copytree(made, staged.folder, dirs_exist_ok=True)
                bundle = prepare(self, course, assignment)
        except CourseError as error:
            insists = Examine(parent=self).verdict == "outside"
            if insists or isinstance(error, CheckError) or (self.again and new is None):
                raise
            return new, [
                f"the tests were not tried: {first_line(error)}; they are when you grade",
                f"what to do: {error.remedy}",
            ]
        modes = {name: plan.modes for name, plan in bundle.contents.notebooks.items()}
        return new, list(test_modes_lines(modes))

    def _say(self, plan: MigrationPlan, assignment: str) -> None:
        """Say whom a release affects, if there are submissions."""
        if plan.submissions and plan.changes:
            print("\n".join(migration_lines(plan)))
            print(f"next: proctor grade {assignment}, which grades them again")

    def _convert(self, staged: StagedRelease, notebook: str) -> None:
        """Let nbgrader make the student version, or one notebook of it, in the new place."""
        if notebook != "*" and staged.target.is_dir():
            shutil.copytree(staged.target, staged.folder, symlinks=True, dirs_exist_ok=True)
        course = AnyDirectory(parent=self)
        course.root, course.assignment_id = str(self.root), self.coursedir.assignment_id
        course.notebook_id, course.release_directory = notebook, str(staged.root)
        name = self.coursedir.assignment_id
        usual = usual_structure(self.source_folder(name), name, staged.root)
        for option, value in usual.items():
            setattr(course, option, value)
        converter = GenerateAssignment(coursedir=course, parent=self)
        self.run_converter(converter, _PROBLEM, _REMEDY)

    def _refuse(self, staged: StagedRelease, assignment: str, new: Release | None) -> MigrationPlan:
        """Let nbgrader refuse what it does not do once there are submissions, in its own words.

        It would change the gradebook notebook by notebook, up to the one that it refuses.

        Returns:
            What it does not refuse.

        Raises:
            CourseError: It has refused.
        """
        if new is None or not gradebook_exists(self.coursedir.db_url):
            return MigrationPlan()
        plan = self._plan(assignment, new)
        notebooks = ["*"] if plan.submissions and (plan.added or plan.removed) else plan.refused
        wanted = self.coursedir.notebook_id
        for name in notebooks if wanted == "*" else [n for n in notebooks if n == wanted]:
            try:
                self._convert(staged, name)
            except CourseError as error:
                raise CourseError(
                    error.problem,
                    why="what is in the gradebook belongs to these cells",
                    where="; ".join(_structural(plan)),
                    remedy=f"to see what would change and who is affected: proctor release "
                    f"{assignment} --again --dry-run; without --dry-run it is done, and marks by "
                    "hand are kept. Or take the change back",
                ) from error
        return plan

    def _plan(self, assignment: str, new: Release) -> MigrationPlan:
        course = self.coursedir
        with gradebook_session(course.db_url, course.course_id) as session:
            return plan_migration(session, assignment, new)

    def _migrate(
        self, staged: StagedRelease, kit: StudentKit, assignment: str, new: Release
    ) -> bool:
        """Change the gradebook to the new release; nothing is changed after an error.

        Returns:
            Whether the student version is to be put in place, too.

        Raises:
            CourseError: Marks by hand would be lost.
        """
        course = self.coursedir
        if self.dry_run and not gradebook_exists(course.db_url):
            print("nothing is in the gradebook yet: proctor release does it all")
            return False
        kit.pack(staged.folder, self.root, staged.kit)
        with gradebook_session(course.db_url, course.course_id) as session:
            plan = plan_migration(session, assignment, new)
            print("\n".join(migration_lines(plan)))
            if plan.lost and not self.drop_marks:
                self._refuse_loss(plan)
            if self.dry_run:
                print("nothing was done (--dry-run)")
                return False
            copied = copy_database(session.get_bind(), assignment) if plan.submissions else None
            migrate(session, assignment, new, course.course_id)
            staged.is_whole(digest(new))
        if copied is not None:
            print(f"the gradebook as it was: {copied}")
        if plan.affected:
            print(f"next: proctor grade {assignment}, which grades them again")
        return True

    def _refuse_loss(self, plan: MigrationPlan) -> None:
        problem = lost_line(plan.lost)
        if self.dry_run:
            print(f"{problem}: it is done only with --drop-marks")
            return
        raise CourseError(
            problem,
            why="their cells are removed, or have no place for them any more; nothing was changed",
            where=without_password(self.coursedir.db_url),
            remedy="keep these cells, worth 0 points if need be; or add --drop-marks, which "
            "deletes what is listed above (a copy of an SQLite gradebook keeps it)",
        )


def _cells_in(course: CourseDirectory, assignment: str) -> Release:
    with gradebook_session(course.db_url, course.course_id) as session:
        return cells_of_release(session, assignment)


def _structural(plan: MigrationPlan) -> Sequence[str]:
    found = [f"{o.notebook}.ipynb, cell {o.cell} {o.what}" for o in plan.changes if o.structural]
    return found or [f"{name}.ipynb" for name in (*plan.added, *plan.removed)]
