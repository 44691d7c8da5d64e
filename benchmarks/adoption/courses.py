"""Where the public courses have their assignments; nothing of theirs is part of this project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class PublicCourse:
    """Assignments of nbgrader's in a repository. Paths and patterns are relative to it.

    Attributes:
        repository: Its owner and name on GitHub.
        part: What of it these assignments are, if there are others.
        folders: Patterns of folders that are an assignment each.
        notebooks: A pattern of notebooks that are an assignment each, with the files beside them.
        config: Its ``nbgrader_config.py``; empty if it has none.
        shared: Files of the course folder that belong to no assignment, with their place there.
        kernels: Names of kernels of other environments, whose notebooks run in this one.
        submitted: What somebody has handed in for an assignment, by its name: a pattern of folders,
            which lie in one with the student's name, or of notebooks, which are a student's each.
    """

    repository: str
    part: str = ""
    folders: tuple[str, ...] = ()
    notebooks: str = ""
    config: str = ""
    shared: Mapping[str, str] = field(default_factory=dict)
    kernels: tuple[str, ...] = ()
    submitted: Mapping[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """Name of the folder of the repository."""
        return self.repository.replace("/", "+")

    @property
    def name(self) -> str:
        """What the tables call it."""
        return f"{self.repository}, {self.part}" if self.part else self.repository


_HEADER = {"source/header.ipynb": "source/header.ipynb"}
_GUIDE = "nbgrader/docs/source/user_guide"
_APPS = "nbgrader/tests/apps/files"
_STEPS = "nbgrader/tests/preprocessors/files"
_CONFIG = "nbgrader_config.py"

COURSES = (
    PublicCourse(
        "219project/num_meth_nbgrader",
        folders=("TestCourse/source/*", "TestCourse/source/drafts/*"),
        config=f"TestCourse/{_CONFIG}",
        shared={"TestCourse/source/header.ipynb": "source/header.ipynb"},
    ),
    PublicCourse("ccha23/cs1302i21a", folders=("source/*",), config=_CONFIG, kernels=("xpython",)),
    PublicCourse("fmind/bigdata-tutorials", folders=("source/*",), config=_CONFIG),
    PublicCourse(
        "havardei/nbgrader-exercises", folders=("source/*",), config=_CONFIG, shared=_HEADER
    ),
    PublicCourse(
        "JHU-Data-Science/assignments", folders=("source/*",), config=_CONFIG, shared=_HEADER
    ),
    PublicCourse(
        "jupyter/nbgrader",
        part="the example course",
        folders=(f"{_GUIDE}/source/*",),
        shared={
            f"{_GUIDE}/source/header.ipynb": "source/header.ipynb",
            f"{_GUIDE}/autotests.yml": "autotests.yml",
        },
        submitted={"ps1": f"{_GUIDE}/submitted/*/ps1"},
    ),
    PublicCourse(
        "jupyter/nbgrader",
        part="tests of its commands",
        notebooks=f"{_APPS}/*.ipynb",
        shared={f"{_APPS}/autotests.yml": "autotests.yml"},
        submitted={
            "submitted-unchanged": f"{_APPS}/submitted-*.ipynb",
            **{
                f"autotest-{kind}": f"{_APPS}/autotest-{kind}-*.ipynb"
                for kind in ("simple", "hashed", "hidden", "multi")
            },
        },
    ),
    PublicCourse(
        "jupyter/nbgrader",
        part="tests of its steps",
        notebooks=f"{_STEPS}/*.ipynb",
        submitted={"submitted-unchanged": f"{_STEPS}/submitted-*.ipynb"},
    ),
    PublicCourse(
        "earthlab/nbgrader-test-course", folders=("source/*",), config=_CONFIG, shared=_HEADER
    ),
    PublicCourse("numberisnan/isc4u-notebooks", folders=("source/*",), config=_CONFIG),
)
