import sys
import time
from pathlib import Path

import numpy as np
import pytest

from proctor.reporting.feedback.scrub_paths import Scrubber


@pytest.fixture
def scrub():
    return Scrubber([Path("/srv/courses/ml")])


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("File /srv/courses/ml/source/a.csv", "File .../source/a.csv"),
        ("/opt/w 1/x", "/opt/w 1/x"),
        (
            "File /home/else/.venv/lib/python3.12/site-packages/numpy/core.py:12",
            "File .../site-packages/numpy/core.py:12",
        ),
        ("File /usr/lib/python3.11/ast.py:50", "File .../python3.11/ast.py:50"),
        ("cam = a / b / c", "cam = a / b / c"),
        ("data/nih_new/images-small", "data/nih_new/images-small"),
    ],
)
def test_paths_begin_where_they_are_of_interest(scrub, said, left):
    assert scrub(said) == left


def test_a_long_path_takes_no_time(scrub):
    started = time.monotonic()
    assert scrub("/a" * 100_000) == "/a" * 100_000
    assert time.monotonic() - started < 5


def test_this_pythons_folders_are_gone(scrub):
    said = f"{sys.prefix} {sys.executable} {np.__file__} {Path.home()}/x"
    assert sys.prefix not in scrub(said)
    assert str(Path.home()) not in scrub(said)
