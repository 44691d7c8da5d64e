"""``make demo``: release the lesson, grade a sample class, write feedback and a grade table."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from demo.classroom import ASSIGNMENT, COURSE, NOTEBOOK, SAMPLES, hand_in, lay_out, submission
from proctor.cli import EXIT_ATTENTION

_PATIENCE = """\
# Shorter than the course's, for the sample student whose loop never ends.
c.Examine.cell_seconds = 20
"""
_UNGUARDED = """\
# The sample class is our own; your students' work belongs into the sandbox.
c.Sandbox.kind = "none"
"""


def main() -> int:
    """Run the demo and return an exit status."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--folder", type=Path, default=COURSE / "build" / "demo")
    folder = parser.parse_args().folder.resolve()
    started = time.monotonic()
    lay_out(folder, _settings())
    _say("release", f"student version of {ASSIGNMENT}")
    _proctor(folder, "release", ASSIGNMENT)
    count = _hand_in(folder)
    _say("grade", f"{count} sample submissions, on all cores")
    # Another status than 0: some submission needs attention, as intended in the sample class.
    _proctor(folder, "grade", ASSIGNMENT, accept=(0, EXIT_ATTENTION))
    _say("feedback", "a page per student, a report on the class, and the grade table")
    _proctor(folder, "feedback", ASSIGNMENT)
    _proctor(folder, "report", ASSIGNMENT)
    _proctor(folder, "export", ASSIGNMENT, "--to", str(folder / "grades.csv"))
    minutes, seconds = divmod(round(time.monotonic() - started), 60)
    print(f"\nThe demo took {minutes} min {seconds} s. Look next at:")
    print(f"  student version   {folder / 'release' / ASSIGNMENT / NOTEBOOK}")
    print(f"  a feedback page   {folder / 'feedback' / 'dan' / ASSIGNMENT}")
    print(f"  the class report  {folder / 'reports' / ASSIGNMENT}.html")
    print(f"  grade table       {folder / 'grades.csv'}")
    print("  your own course   proctor release C3M3, then proctor grade C3M3, in this folder")
    return 0


def _settings() -> str:
    # The sandbox needs Linux. Elsewhere the demo runs without it: the sample class is trusted.
    if sys.platform == "linux":
        return _PATIENCE
    print("There is a sandbox on Linux only: the sample class runs without one.")
    return _PATIENCE + _UNGUARDED


def _hand_in(folder: Path) -> int:
    names = [path.stem for path in sorted(SAMPLES.glob("*.py"))]
    hand_in(folder, dict(zip(names, names, strict=True)))
    submission(folder, "mia").write_text('This upload was cut off: {"cells": [')
    return len(names) + 1


def _proctor(folder: Path, *arguments: str, accept: tuple[int, ...] = (0,)) -> None:
    command = [sys.executable, "-m", "proctor", *arguments]
    status = subprocess.run(command, cwd=folder, check=False).returncode  # noqa: S603 - our own command
    if status not in accept:
        raise SystemExit(f"proctor {arguments[0]} ended with status {status}")


def _say(step: str, what: str) -> None:
    print(f"\n== {step}: {what}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
