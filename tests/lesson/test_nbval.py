"""The lesson runs from top to bottom, and what is stable in its outputs has not changed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.slow
def test_the_instructors_notebook_runs_and_prints_what_it_did():
    command = [
        sys.executable, "-m", "pytest", "-q", "--nbval-lax", "--nbval-current-env",
        "--nbval-cell-timeout=600", "-p", "no:cacheprovider", "-c", "/dev/null",
        "C3_W3_Assignment.ipynb",
    ]  # fmt: skip
    # nbval compares stderr too, and what TensorFlow logs there differs by machine.
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTEST_ADDOPTS": ""}
    folder = ROOT / "source" / "C3M3"
    done = subprocess.run(command, cwd=folder, env=quiet, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-5000:]
    assert " passed" in done.stdout
