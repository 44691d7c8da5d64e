"""Options of nbgrader's that decide who is graded, and what late work loses."""

from __future__ import annotations

import os
import shutil

import pytest
from nbgrader.api import Gradebook
from nbgrader.plugins import LateSubmissionPlugin

from engine.tests import coursework
from proctor.errors import CourseError


@pytest.fixture
def command(tmp_path, monkeypatch):
    """``proctor grade`` in a course of which one of two students is in the gradebook."""

    def made(*settings):
        (tmp_path / "nbgrader_config.py").write_text("\n".join(["c = get_config()", *settings]))
        with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as book:
            book.update_or_create_assignment("tiny")
            book.update_or_create_student("ann")
        for student in ("ann", "bob\x1b"):
            (tmp_path / "submitted" / student / "tiny").mkdir(parents=True, exist_ok=True)
        monkeypatch.chdir(tmp_path)
        return coursework.command(tmp_path)

    return made


@pytest.mark.parametrize(
    ("settings", "known"),
    [
        ([], ["ann", "bob\x1b"]),
        (["c.Autograde.create_student = True"], ["ann", "bob\x1b"]),
        (["c.Autograde.create_student = False"], ["ann"]),
    ],
)
def test_students_whom_the_gradebook_has_not_are_graded_if_they_may_be_added(
    command, capsys, settings, known
):
    app = command(*settings)
    with app.gradebook("tiny") as gradebook:
        assert app._known(app.students("tiny"), gradebook) == known
    said = capsys.readouterr().err
    assert ("not graded" in said) == ("bob\x1b" not in known)
    assert "\x1b" not in said


def odd_folders(folder):
    for name in (b"jos\xe9", b"two\nlines"):
        os.makedirs(os.fsencode(folder / "submitted") + b"/" + name + b"/tiny")  # noqa: PTH103


def test_a_folder_whose_name_is_no_id_is_named_and_the_class_goes_on(command, tmp_path, capsys):
    app = command()
    odd_folders(tmp_path)
    assert app.students("tiny") == ["ann", "bob\x1b"]
    assert list(app.set_aside("tiny")) == [r"'jos\xe9'", r"'two\nlines'"]
    said = capsys.readouterr().err
    assert r"'jos\xe9': not graded, since the folder's name has a line break or is not" in said
    assert len(said.splitlines()) == 2


def test_only_such_folders_are_an_error(command, tmp_path):
    app = command()
    shutil.rmtree(tmp_path / "submitted")
    odd_folders(tmp_path)
    with pytest.raises(CourseError, match=r"can be graded: 'jos\\xe9', 'two\\nlines'"):
        app.students("tiny")


@pytest.mark.parametrize(
    ("settings", "penalty"),
    [
        ([], None),
        (["c.LateSubmissionPlugin.penalty_method = 'zero'"], 3.0),
        (
            [
                "c.LateSubmissionPlugin.penalty_method = 'zero'",
                "c.AssignLatePenalties.enabled = False",
            ],
            None,
        ),
        (
            [
                "c.LateSubmissionPlugin.penalty_method = 'zero'",
                "c.Autograde.autograde_preprocessors = ['nbgrader.preprocessors.Execute']",
            ],
            None,
        ),
        (["c.AssignLatePenalties.plugin_class = 'late_plugin.Half'"], 1.5),
    ],
)
def test_late_work_loses_what_the_course_says(command, tmp_path, settings, penalty):
    (tmp_path / "late_plugin.py").write_text(
        "from nbgrader.plugins import BasePlugin\n"
        "class Half(BasePlugin):\n"
        "    def late_submission_penalty(self, student_id, score, total_seconds_late):\n"
        "        return score / 2\n"
    )
    plugin = command(*settings).late_plugin()
    found = None if plugin is None else plugin.late_submission_penalty("ann", 3.0, 60.0)
    assert found == penalty


def test_the_usual_plugin_is_nbgraders(command):
    assert isinstance(command().late_plugin(), LateSubmissionPlugin)
