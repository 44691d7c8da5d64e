"""What all subcommands share: nbgrader's configuration, one assignment, clear errors."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from jupyter_core.application import NoStart
from nbgrader.apps import NbGrader
from nbgrader.apps.baseapp import nbgrader_aliases, nbgrader_flags
from traitlets import TraitError, default
from traitlets.config import Application

from proctor.course_layout import source_folder
from proctor.errors import CourseError, ProctorError
from proctor.execution.options import Examine
from proctor.nbgrader.stages import Restore
from proctor.release.kit import StudentKit
from proctor.release.scaffold import Scaffold
from proctor.sandbox.host.options import Sandbox
from proctor.sandbox.shared.strength import as_kind, resolve, stronger

ALIASES = {
    **nbgrader_aliases,
    "course": "CourseDirectory.course_id",
    "sandbox": "Sandbox.kind",
}
FLAGS = dict(nbgrader_flags)
FORCE = (
    {"BaseConverter": {"force": True}},
    "Do again what is there already.",
)
FULL = (
    {"Examine": {"full": True}},
    "Run everything in its place: demonstrations, cells that wait until they are needed, and "
    "visible tests of exercises that passed.",
)

EXIT_ERROR = 2
"""Exit status where the command could not do its work; 1 means that some of it needs a human."""


EXIT_INTERRUPTED = 130
"""As shells say it of a program that Ctrl-C ended."""


class Command(NbGrader):
    """A subcommand of ``proctor``."""

    aliases = ALIASES
    flags = FLAGS

    @default("log_level")
    def _log_level_default(self) -> int:
        # The commands say themselves what matters; --log-level=INFO brings nbgrader's log back.
        return logging.CRITICAL

    @default("classes")
    def _classes_default(self) -> list[Any]:
        return [*self.all_configurable_classes(), Scaffold, Restore, Examine, Sandbox, StudentKit]

    @property
    def root(self) -> Path:
        """The course folder."""
        return Path(self.coursedir.root)

    def source_folder(self, assignment: str) -> Path:
        """The assignment's source folder."""
        return source_folder(self.coursedir, assignment)

    def assignment_argument(self) -> str:
        """The assignment that the command is about.

        Raises:
            CourseError: This is no course folder, or it has no such assignment. Said before
                anything opens the gradebook, which would make an empty one.
        """
        assignment = self.one_argument("the assignment's name")
        folder = self.source_folder(assignment)
        if not folder.is_dir():
            raise CourseError(
                "An assignment has a folder in the course's source folder.",
                found="none",
                where=str(folder),
                remedy="check the name, and go to the course folder or pass --course-dir",
            )
        return assignment

    def leave_given_files(self, assignment: str) -> None:
        """Keep nbgrader from copying the assignment's data and weights beside every submission."""
        folder = self.source_folder(assignment)
        given = (
            [e.name for e in folder.iterdir() if e.suffix != ".ipynb"] if folder.is_dir() else []
        )
        self.coursedir.ignore = [*self.coursedir.ignore, *given]

    def is_wanted(self, student: str) -> bool:
        """Whether --student names a student, or a pattern that the id matches."""
        wanted = self.coursedir.student_id
        excluded = self.coursedir.student_id_exclude.split(",")
        return (student == wanted or fnmatchcase(student, wanted)) and student not in excluded

    def say_what_is_lacking(self) -> None:
        """Say on standard error what a stronger sandbox would take than notebooks will have.

        Raises:
            CourseError: What the options ask for does not work on this machine.
        """
        lacking = stronger(resolve(as_kind(Sandbox(parent=self).kind)))
        if lacking is not None:
            print(lacking, file=sys.stderr, flush=True)

    def one_argument(self, what: str) -> str:
        """The command's only argument; ends the program where there is not exactly one."""
        given = [*self.extra_args]
        if self.coursedir.assignment_id and not given:
            given = [self.coursedir.assignment_id]
        if len(given) != 1:
            self.stop(f"{self.name} takes one argument, {what}; it got {len(given)}.")
        return str(given[0])

    def parse_command_line(self, argv: Any = None) -> None:
        """Read the options; one that does not exist ends the program."""
        given = sys.argv[1:] if argv is None else argv
        problem = unknown_option(given, self)
        if problem is not None:
            self.stop(f"{problem} {self.name} --help lists all; nothing was done")
        super().parse_command_line(argv)

    def start(self) -> None:
        """Run the command; an error that the engine raises on purpose ends it with its text."""
        try:
            super().start()
            self.run()
        except NoStart:
            # Another option, such as --generate-config, was all there was to do.
            return
        except ProctorError as error:
            self.stop(str(error))
        except TraitError as error:
            self.stop(f"an option has a value that it can't have: {error}")
        except KeyboardInterrupt:
            print(f"{self.name}: ended by you; what is done is kept", file=sys.stderr)
            sys.exit(EXIT_INTERRUPTED)

    def run(self) -> None:
        """The command's work."""
        raise NotImplementedError

    def stop(self, message: str) -> None:
        """End the program with an error message."""
        print(f"{self.name}: {message}", file=sys.stderr)
        sys.exit(EXIT_ERROR)


_ALWAYS = ("help", "help-all", "version", "generate-config", "show-config", "show-config-json")


def unknown_option(argv: Sequence[str], application: Application) -> str | None:
    """What is wrong with the first option that is none, in words; None where all are known.

    Args:
        argv: What stands behind the command's name.
        application: The command.
    """
    known = set(_names(application))
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


def _names(application: Application) -> Iterator[str]:
    yield from _ALWAYS
    for keys in (*application.aliases, *application.flags):
        yield from (keys,) if isinstance(keys, str) else keys
    for owner in _with_parents(application):
        yield from (f"{owner.__name__}.{trait}" for trait in owner.class_traits(config=True))


def _with_parents(application: Application) -> Iterable[Any]:
    classes = {type(application), *application.classes}
    return {base for one in classes for base in one.__mro__ if hasattr(base, "class_traits")}


def _is_abbreviated(name: str, known: set[str]) -> bool:
    """Whether it is the beginning of one option alone, which the parser takes for it."""
    return len(name) > 1 and sum(one.startswith(name) for one in known if "." not in one) == 1
