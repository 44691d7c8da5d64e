"""``make student`` and ``make instructor``: JupyterLab for a student or for an instructor."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from demo.classroom import ASSIGNMENT, COURSE, NOTEBOOK

_STUDENT = COURSE / "build" / "student"


def main() -> int:
    """Start JupyterLab, wait for its end, and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m demo.jupyterlab", description=__doc__)
    parser.add_argument("who", choices=("student", "instructor"))
    parser.add_argument("arguments", nargs="*", help="for JupyterLab, after --")
    options = parser.parse_args()
    folder, first = _student() if options.who == "student" else _instructor()
    command = [sys.executable, "-m", "jupyterlab", *options.arguments]
    if os.getuid() == 0:
        command.append("--allow-root")
    print(f"JupyterLab in {folder}; Ctrl-C twice ends it", flush=True)
    return subprocess.run([*command, *first], cwd=folder, check=False).returncode  # noqa: S603


def _student() -> tuple[Path, list[str]]:
    """Unpack the kit, unless it was unpacked before."""
    if not (_STUDENT / NOTEBOOK).is_file():
        kit = COURSE / "release" / f"{ASSIGNMENT}.zip"
        if not kit.is_file():
            release = [sys.executable, "-m", "proctor", "release", ASSIGNMENT]
            subprocess.run(release, cwd=COURSE, check=True)  # noqa: S603 - our own command
        with zipfile.ZipFile(kit) as archive:
            archive.extractall(_STUDENT)
    return _STUDENT, [NOTEBOOK]


def _instructor() -> tuple[Path, list[str]]:
    """Choose the class that ``make demo`` graded, if there is one, or else this course."""
    demo = COURSE / "build" / "demo"
    return (demo if (demo / "gradebook.db").is_file() else COURSE), []


if __name__ == "__main__":
    raise SystemExit(main())
