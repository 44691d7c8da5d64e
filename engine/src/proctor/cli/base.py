"""Base class of all subcommands: nbgrader's configuration, one assignment, clear errors."""

from __future__ import annotations

import io
import logging
import sys
import sysconfig
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import redirect_stderr
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NoReturn

from nbgrader.apps import NbGrader
from nbgrader.apps.baseapp import nbgrader_aliases, nbgrader_flags
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.plugins import BasePlugin
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.exc import SQLAlchemyError
from traitlets import TraitError, default
from traitlets.config import Application
from traitlets.config.loader import ArgumentError

import proctor
from proctor.bundle.preprocessors import Lists, read_lists
from proctor.cli import EXIT_ERROR, exit_interrupted
from proctor.cli.nbgrader_errors import errors_of, reason_of_failure
from proctor.cli.release_failures import Failure, failure_of
from proctor.course_layout import source_folder
from proctor.errors import ENDINGS, CourseError, Exit, ProctorError, is_output_error, system_error
from proctor.execution.runner import Examine
from proctor.files.names import looks_same, shown, similar_names
from proctor.grading.deadlines import Deadlines
from proctor.grading.gradebook.database import database_error
from proctor.nbgrader.stages import Restore
from proctor.release.autotest_kernels import kernels_ended
from proctor.release.kit import StudentKit
from proctor.release.scaffold import Scaffold
from proctor.sandbox.host.options import Sandbox
from proctor.sandbox.shared.strength import parse_kind, resolve, stronger_sandbox_hint

ALIASES = {
    **nbgrader_aliases,
    "course": "CourseDirectory.course_id",
    "sandbox": "Sandbox.kind",
}
FLAGS = dict(nbgrader_flags)
FORCE = (
    {"GenerateAssignment": {"force": True}, "GenerateFeedback": {"force": True}},
    "Do again what is there already.",
)
FULL = (
    {"Examine": {"full": True}},
    "Run everything in its place: demonstrations, cells that wait until they are needed, and "
    "visible tests of exercises that passed.",
)


