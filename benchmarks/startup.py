"""Startup time of commands beside that of ``python -c pass``, in turns in one run."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time

COMMANDS = {
    "python": ["-c", "pass"],
    "help": ["-m", "proctor", "--help"],
    "error": ["-m", "proctor", "grad"],
}
_ROUNDS = 9


def figures() -> dict[str, float | bool]:
    """Measure the median wall seconds of each command and their ratio to Python's own start."""
    seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(_ROUNDS):
            for name, command in COMMANDS.items():
                started = time.monotonic()
                subprocess.run(  # noqa: S603 - our own command
                    [sys.executable, *command], cwd=folder, capture_output=True, check=False
                )
                seconds[name].append(time.monotonic() - started)
    median = {name: statistics.median(found) for name, found in seconds.items()}
    return {
        "startup_help_seconds": median["help"],
        "startup_help_to_python_ratio": median["help"] / median["python"],
        "startup_error_seconds": median["error"],
        "startup_error_to_python_ratio": median["error"] / median["python"],
    }
