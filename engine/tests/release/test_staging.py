"""A new student version replaces the old one as a whole, whenever its making ends."""

from __future__ import annotations

import pytest
from nbgrader.coursedir import CourseDirectory

from proctor.grading.gradebook.migration import gradebook_session, migrate
from proctor.grading.gradebook.release_cells import ReleasedCell, ReleasedNotebook, digest
from proctor.release import staging
from proctor.release.staging import StagedRelease

CELL = ReleasedCell(("grade",), 2.0, "code", True, "assert True", "c")
OLD = {"n": ReleasedNotebook("{}", {"test": CELL})}
NEW = {"n": ReleasedNotebook("{}", {"test": CELL, "later": CELL})}


@pytest.fixture
def coursedir(tmp_path):
    """A course with an old student version, and its cells in the gradebook."""
    folder = tmp_path / "release" / "tiny"
    folder.mkdir(parents=True)
    (folder / "n.ipynb").write_text("old")
    (tmp_path / "release" / "tiny.zip").write_text("old")
    found = CourseDirectory(root=str(tmp_path))
    put(found, OLD)
    return found


def put(coursedir, cells):
    with gradebook_session(coursedir.db_url, coursedir.course_id) as session:
        migrate(session, "tiny", cells, coursedir.course_id)


def staged(coursedir, *, whole=True):
    """A new student version, up to the moment before the gradebook is changed."""
    made = StagedRelease(coursedir, "tiny")
    made.folder.mkdir(parents=True)
    (made.folder / "n.ipynb").write_text("new")
    made.kit.write_text("new")
    if whole:
        made.is_whole(digest(NEW))
    return made


def content(tmp_path):
    release = tmp_path / "release"
    return {p.relative_to(release).as_posix(): p.read_text() for p in release.rglob("*.*")}


OF_OLD = {"tiny/n.ipynb": "old", "tiny.zip": "old"}
OF_NEW = {"tiny/n.ipynb": "new", "tiny.zip": "new"}


def test_it_is_put_in_place_and_leaves_nothing(coursedir, tmp_path):
    staged(coursedir).put_in_place()
    assert content(tmp_path) == OF_NEW
    assert sorted(p.name for p in (tmp_path / "release").iterdir()) == ["tiny", "tiny.zip"]


@pytest.mark.parametrize("whole", [True, False])
def test_before_the_gradebook_has_changed_it_is_forgotten(coursedir, tmp_path, whole):
    staged(coursedir, whole=whole)
    assert StagedRelease(coursedir, "tiny").recover() is False
    assert {p.name for p in (tmp_path / "release").iterdir()} == {"tiny", "tiny.zip"}
    assert content(tmp_path) == OF_OLD


@pytest.mark.parametrize("ends", ["at once", "replace_folder", "discard"])
def test_afterwards_it_is_finished(coursedir, tmp_path, monkeypatch, ends):
    made = staged(coursedir)
    put(coursedir, NEW)

    def killed(*arguments):
        raise KeyboardInterrupt

    if ends == "replace_folder":
        monkeypatch.setattr(staging, ends, killed)
    elif ends == "discard":
        monkeypatch.setattr(made, ends, killed)
    if ends != "at once":
        with pytest.raises(KeyboardInterrupt):
            made.put_in_place()
    monkeypatch.undo()
    assert StagedRelease(coursedir, "tiny").recover() is True
    assert content(tmp_path) == OF_NEW
    assert StagedRelease(coursedir, "tiny").recover() is False


def test_what_a_link_leads_to_is_replaced(coursedir, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    (tmp_path / "release" / "tiny").rename(elsewhere)
    (tmp_path / "release" / "tiny").symlink_to(elsewhere)
    staged(coursedir).put_in_place()
    assert (elsewhere / "n.ipynb").read_text() == "new"
    assert (tmp_path / "release" / "tiny").is_symlink()
