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
from proctor.cli import DESCRIPTIONS
from proctor.programs import interpreter

_MAX_FILES = 65_536
_BROKEN_PIPE = 128 + signal.SIGPIPE


def _place(name: str) -> str:
    """Where a subcommand's class is; traitlets imports it when it is asked for."""
    words = name.split("-")
    return f"proctor.cli.{'_'.join(words)}.{''.join(map(str.title, words))}Command"


class ProctorApp(Application):
    """Dispatches to the subcommands; they read ``nbgrader_config.py`` as nbgrader does.

    It is none of nbgrader's own applications: importing them takes longer than to print a help.
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
        proctor verify C3M3 --sample 20       # grade again, and compare
        proctor grade-one work.ipynb --assignment C3M3 --format json
        proctor container gradescope --assignment C3M3    # inside its container
    """
    # With a command, --debug and its like are the command's; without one there is nothing to set.
    aliases = {}
    flags = {}

    subcommands = {name: (_place(name), about) for name, about in DESCRIPTIONS.items()}

    def initialize_subcommand(self, subc: str, argv: list[str] | None = None) -> None:
        """Prepare a subcommand; only now is nbgrader imported."""
        import_module("proctor._import_workarounds")
        super().initialize_subcommand(subc, argv)

    def _problem(self) -> str:
        if not self.extra_args:
            return "No command given."
        word = str(self.extra_args[0])
        near = get_close_matches(word, self.subcommands, n=1)
        meant = f" Did you mean {near[0]}?" if near else ""
        return f"There is no command {word!r}.{meant}"

    def start(self) -> None:
        """Run the subcommand, or list what there is."""
        if self.subapp is None:
            print(f"{self._problem()} proctor --help tells more.\n", flush=True)
            self.print_subcommands()
            sys.exit(2)
        self.subapp.start()


def _raise_open_files() -> None:
    """Open as many files as this process may.

    Files on their way through sockets are counted per user and compared with each sender's own
    limit; a notebook that runs as this user has a lower one, and can't fill ours.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = _MAX_FILES if hard == resource.RLIM_INFINITY else min(hard, _MAX_FILES)
    if soft != resource.RLIM_INFINITY and soft < limit:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))


def _end_in_order() -> None:
    """End as by Ctrl-C where another program or a lost terminal ends this one."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        # A command in the background of a shell that ends (nohup) is to go on.
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _ended)


def _ended(number: int, _: object) -> None:
    sys.exit(128 + number)


def main() -> None:
    """Entry point of the console script."""
    _raise_open_files()
    # nbgrader starts `alembic` by name when it makes a gradebook; it lies beside this Python,
    # which is on the PATH only where the environment was activated.
    scripts = str(Path(interpreter()).parent)
    os.environ["PATH"] = os.pathsep.join([scripts, os.environ.get("PATH", os.defpath)])
    # nbgrader's gradebook warns about its own use of SQLAlchemy at every new submission.
    warnings.filterwarnings("ignore", message="Object of type <Submitted")
    _end_in_order()
    try:
        ProctorApp.launch_instance()
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read it has seen enough; nothing is to be written when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(_BROKEN_PIPE)
