"""What a process does not import: who may import whom is checked by import-linter."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        # nbgrader imports its gradebook whenever any part of it is imported; none of ours may.
        ("proctor.grading.core", "proctor.grading.gradebook"),
        ("proctor.backends.dask_workers", "proctor.grading.gradebook"),
        ("proctor.sandbox.inside.server", "proctor.sandbox.host"),
        ("proctor.sandbox.inside.server", "nbformat"),
        ("proctor.cli.app", "nbgrader"),
    ],
)
def test_starting_does_not_import(module, unwanted):
    code = f"import sys, {module}; sys.exit({unwanted!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
