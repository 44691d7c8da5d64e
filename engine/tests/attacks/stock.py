"""The same attacks against nbgrader as it comes, for comparison.

Its kernels have the grader's own rights, so it is run in a container of its own, and attacks
that would take the machine down are left out. The hidden test is what a course without this
engine has: assertions in the test cell.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderApp
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SQLAlchemyError

from engine.tests.attacks.attack import Attack, cell
from engine.tests.attacks.range import NOTEBOOK, attacked, leaked, running

ROOT = Path(__file__).resolve().parents[3]

_CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "tiny"
c.Execute.timeout = 5
"""
_HIDDEN = """import numpy, numpy.testing
values = numpy.arange(1, 7)
numpy.testing.assert_array_equal(double(values), values * 2)
assert (double(values) == values * 2).all()
"""


def against_stock(attacks: list[Attack]) -> dict[str, str]:
    """Run the attacks that can be run; says of each one that succeeds in what."""
    tried = [attack for attack in attacks if not attack.reckless]
    (ROOT / "build").mkdir(exist_ok=True)
    root = Path(tempfile.mkdtemp(prefix="stock-", dir=ROOT / "build"))
    try:
        with attacked(root, tried) as (place, environment):
            _make_stock(place.course, environment)
            # Everything but the course is read-only: an attack on /tmp once took ours away.
            container = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108
            container += ["--bind", str(root), str(root), "--unshare-pid", "--proc", "/proc"]
            container += ["--die-with-parent", "--setenv", "PYTHONPATH", str(ROOT)]
            command = [*container, sys.executable, "-m", "engine.tests.attacks.stock"]
            done = subprocess.run(
                command, cwd=place.course, env=environment, capture_output=True, text=True
            )
            lines = [json.loads(line) for line in done.stdout.splitlines() if line[:1] == "{"]
        if not lines:
            raise RuntimeError(done.stderr[-2000:])
        names = {student: attack.name for student, attack in place.students.items()}
        return {names[li["student"]]: li["what"] for li in lines if li["student"] in names}
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _make_stock(course: Path, environment: dict[str, str]) -> None:
    """Turn the course into one that knows nothing of the engine."""
    (course / "nbgrader_config.py").write_text(_CONFIG)
    path = course / "source" / "tiny" / NOTEBOOK
    nb = nbformat.read(path, as_version=4)
    cell(nb, "double-test").source = f"### BEGIN HIDDEN TESTS\n{_HIDDEN}### END HIDDEN TESTS\n"
    nbformat.write(nb, path)
    (course / "gradebook.db").unlink()
    shutil.rmtree(course / "release")
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "tiny"]
    subprocess.run(command, cwd=course, env=environment, check=True, capture_output=True)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.update_or_create_student("zoe", last_name="canary-gradebook")


def main() -> int:
    """Grade the class in the current folder, student by student; runs in the container."""
    app = NbGraderApp()
    app.log_level = 50
    app.initialize([])
    course = Path.cwd()
    pristine = Path(tempfile.mkdtemp()) / "course"
    shutil.copytree(course, pristine)
    before = _content(course)
    for student in sorted(path.name for path in (pristine / "submitted").iterdir()):
        what = _grade(app, student) or _damage(course, before) or _outcome(course, student)
        print("\n" + json.dumps({"student": student, "what": what}), flush=True)
        _restore(course, pristine)
    return 0


def _content(course: Path) -> dict[str, bytes]:
    paths = [*course.glob("*.py"), *course.glob("source/**/*"), *course.glob("submitted/**/*")]
    return {str(path): path.read_bytes() for path in paths if path.is_file()}


def _damage(course: Path, before: dict[str, bytes]) -> str:
    try:
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
            gradebook.find_assignment("tiny")
    except SQLAlchemyError:
        return "destroys the gradebook"
    return "" if _content(course) == before else "changes the course's files"


def _restore(course: Path, pristine: Path) -> None:
    for path in course.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(pristine, course, dirs_exist_ok=True)
    for path in Path("/tmp").glob("double.answer.npz*"):  # noqa: S108
        path.unlink()


def _grade(app: NbGraderApp, student: str) -> str:
    directory = CourseDirectory(parent=app)
    directory.assignment_id, directory.student_id = "tiny", student
    try:
        Autograde(coursedir=directory, parent=app).start()
    except (Exception, SystemExit) as error:
        # nbgrader's own way of failing lets the rest of the class go on.
        handled = type(error).__name__ == "NbGraderException"
        return "" if handled else f"stops the class ({type(error).__name__})"
    return ""


def _outcome(course: Path, student: str) -> str:
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        submission = gradebook.find_submission("tiny", student)
        points = {g.name: g.auto_score for nb in submission.notebooks for g in nb.grades}
    if points.get("double-test"):
        return f"{points['double-test']:g} points"
    written = course / "autograded" / student / "tiny" / NOTEBOOK
    text = written.read_text() if written.exists() else ""
    own = (course / "submitted" / student / "tiny" / NOTEBOOK).read_text()
    found = leaked(_shown(text), own)
    if found:
        return "reads " + ", ".join(canary.removeprefix("canary-") for canary in found)
    if running("987654"):
        subprocess.run(["pkill", "-9", "-f", "987654"], check=False)
        return "leaves a process behind"
    return ""


def _shown(text: str) -> str:
    if not text:
        return ""
    nb = nbformat.reads(text, as_version=4)
    return "".join(str(c.get("outputs", "")) for c in nb.cells)


if __name__ == "__main__":
    raise SystemExit(main())