class Command(NbGrader):
    """A subcommand of ``proctor``."""

    aliases = ALIASES
    flags = FLAGS

    @default("log_level")
    def _log_level_default(self) -> int:
        # The commands print what matters themselves; --log-level=INFO restores nbgrader's log.
        return logging.CRITICAL

    @default("classes")
    def _classes_default(self) -> list[Any]:
        return [
            *self.all_configurable_classes(),
            Scaffold,
            Restore,
            Examine,
            Sandbox,
            StudentKit,
            Deadlines,
        ]

    def init_logging(self, *arguments: Any, **options: Any) -> None:
        """Write nbgrader's log into a file, as it is with nbgrader; see c.NbGrader.logfile."""
        super().init_logging(*arguments, **options)
        self.log.handlers[-1].setLevel(min(int(self.log_level), logging.INFO))

    @property
    def root(self) -> Path:
        """The course folder."""
        return Path(self.coursedir.root)

    @property
    def preprocessors(self) -> Lists:
        """What the course has made of nbgrader's lists for autograding.

        Raises:
            CourseError: See `read_lists`.
        """
        return read_lists(self, Examine(parent=self).course)

    def late_plugin(self) -> BasePlugin | None:
        """The course's plug-in for late submissions; None if it does without."""
        if AssignLatePenalties.__name__ not in self.preprocessors.names:
            return None
        step = AssignLatePenalties(parent=self)
        step.init_plugin()
        plugin: BasePlugin = step.plugin_inst
        return plugin

    def source_folder(self, assignment: str) -> Path:
        """The assignment's source folder."""
        return source_folder(self.coursedir, assignment)

    def assignment_argument(self) -> str:
        """The name of the assignment, from the command line.

        Raises:
            CourseError: This is not a course folder, or it has no such assignment. Raised before
                anything opens the gradebook, which would create an empty one.
        """
        assignment = self.one_argument("the assignment's name")
        if assignment in ("", ".", "..") or "/" in assignment:
            self.stop_usage(f"{assignment!r} is not the name of an assignment")
        folder = self.source_folder(assignment)
        if not folder.is_dir():
            others = similar_names(folder.parent, assignment, folder)
            # What looks the same can't be told apart by who types it.
            same = [other for other in others if looks_same(other, assignment)]
            if len(same) == 1:
                return same[0]
            meant = f"; did you mean {' or '.join(map(shown, others))}?" if others else ""
            raise CourseError(
                f"there is no assignment {assignment!r} in this course{meant}",
                why="an assignment is a folder in the course's source folder",
                where=str(folder),
                remedy="check the name, and go to the course folder or pass --course-dir",
            )
        return assignment

    def ignore_source_files(self, assignment: str) -> None:
        """Keep nbgrader from copying the assignment's data and weights next to every submission."""
        folder = self.source_folder(assignment)
        given = (
            [e.name for e in folder.iterdir() if e.suffix != ".ipynb"] if folder.is_dir() else []
        )
        self.coursedir.ignore = [*self.coursedir.ignore, *given]

    def is_selected(self, student: str) -> bool:
        """Whether --student selects a student, by id or by pattern."""
        wanted = self.coursedir.student_id
        excluded = self.coursedir.student_id_exclude.split(",")
        return (student == wanted or fnmatchcase(student, wanted)) and student not in excluded

    def warn_about_weaker_sandbox(self) -> None:
        """Print to standard error what a stronger sandbox than the one in use would require.

        Raises:
            CourseError: The requested sandbox does not work on this machine.
        """
        lacking = stronger_sandbox_hint(resolve(parse_kind(Sandbox(parent=self).kind)))
        if lacking is not None:
            print(lacking, file=sys.stderr, flush=True)

    def one_argument(self, what: str) -> str:
        """The command's only argument; exits with an error unless there is exactly one."""
        given = [*self.extra_args]
        if self.coursedir.assignment_id and not given:
            given = [self.coursedir.assignment_id]
        if len(given) != 1:
            self.stop_usage(f"it takes one argument, {what}, and got {len(given)}")
        return str(given[0])

    def parse_command_line(self, argv: Any = None) -> None:
        """Parse the options; exits with an error on an unknown option."""
        # Reported by `exit`.
        self.log.addFilter(lambda record: not str(record.msg).startswith("Bad config"))
        given = sys.argv[1:] if argv is None else argv
        problem = unknown_option_error(given, self)
        if problem is not None:
            self.stop_usage(problem)
        printed = io.StringIO()
        try:
            # argparse prints all options before the error.
            with redirect_stderr(printed):
                super().parse_command_line(argv)
            print(printed.getvalue(), end="", file=sys.stderr)
            # A handler that was created meanwhile would go on writing into the buffer.
            self._configure_logging()
        except SystemExit:
            _, found, error = printed.getvalue().rpartition(": error: ")
            if found:
                self.stop_usage(error.strip())
            print(printed.getvalue(), end="", file=sys.stderr)
            raise

    def load_config_file(self, *arguments: Any, **options: Any) -> None:
        """Load ``nbgrader_config.py``; exits with an error if it can't be loaded."""
        self.raise_config_file_errors = True
        try:
            super().load_config_file(*arguments, **options)
        except ENDINGS:
            raise
        # The file is Python code, so it can raise anything.
        except BaseException as error:
            problem = CourseError(
                f"the configuration can't be loaded: {type(error).__name__}: {error}",
                why="the course's settings are in it",
                where=_line_of(error),
                remedy="correct the file; nothing was done",
            )
            self.stop(str(problem))

    def start(self) -> None:
        """Run the command; exits with the error's text on an error that the engine raises."""
        try:
            super().start()
            self._run()
        except ProctorError as error:
            self.stop(str(error))
        except TraitError as error:
            self.stop_usage(f"an option or a setting is invalid: {error}")
        except OSError as error:
            # Those of standard output are reported by `main`, which flushes it; timeouts and the
            # like have no number, and are errors of the program.
            if error.errno is None or is_output_error(error):
                raise
            self.stop(str(system_error(error, self.root)))
        except SQLAlchemyError as error:
            self.stop(str(database_error(error, self.coursedir.db_url)))
        except KeyboardInterrupt:
            exit_interrupted()

    def _run(self) -> None:
        """Run the command; if a course's code exits, its work is not done, whatever the status."""
        try:
            self.run()
        except Exit:
            raise
        except SystemExit as error:
            raise CourseError(
                f"code of the course's ended the command: SystemExit: {error}",
                why="the command's work is not done then; what is done is kept",
                where=_line_of(error),
                remedy="take the call of sys.exit() or exit() out",
            ) from error

    def run(self) -> None:
        """Do the command's work."""
        raise NotImplementedError

    def run_converter(self, converter: BaseConverter, problem: str, remedy: str) -> None:
        """Run one of nbgrader's converters over everything, whatever exists already.

        Args:
            converter: The converter.
            problem: The start of the error if it fails.
            remedy: What to do then.

        Raises:
            CourseError: It failed.
        """
        converter.force = True
        try:
            with errors_of(converter.log) as logged, kernels_ended():
                converter.start()
        except NbGraderException as error:
            # nbgrader advises to upgrade the database, whatever is wrong with it.
            if isinstance(error.__context__, SQLAlchemyError):
                raise database_error(error.__context__, self.coursedir.db_url) from error
            found = failure_of(logged.raised[-1]) if logged.raised else Failure()
            said = found.said or reason_of_failure(error, logged.messages)
            remedy = "do what nbgrader says" if "nbgrader update" in said else remedy
            remedy = found.remedy or remedy
            raise CourseError(
                f"{problem}: {said}",
                why="nbgrader does this part of the work",
                where=", ".join(filter(None, [str(self.root), found.where])),
                remedy=f"{remedy}; --log-level=INFO shows nbgrader's own log",
            ) from error

    def exit(self, exit_status: int | str | None = 0) -> None:
        """Exit; traitlets calls this with status 1 if an option or setting is invalid."""
        error = sys.exc_info()[1]
        if isinstance(error, (TraitError, ArgumentError)):
            self.stop_usage(f"an option or a setting is invalid: {error}")
        super().exit(exit_status)

    @property
    def program(self) -> str:
        """The command as the user types it."""
        return self.name.replace("proctor-", "proctor ", 1)

    def stop(self, message: str) -> NoReturn:
        """Exit with an error message."""
        if self.log_level <= logging.DEBUG and sys.exc_info()[0] is not None:
            traceback.print_exc()
        print(f"error: {message}", file=sys.stderr)
        raise Exit(EXIT_ERROR)

    def stop_usage(self, problem: str) -> NoReturn:
        """Exit because of invalid arguments or options."""
        self.stop(f"{problem}\n  what to do: see {self.program} --help")


