"""What a command says of a course before it works: options without effect, missing modules."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from proctor.cli.base import Command
from proctor.nbgrader.options import lost_options, unknown_options
from proctor.release.missing_modules import missing_modules


def warn_about_course(command: Command, assignment: str) -> None:
    """Print to standard error what will not be as the course expects it.

    Args:
        command: The command.
        assignment: Name of the assignment.

    Raises:
        CourseError: See `read_lists`.
    """
    _warn(lost_options(command.config))
    _warn(command.preprocessors.lost)
    _warn(unknown_options(command.config))
    _warn(missing_modules(command.source_folder(assignment), command.root))


def warn_about_options(command: Command, name: str) -> None:
    """Print to standard error which of a command's own options have no effect.

    Args:
        command: The command.
        name: Its name, as in the table of options.
    """
    _warn(lost_options(command.config, name))


def _warn(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        print(f"warning: {sentence}", file=sys.stderr, flush=True)
