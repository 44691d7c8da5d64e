"""Wherever a clone and its environment lie, notebooks run, and find what they need and no more."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path

import pytest

from engine.tests.sandboxes import skip_where_missing
from proctor.errors import CourseError
from proctor.sandbox.shared.mounts import check_course_location
from proctor.sandbox.shared.strength import problem_with

pytestmark = pytest.mark.sandbox

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import io, logging, sys, tarfile
from pathlib import Path
from proctor.execution.session import Limits, open_session
from proctor.sandbox.host.forkserver import ForkServer
from proctor.sandbox.host.options import Sandbox
clone, kind = Path(sys.argv[1]), sys.argv[2]
course = clone / "course"
plan = Sandbox(kind=kind).plan(
    course=course, packages=["answers"], hidden=["checks"], given=course / "source" / "a",
    leave_out=[], search=course / "modules",
)
blob = io.BytesIO()
tarfile.open(fileobj=blob, mode="w").close()
server = ForkServer(plan)
try:
    with (
        server.notebook(blob.getvalue(), Sandbox().limits()) as slot,
        open_session(slot, limits=Limits(), log=logging.getLogger()) as session,
    ):
        print(session.run(f'''
import sys, answers, tempfile, numpy.linalg
print(answers.ABOUT, open("data.txt").read(), sys.prefix)
tempfile.TemporaryFile().write(b"x")
secrets = [{str(course / "gradebook.db")!r}, {str(course / "modules" / "checks.py")!r},
           {str(clone / "course" / "modules" / "__pycache__")!r}, "/modules/checks.py"]
for path in secrets:
    try:
        print("secret" in open(path).read())
    except OSError:
        pass
''').outputs[0].text)
finally:
    server.close()
"""


@pytest.fixture(scope="module")
def make_clone():
    """Make a clone of the engine with a course and a Python environment in it."""
    made: list[Path] = []

    def make(folder: Path) -> Path:
        made.append(folder)
        shutil.copytree(
            ROOT / "src" / "proctor",
            folder / "proctor",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        given, modules = folder / "course" / "source" / "a", folder / "course" / "modules"
        given.mkdir(parents=True)
        modules.mkdir()
        (given / "data.txt").write_text("given")
        (modules / "answers.py").write_text("ABOUT = 'public'")
        (modules / "checks.py").write_text("ABOUT = 'secret'")
        (folder / "course" / "gradebook.db").write_text("secret")
        venv.create(folder / ".venv", symlinks=True)
        site = sysconfig.get_path(
            "purelib", vars={"base": str(folder / ".venv"), "platbase": str(folder / ".venv")}
        )
        packages = sysconfig.get_path("purelib")
        Path(site, "here.pth").write_text(f"{folder}\n{packages}\n")
        return folder

    yield make
    for folder in made:
        shutil.rmtree(folder, ignore_errors=True)


def ran(clone: Path, kind: str, *around: str) -> list[str]:
    """What a notebook prints that is run by the engine of a clone."""
    command = [*around, str(clone / ".venv" / "bin" / "python"), "-c", SCRIPT, str(clone), kind]
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.fixture
def runs():
    """Whether a clone's engine runs a notebook in every sandbox that there is here."""
    kinds = [kind for kind in ("namespaces", "confined") if problem_with(kind) is None]

    def in_all(clone: Path, *around: str) -> bool:
        expected = f"public given {os.path.normpath(clone / '.venv')}"
        return {" ".join(ran(clone, kind, *around)) for kind in kinds} == {expected}

    return in_all


SELDOM = [pytest.param(folder, marks=pytest.mark.slow) for folder in ("/home", "/root", "/opt")]


@pytest.mark.parametrize("parent", ["/tmp", "/var/tmp", *SELDOM])  # noqa: S108
def test_it_runs_in(make_clone, parent, runs):
    if not os.access(parent, os.W_OK):
        pytest.skip(f"{parent} can't be written by this user")
    clone = make_clone(Path(tempfile.mkdtemp(dir=parent, prefix="clone-")) / "main")
    try:
        assert runs(clone)
    finally:
        shutil.rmtree(clone.parent)


def test_it_runs_with_blanks_and_other_letters_in_its_path(make_clone, tmp_path, runs):
    clone = make_clone(tmp_path / "Kürs 2026 – öffentlich")
    assert runs(clone)


def test_it_runs_by_way_of_a_link(make_clone, tmp_path, runs):
    make_clone(tmp_path / "real" / "main")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert runs(tmp_path / "link" / "main")


def test_it_runs_by_a_path_that_leaves_a_folder_again(make_clone, tmp_path, runs):
    clone = make_clone(tmp_path / "main")
    assert runs(clone / "course" / ".." / ".." / "main")


def test_it_runs_where_only_the_grader_may_look(make_clone, tmp_path, runs):
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o700)
    clone = make_clone(folder / "main")
    for path in clone.rglob("*"):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & 0o700)
    assert runs(clone)


def test_it_runs_from_a_mount_that_is_read_only(make_clone, tmp_path, runs):
    skip_where_missing("namespaces")
    clone = make_clone(tmp_path / "main")
    around = ["bwrap", "--dev-bind", "/", "/", "--ro-bind", str(clone), str(clone)]
    assert runs(clone, *around)


def test_a_course_among_the_systems_files_is_refused(tmp_path):
    check_course_location(tmp_path)
    with pytest.raises(CourseError, match="move the course"):
        check_course_location(Path("/usr/share/course"))
    with pytest.raises(CourseError, match="move the course"):
        check_course_location(Path(sys.prefix, "course"), [Path(sys.prefix)])
