"""The commands as a user types them, on the tiny course."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import proctor
from proctor.seeds import challenge_seed, course_secret
from proctor.submission.fingerprint import fingerprint

pytestmark = [pytest.mark.sandbox, pytest.mark.programs]


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--help"], "proctor grade C3M3"),
        (["grade", "--help-all"], "Examine.cell_seconds"),
        (["--version"], proctor.__version__),
    ],
)
def test_help_and_version(run, tmp_path, arguments, word):
    done = run(tmp_path, *arguments)
    assert done.returncode == 0, done.stderr
    assert word in done.stdout


def test_a_release_holds_no_solution_and_no_hidden_test(released, student_version):
    text = nbformat.writes(student_version)
    assert "values * 2" not in text
    assert "HIDDEN" not in text
    assert "check(" not in text
    assert (released / "release" / "tiny.zip").is_file()


@pytest.mark.parametrize("command", ["release", "grade", "feedback", "export"])
def test_outside_a_course_nothing_is_made(run, tmp_path, command):
    done = run(tmp_path, command, "tiny")
    assert done.returncode == 2
    assert "what to do" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_misspelt_marker_leaves_the_old_release(course, run):
    path = course / "source" / "tiny" / "exercise.ipynb"
    path.write_text(path.read_text().replace("### END CODE HERE ###", "### END CODE HRE ###", 1))
    before = tree(course)
    done = run(course, "release", "tiny")
    assert done.returncode == 2
    assert "misspelt" in done.stderr
    assert tree(course) == before


def test_an_unknown_check_stops_the_release(course, run):
    path = course / "source" / "tiny" / "exercise.ipynb"
    path.write_text(path.read_text().replace('examine(\\"total\\"', 'examine(\\"totl\\"'))
    done = run(course, "release", "tiny")
    assert done.returncode == 2
    assert "'totl'" in done.stderr


def test_grade_one_prints_one_object_and_changes_nothing(course, run, filled, tmp_path):
    path = tmp_path / "work.ipynb"
    nbformat.write(filled(UNQ_C2="def total(values):\n    return 1"), path)
    before = tree(course)
    done = run(course, "grade-one", str(path), "--assignment", "tiny", "--format", "json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert done.stdout.count("\n") == 1
    assert (result["assignment"], result["status"], result["reason"]) == ("tiny", "graded", None)
    assert (result["score"], result["max_score"]) == (6.0, 10.0)
    assert [e["status"] for e in result["exercises"]] == ["passed", "failed", "passed"]
    assert [(e["id"], e["cell"]) for e in result["exercises"][:2]] == [
        ("double", "UNQ_C1"),
        ("total", "UNQ_C2"),
    ]
    # Neither the secret nor what a trial of the tests has found is a part of the course.
    before, after = (
        {name: blob for name, blob in found.items() if not name.startswith(".proctor")}
        for found in (before, tree(course))
    )
    assert after == before


def test_grade_one_reaches_a_verdict_on_what_is_no_notebook(course, run, tmp_path):
    path = tmp_path / "work.ipynb"
    path.write_text("{")
    done = run(course, "grade-one", str(path), "--assignment", "tiny")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["status"] == "needs_attention"
    assert "not JSON" in result["reason"]
    assert [e["status"] for e in result["exercises"]] == ["missing"] * 3
    assert (result["score"], result["max_score"]) == (0.0, 10.0)


@pytest.mark.parametrize(
    "arguments",
    [["absent.ipynb", "--assignment", "tiny"], ["--assignment", "tiny"], ["nbgrader_config.py"]],
)
def test_grade_one_without_its_arguments_says_so(course, run, arguments):
    done = run(course, "grade-one", *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")


def test_grading_nothing_says_where_submissions_lie(course, run):
    done = run(course, "grade", "tiny")
    assert done.returncode == 2
    assert "submitted/STUDENT/tiny" in done.stderr


def test_nbgraders_own_commands_use_the_same_configuration(course, run_nbgrader, hand_in, filled):
    hand_in("ann", filled(UNQ_C1="def double(values):\n    return 0"))
    for arguments in (
        ["generate_assignment", "tiny", "--force"],
        ["autograde", "tiny"],
        ["generate_feedback", "tiny"],
    ):
        done = run_nbgrader(course, *arguments)
        assert done.returncode == 0, done.stderr
    receipt = course / "autograded" / "ann" / "tiny" / "exercise.receipt.json"
    (double, *_) = json.loads(receipt.read_text())["exercises"]
    assert double["status"] == "failed"
    assert int(double["seed"], 16) == challenge_seed(
        course_secret(course),
        assignment="tiny",
        student="ann",
        exercise="double",
        submission=fingerprint(course / "submitted" / "ann" / "tiny"),
    )
    assert (course / "feedback" / "ann" / "tiny" / "exercise.html").is_file()


def test_validate_tells_a_student_what_fails(course, filled):
    for name, solution in (("right", "return values * 2"), ("wrong", "return 0")):
        nb = filled(UNQ_C1=f"def double(values):\n    {solution}")
        nbformat.write(nb, course / "source" / "tiny" / f"{name}.ipynb")  # beside its files
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "validate", "right.ipynb", "wrong.ipynb"],
        cwd=course / "source" / "tiny",
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    right, wrong = done.stdout.split("VALIDATION FAILED")
    assert "Success! Your notebook passes all the tests." in right
    assert "assert double(2) == 4" in wrong
