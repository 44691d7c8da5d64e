"""``make demo``: release the lesson, grade a sample class, write feedback and a grade table."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

import nbformat

from demo.filling import fill, read_sample

ASSIGNMENT, NOTEBOOK = "C3M3", "C3_W3_Assignment.ipynb"
COURSE = Path(__file__).resolve().parent.parent
SAMPLES = Path(__file__).resolve().parent / "sample_class"

_CONFIG = """\
# The demo's course folder: the real course's configuration, with shorter patience.
c = get_config()
load_subconfig("nbgrader_config.py", path={course!r})
c.Examine.cell_seconds = 20
c.StudentKit.packages = []
c.StudentKit.extras = ""
"""


def main() -> int:
    """Run the demo; returns an exit status."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--folder", type=Path, default=COURSE / "build" / "demo")
    folder = parser.parse_args().folder.resolve()
    started = time.monotonic()
    _lay_out(folder)
    _say("release", f"student version of {ASSIGNMENT}")
    _proctor(folder, "release", ASSIGNMENT)
    count = _hand_in(folder)
    _say("grade", f"{count} sample submissions, one after the other")
    # Exit status 1: some submission needs a human, as the sample class intends.
    _proctor(folder, "grade", ASSIGNMENT, accept=(0, 1))
    _say("feedback", "a page per student, and the grade table")
    _proctor(folder, "feedback", ASSIGNMENT)
    _proctor(folder, "export", ASSIGNMENT, "--to", str(folder / "grades.csv"))
    minutes, seconds = divmod(round(time.monotonic() - started), 60)
    print(f"\nThe demo took {minutes} min {seconds} s. Look next at:")
    print(f"  student version   {folder / 'release' / ASSIGNMENT / NOTEBOOK}")
    print(f"  a feedback page   {folder / 'feedback' / 'dan' / ASSIGNMENT}")
    print(f"  grade table       {folder / 'grades.csv'}")
    print("  your own course   proctor release C3M3, then proctor grade C3M3, in this folder")
    return 0


def _lay_out(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    shutil.copytree(COURSE / "source", folder / "source")
    (folder / "nbgrader_config.py").write_text(_CONFIG.format(course=str(COURSE)))


def _hand_in(folder: Path) -> int:
    released = nbformat.read(folder / "release" / ASSIGNMENT / NOTEBOOK, as_version=4)
    for path in sorted(SAMPLES.glob("*.py")):
        target = folder / "submitted" / path.stem / ASSIGNMENT
        target.mkdir(parents=True)
        nbformat.write(fill(released, read_sample(path)), target / NOTEBOOK)
    broken = folder / "submitted" / "mia" / ASSIGNMENT
    broken.mkdir(parents=True)
    (broken / NOTEBOOK).write_text('This upload was cut off: {"cells": [')
    return len(list((folder / "submitted").iterdir()))


def _proctor(folder: Path, *arguments: str, accept: tuple[int, ...] = (0,)) -> None:
    command = [sys.executable, "-m", "proctor", *arguments]
    status = subprocess.run(command, cwd=folder, check=False).returncode  # noqa: S603 - our own command
    if status not in accept:
        raise SystemExit(f"proctor {arguments[0]} ended with status {status}")


def _say(step: str, what: str) -> None:
    print(f"\n== {step}: {what}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
