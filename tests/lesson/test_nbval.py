"""The lesson runs from top to bottom, and what is stable in its outputs has not changed."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_instructors_notebook_runs_and_prints_what_it_did():
    command = [
        sys.executable, "-m", "pytest", "--nbval-lax", "--nbval-cell-timeout=600", "-q",
        "-p", "no:cacheprovider", "-c", "/dev/null", "C3_W3_Assignment.ipynb",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT / "source" / "C3M3", capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-5000:]
    assert " passed" in done.stdout