def _line_of(error: BaseException) -> str:
    """The line of a configuration file, or of a module that it imports, that raised an error."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}, line {error.lineno}"
    libraries = (*map(sysconfig.get_path, ("stdlib", "purelib", "platlib")), _PACKAGE)
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith((*libraries, "<"))
    ]
    return f"{own[-1].filename}, line {own[-1].lineno}" if own else "a file of Jupyter's settings"


_PACKAGE = str(Path(proctor.__file__).parent)
_COMMON_OPTIONS = ("h", "help", "help-all", "version")


def unknown_option_error(argv: Sequence[str], application: Application) -> str | None:
    """Error text for the first unknown option; None if all options are known.

    Args:
        argv: The arguments after the command's name.
        application: The command.
    """
    known = set(_option_names(application))
    for word in argv:
        if word == "--":
            break
        name = word.lstrip("-").partition("=")[0]
        if not word.startswith("-") or not name or name[0].isdigit():
            continue
        if name in known or _is_abbreviated(name, known):
            continue
        near = get_close_matches(name, known, n=1)
        meant = f" Did you mean --{near[0]}?" if near else ""
        return f"there is no option {word.partition('=')[0]}.{meant}"
    return None


def _option_names(application: Application) -> Iterator[str]:
    yield from _COMMON_OPTIONS
    for keys in (*application.aliases, *application.flags):
        yield from (keys,) if isinstance(keys, str) else keys
    for owner in _with_parents(application):
        yield from (f"{owner.__name__}.{trait}" for trait in owner.class_traits(config=True))


def _with_parents(application: Application) -> Iterable[Any]:
    classes = {type(application), *application.classes}
    return {base for one in classes for base in one.__mro__ if hasattr(base, "class_traits")}


def _is_abbreviated(name: str, known: set[str]) -> bool:
    """Whether it is an unambiguous prefix of an option, which the parser accepts for it."""
    return len(name) > 1 and sum(one.startswith(name) for one in known if "." not in one) == 1
