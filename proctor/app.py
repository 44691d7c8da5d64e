"""The command ``proctor`` and its subcommands."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGrader
from nbgrader.coursedir import CourseDirectory
from traitlets import default

import proctor
from proctor.commands.export import ExportCommand
from proctor.commands.feedback import FeedbackCommand
from proctor.commands.grade import GradeCommand
from proctor.commands.grade_one import GradeOneCommand
from proctor.commands.release import ReleaseCommand
from proctor.commands.verify import VerifyCommand


class ProctorApp(NbGrader):
    """Dispatches to the subcommands; reads ``nbgrader_config.py`` as nbgrader does."""

    name = "proctor"
    description = "Release assignments and grade them with verdicts from outside the notebook."
    version = proctor.__version__
    examples = """
        proctor release C3M3                  # student version and student kit
        proctor grade C3M3                    # grade all submissions
        proctor grade C3M3 --student alice    # grade one student
        proctor feedback C3M3                 # feedback pages
        proctor export C3M3 --to grades.csv
        proctor grade-one work.ipynb --assignment C3M3 --format json
    """

    subcommands = {
        command.name.removeprefix("proctor-"): (command, command.description)
        for command in (
            ReleaseCommand,
            GradeCommand,
            FeedbackCommand,
            ExportCommand,
            GradeOneCommand,
            VerifyCommand,
        )
    }

    @default("classes")
    def _classes_default(self) -> list[Any]:
        return [ProctorApp, CourseDirectory]

    def start(self) -> None:
        """Run the subcommand, or list what there is."""
        if self.subapp is None:
            print("No command given; proctor --help tells more.\n")
            self.print_subcommands()
            sys.exit(2)
        super().start()


def main() -> None:
    """Entry point of the console script."""
    # nbgrader starts `alembic` by name when it makes a gradebook; it lies beside this Python,
    # which is on the PATH only where the environment was activated.
    scripts = str(Path(sys.executable).parent)
    os.environ["PATH"] = os.pathsep.join([scripts, os.environ.get("PATH", os.defpath)])
    # nbgrader's gradebook warns about its own use of SQLAlchemy at every new submission.
    warnings.filterwarnings("ignore", message="Object of type <Submitted")
    ProctorApp.launch_instance()
