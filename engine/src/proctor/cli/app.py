"""The command ``proctor`` and its subcommands."""

from __future__ import annotations

import os
import resource
import signal
import sys
import warnings
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path

from traitlets.config import Application

import proctor
from proctor.cli import DESCRIPTIONS, EXIT_ERROR, exit_interrupted
from proctor.errors import Exit, is_output_error
from proctor.programs import interpreter

_MAX_OPEN_FILES = 65_536
_BROKEN_PIPE = 128 + signal.SIGPIPE
_UNNAMED = "standard output, or a file that was being written"


def _class_path(name: str) -> str:
    """Import path of a subcommand's class; traitlets imports it on use."""
    words = name.split("-")
    return f"proctor.cli.{'_'.join(words)}.{''.join(map(str.title, words))}Command"


class ProctorApp(Application):
    """Dispatches to the subcommands; they read ``nbgrader_config.py`` as nbgrader does.

    Not a subclass of nbgrader's applications: importing them takes longer than printing the help.
    """

    name = "proctor"
    description = "Release assignments and grade them with verdicts from outside the notebook."
    version = proctor.__version__
    examples = """
        proctor new M4                        # a new assignment from a template
        proctor release C3M3                  # student version and student kit
        proctor grade C3M3                    # grade all submissions
        proctor grade C3M3 --student alice    # grade one student
        proctor feedback C3M3                 # feedback pages
        proctor report C3M3                   # one page on the class, for you
        proctor export C3M3 --to grades.csv
        proctor strength C3M3                 # which faults the tests would miss
        proctor verify C3M3 --sample 20       # grade again, and compare
        proctor grade-one work.ipynb --assignment C3M3 --format json
        proctor container gradescope --assignment C3M3    # inside its container
    """
    # Options such as --debug belong to the subcommand; without a subcommand they have no effect.
    aliases = {}
    flags = {}

    subcommands = {name: (_class_path(name), about) for name, about in DESCRIPTIONS.items()}

    def initialize_subcommand(self, subc: str, argv: list[str] | None = None) -> None:
        """Prepare a subcommand; nbgrader is imported only here."""
        import_module("proctor._import_workarounds")
        super().initialize_subcommand(subc, argv)

    def _usage_error(self) -> str:
        if not self.extra_args:
            return "no command given"
        word = str(self.extra_args[0])
        if word in self.subcommands:
            return f"options go after the command: proctor {word} ..."
        near = get_close_matches(word, self.subcommands, n=1)
        meant = f" Did you mean {near[0]}?" if near else ""
        return f"there is no command {word!r}.{meant}"

    def start(self) -> None:
        """Run the subcommand, or list the subcommands."""
        if self.subapp is None:
            print(f"error: {self._usage_error()}\n", file=sys.stderr, flush=True)
            self.print_subcommands()
            raise Exit(EXIT_ERROR)
        self.subapp.start()


def _raise_open_file_limit() -> None:
    """Raise this process's limit on open files.

    The kernel counts descriptors in transit over sockets per user, and compares the count with the
    sender's own limit. A notebook that runs as this user has a lower limit and can't use up ours.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = _MAX_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _MAX_OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < limit:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))


def _install_signal_handlers() -> None:
    """Shut down on SIGTERM and SIGHUP as on Ctrl-C."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        # A command run under nohup must survive the end of its shell.
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _exit_on_signal)


def _exit_on_signal(number: int, _: object) -> None:
    raise Exit(128 + number)


def main() -> None:
    """Entry point of the console script."""
    _raise_open_file_limit()
    # nbgrader starts `alembic` by name when it creates a gradebook. It is installed beside this
    # Python, a folder that is on the PATH only if the environment was activated.
    scripts = str(Path(interpreter()).parent)
    os.environ["PATH"] = os.pathsep.join([scripts, os.environ.get("PATH", os.defpath)])
    # nbgrader's gradebook warns about its own use of SQLAlchemy for every new submission.
    warnings.filterwarnings("ignore", message="Object of type <Submitted")
    # A header notebook may be of a format without ids; they are filled in, as by nbgrader.
    warnings.filterwarnings("ignore", message="Cell is missing an id field")
    _install_signal_handlers()
    try:
        try:
            ProctorApp.launch_instance()
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except KeyboardInterrupt:
        exit_interrupted()
    except BrokenPipeError:
        # The reader, such as `head`, closed the pipe.
        _discard_output()
        raise Exit(_BROKEN_PIPE) from None
    except OSError as error:
        if not is_output_error(error):
            raise
        _discard_output()
        print(f"error: {error.strerror}\n  where: {_UNNAMED}", file=sys.stderr)
        raise Exit(EXIT_ERROR) from error


def _discard_output() -> None:
    """Keep Python from flushing the rest of the buffer, which would fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
