"""A separate course folder with the real lesson, and submissions made from sample students."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import nbformat

from demo.filling import fill, read_sample

ASSIGNMENT, NOTEBOOK = "C3M3", "C3_W3_Assignment.ipynb"
COURSE = Path(__file__).resolve().parent.parent
SAMPLES = Path(__file__).resolve().parent / "sample_class"

_CONFIG = """\
# A folder beside the course: the real course's configuration, without the student kit.
c = get_config()
load_subconfig("nbgrader_config.py", path={course!r})
c.StudentKit.packages = []
c.StudentKit.extras = {{}}
"""


def lay_out(folder: Path, settings: str = "") -> None:
    """Create a course folder with the lesson's source; an existing folder is removed first.

    Args:
        folder: The course folder.
        settings: Lines of configuration to append to the course's.
    """
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    shutil.copytree(COURSE / "source", folder / "source")
    config = _CONFIG.format(course=str(COURSE)) + settings
    (folder / "nbgrader_config.py").write_text(config)


def hand_in(folder: Path, samples: Mapping[str, str]) -> None:
    """Write the submissions of sample students into a course folder with a released lesson.

    Args:
        folder: The course folder.
        samples: Names of sample students by student id.
    """
    released = nbformat.read(folder / "release" / ASSIGNMENT / NOTEBOOK, as_version=4)
    for student, name in samples.items():
        nb = fill(released, read_sample(SAMPLES / f"{name}.py"))
        nbformat.write(nb, submission(folder, student))


def submission(folder: Path, student: str) -> Path:
    """Return the path of a student's notebook, and create its folder."""
    place = folder / "submitted" / student / ASSIGNMENT
    place.mkdir(parents=True)
    return place / NOTEBOOK
