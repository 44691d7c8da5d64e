import stat
import sys

import pytest

from engine.tests.coursework import bundle_of
from proctor.bundle.load import Contents, NotebookPlan, open_bundle
from proctor.bundle.preprocessors import OwnPreprocessor
from proctor.errors import CourseError
from proctor.submission.reference_cells import ReferenceCell

CELL = ReferenceCell("a", "code", "x = 1", "c", True, True, False, False, 2.0, ("tag",))
CONTENTS = Contents(
    assignment="tiny",
    engine="1",
    examine={"full": False},
    sandbox={"kind": "none"},
    output={},
    packages=("tiny_checks",),
    leave_out=("*.pyc",),
    notebooks={"n": NotebookPlan((CELL,), {"name": "python3"}), "m": NotebookPlan((), None)},
    preprocessors=(OwnPreprocessor("steps.One", {"text": "x"}, after=True),),
)


def test_what_is_written_is_read():
    assert Contents.from_json(CONTENTS.to_json()) == CONTENTS


def test_a_manifest_of_another_version_is_refused():
    text = CONTENTS.to_json().replace('"version": 4', '"version": 99')
    with pytest.raises(ValueError, match="another version"):
        Contents.from_json(text)


@pytest.fixture
def as_before():
    """Leave this process's modules and search path as they were."""
    path, modules = sys.path[:], dict(sys.modules)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - set(modules):
        del sys.modules[name]
    sys.modules.update(modules)


def test_a_bundle_is_unpacked_once(released, tmp_path):
    bundle = bundle_of(released)
    opened = open_bundle(bundle.blob, tmp_path / "cache")
    before = (opened.folder / "contents.json").stat().st_ino
    again = open_bundle(bundle.blob, tmp_path / "cache")
    assert (again.folder / "contents.json").stat().st_ino == before
    assert again.hash == bundle.hash
    assert again.contents == bundle.contents
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [bundle.hash]


def test_nobody_else_may_read_it(released, tmp_path):
    open_bundle(bundle_of(released).blob, tmp_path / "cache")
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) == 0o700


@pytest.mark.usefixtures("as_before")
def test_a_worker_judges_with_the_tests_of_the_bundle_at_hand(course, tmp_path):
    """Also where it graded with others before, or has some version of the course installed."""
    one = bundle_of(course)
    checks = course / "tiny_checks.py"
    another = 'twice = check("twice", cell="UNQ_C9")(double.run)'
    checks.write_text(f"{checks.read_text()}\n\n{another}\n")
    sys.modules.pop("tiny_checks", None)
    other = bundle_of(course)
    for bundle, wanted in ((one, False), (other, True), (one, False)):
        assert ("twice" in open_bundle(bundle.blob, tmp_path / "cache").checks) is wanted


@pytest.mark.usefixtures("as_before")
def test_other_folders_of_that_name_stay_on_the_search_path(released, tmp_path):
    sys.path.append("/opt/packages")
    assert open_bundle(bundle_of(released).blob, tmp_path / "cache").checks
    assert "/opt/packages" in sys.path


def test_no_room_is_said(released, tmp_path):
    (tmp_path / "cache").write_text("a file in the folder's place")
    with pytest.raises(CourseError, match="TMPDIR"):
        open_bundle(bundle_of(released).blob, tmp_path / "cache")


def test_another_version_of_the_engine_is_said(released, tmp_path):
    opened = open_bundle(bundle_of(released).blob, tmp_path)
    contents = opened.folder / "contents.json"
    contents.write_text(contents.read_text().replace('"version": 4', '"version": 0'))
    with pytest.raises(CourseError, match="same version"):
        open_bundle(bundle_of(released).blob, tmp_path)
