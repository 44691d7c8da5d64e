"""The tiny course, released once and copied for each test that grades."""

from __future__ import annotations

import copy
import io
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import jupytext
import nbformat
import pytest
from nbgrader import api

from engine.tests import coursework
from engine.tests.coursework import NOTEBOOK
from engine.tests.databases import newest_tables, postgresql
from engine.tests.sessions import printed_by, session_in
from engine.tests.warm import Warm
from proctor.execution.session import Limits
from proctor.sandbox.host.options import Sandbox, close_servers, warm_server

HERE = Path(__file__).resolve().parent
TINY = HERE / "tiny_course"
PACKAGES = HERE / "packages"
"""Where the sandbox's tests find a package that is the course's own."""

RIGHT = {
    "UNQ_C1": "def double(values):\n    return values * 2",
    "UNQ_C2": "def total(values):\n    return sum(values)",
}

Run = Callable[..., subprocess.CompletedProcess]


@pytest.fixture(scope="session", autouse=True)
def _alembic_is_not_started() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(api, "get_alembic_version", newest_tables)
        yield


@pytest.fixture(scope="session")
def warm(tmp_path_factory) -> Iterator[Warm]:
    """Runs commands as processes of their own."""
    running = Warm(tmp_path_factory.mktemp("printed"))
    yield running
    running.close()


@pytest.fixture(scope="session")
def run(warm) -> Run:
    """Run ``proctor`` as a user does: in the course folder, as a process of its own."""
    return partial(warm.run, "proctor")


@pytest.fixture(scope="session")
def run_nbgrader(warm) -> Run:
    """Run nbgrader's own command in the same way."""
    return partial(warm.run, "nbgrader")


@pytest.fixture(scope="session")
def released(tmp_path_factory, run) -> Path:
    """A course folder in which the tiny assignment is released."""
    folder = tmp_path_factory.mktemp("released")
    shutil.copytree(TINY, folder, dirs_exist_ok=True)
    nb = jupytext.read(TINY / "exercise.py")
    nb.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    nbformat.write(nb, folder / "source" / "tiny" / NOTEBOOK)
    done = run(folder, "release", "tiny")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def course(released, tmp_path) -> Path:
    """A copy of the released course that a test may do with as it likes."""
    folder = tmp_path / "course"
    shutil.copytree(released, folder)
    return folder


@pytest.fixture(scope="session")
def student_version(released) -> nbformat.NotebookNode:
    return nbformat.read(released / "release" / "tiny" / NOTEBOOK, as_version=4)


@pytest.fixture(scope="session")
def filled(student_version):
    """Make a submission: the student version with cells by marker."""

    def fill(**cells: str) -> nbformat.NotebookNode:
        nb = copy.deepcopy(student_version)
        for marker, source in {**RIGHT, **cells}.items():
            cell = next(c for c in nb.cells if c.source.startswith(f"# {marker} "))
            cell.source = cell.source.split("\n")[0] + "\n" + source
        return nb

    return fill


@pytest.fixture
def hand_in(course):
    """Put a notebook, or any text, where a student's submission lies."""
    return partial(coursework.hand_in, course)


@pytest.fixture(scope="session")
def new_postgresql() -> Iterator[Callable[..., str]]:
    """Make a new PostgreSQL database, or a copy of one, and get its address."""
    with postgresql() as database:
        yield database


@pytest.fixture(scope="session")
def no_files() -> bytes:
    """The tar of a submission that is a notebook and nothing else."""
    buffer = io.BytesIO()
    tarfile.open(fileobj=buffer, mode="w").close()
    return buffer.getvalue()


@pytest.fixture(scope="session")
def sandbox_course(tmp_path_factory) -> Path:
    """A course folder with something to give and something to hide."""
    folder = tmp_path_factory.mktemp("course")
    given = folder / "source" / "lesson"
    (given / "data").mkdir(parents=True)
    (given / "data" / "table.csv").write_text("a,b\n1,2\n")
    (given / "lesson.ipynb").write_text("the solution")
    (given / ".ipynb_checkpoints").mkdir()
    (given / ".ipynb_checkpoints" / "lesson-checkpoint.ipynb").write_text("the solution")
    (folder / "gradebook.db").write_text("grades")
    return folder


@pytest.fixture(scope="session")
def course_package() -> Iterator[Path]:
    """A package outside of the Python environment, with hidden tests in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(PACKAGES))
        yield PACKAGES / "course_package"


@pytest.fixture(scope="session")
def plan_of(sandbox_course, course_package):
    """Get the plan of fork servers for a configuration of the sandbox."""

    def plan(**options):
        environment = {"PYTHONPATH": str(PACKAGES)}
        return Sandbox(**{"preload": ["numpy"], "environment": environment, **options}).plan(
            course=sandbox_course,
            packages=["course_package"],
            hidden=["course_package.hidden_tests"],
            given=sandbox_course / "source" / "lesson",
            leave_out=[".ipynb_checkpoints"],
        )

    return plan


@pytest.fixture(scope="session")
def serve(plan_of):
    """Get the fork server for a configuration of the sandbox."""
    yield lambda **options: warm_server(plan_of(**options))
    close_servers()


@pytest.fixture
def kind() -> str:
    """The sandbox that notebooks run in; modules that try several parametrise it."""
    return "auto"


@pytest.fixture
def open_notebook(serve, no_files, kind):
    """Open a session in a notebook of its own; options are the sandbox's."""

    @contextmanager
    def opened(files=None, limits=None, **options):
        chosen = {k: v for k, v in options.items() if k in ("kind", "scratch_mib")}
        server = serve(**{"kind": kind, **chosen})
        resources = Sandbox(**options).limits()
        blob = no_files if files is None else files
        with session_in(server, blob, resources, limits or Limits()) as session:
            yield session

    return opened


@pytest.fixture
def printed(open_notebook):
    """Run code in a fresh notebook and get what it printed."""

    def run(source, **options):
        with open_notebook(**options) as session:
            return printed_by(session, source)

    return run
