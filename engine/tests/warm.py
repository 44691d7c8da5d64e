"""Run the commands as processes of their own without paying for their imports each time.

Started once per test session as ``python -m engine.tests.warm``; it imports what the commands
import, and forks a process for each one that is asked for. The forked process goes through
``python -m``'s own door and ends as every process does.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import runpy
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

# The first, as in the commands themselves.
import proctor._import_workarounds
from engine.tests.databases import newest_tables


class Warm:
    """The test's side."""

    def __init__(self, folder: Path) -> None:
        """Start it.

        Args:
            folder: An empty folder for what the commands print.
        """
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-m", "engine.tests.warm"],
            cwd=Path(__file__).resolve().parent.parent.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, module: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess:
        """Run ``python -m MODULE ARGUMENTS`` in a folder."""
        return self.wait(self.begin(module, folder, *arguments))

    def begin(self, module: str, folder: Path, *arguments: str) -> int:
        """Begin to run it, and return its process id; one at a time."""
        self._argv = [module, *arguments]
        asked = {
            "argv": self._argv,
            "folder": str(folder),
            "environment": dict(os.environ),
            "printed": [str(self._folder / name) for name in ("stdout", "stderr")],
        }
        return self._ask(asked)

    def wait(self, process: int) -> subprocess.CompletedProcess:
        """Wait until it has ended."""
        code = self._ask({"wait": process})
        printed = ((self._folder / name).read_text() for name in ("stdout", "stderr"))
        return subprocess.CompletedProcess(self._argv, code, *printed)

    def _ask(self, asked: dict[str, Any]) -> int:
        print(json.dumps(asked), file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """End it."""
        self._process.communicate(timeout=30)


def main() -> None:
    """Entry point."""
    importlib.import_module("nbgrader.apps.nbgraderapp")
    importlib.import_module("nbgrader.api").get_alembic_version = newest_tables
    for found in pkgutil.walk_packages(proctor.__path__, "proctor."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    for line in sys.stdin:
        asked = json.loads(line)
        if "wait" in asked:
            print(os.waitstatus_to_exitcode(os.waitpid(asked["wait"], 0)[1]), flush=True)
            continue
        process = os.fork()
        if process == 0:
            _become(asked)
            return
        print(process, flush=True)


def _become(asked: dict[str, Any]) -> None:
    # As from a terminal: a shell's jobs in the background, and all that they start, ignore Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for descriptor, path in enumerate(asked["printed"], start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    module, *arguments = asked["argv"]
    sys.path[0] = asked["folder"]
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
