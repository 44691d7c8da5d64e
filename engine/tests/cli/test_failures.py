"""Whatever is wrong with a course or its disk, a command says so, and shows no traceback."""

import subprocess
import sys

import nbformat
import pytest

from engine.tests.sandboxes import skip_where_missing
from proctor.cli import EXIT_ERROR

pytestmark = pytest.mark.programs


def check_error(done, *words):
    assert done.returncode == EXIT_ERROR, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    error = done.stderr[done.stderr.index("error: ") :]
    for word in words:
        assert word in error


@pytest.fixture(scope="module")
def graded(released, tmp_path_factory, filled, run):
    folder = tmp_path_factory.mktemp("graded") / "course"
    subprocess.run(["cp", "-r", released, folder], check=True)
    work = folder / "submitted" / "ann" / "tiny"
    work.mkdir(parents=True)
    nbformat.write(filled(), work / "exercise.ipynb")
    assert run(folder, "grade", "tiny", "--jobs=1").returncode == 0
    return folder


def inside(options, folder, *arguments):
    """Run the program where a folder is not as it should be."""
    skip_where_missing("namespaces")
    command = ["bwrap", "--dev-bind", "/", "/", *options, "--chdir", folder, "--"]
    return subprocess.run(
        [*command, sys.executable, "-m", "proctor", *arguments], capture_output=True, text=True
    )


@pytest.mark.parametrize("command", ["release", "report"])
def test_a_course_that_can_not_be_written_is_an_error(graded, command):
    done = inside(["--ro-bind", graded, graded], graded, command, "tiny")
    check_error(done, "why: ", "where: ", "what to do: ")


@pytest.mark.parametrize("command", ["grade", "feedback"])
def test_a_full_disk_is_an_error(graded, tmp_path, command):
    folder = tmp_path / "disk" / "course"
    folder.parent.mkdir()
    fill = (
        'cp -r "$1" "$2" && cd "$2" && (cat /dev/zero > ../filler 2>/dev/null; '
        'exec "$3" -m proctor "$4" tiny)'
    )
    shell = ["sh", "-c", fill, "sh", graded, folder, sys.executable, command]
    skip_where_missing("namespaces")
    done = subprocess.run(
        [
            "bwrap",
            "--dev-bind",
            "/",
            "/",
            "--size",
            "4000000",
            "--tmpfs",
            folder.parent,
            "--",
            *shell,
        ],
        capture_output=True,
        text=True,
    )
    check_error(done, "why: ", "where: ", "what to do: ")


@pytest.mark.parametrize("arguments", [("--help",), ("grade", "--help"), ("doctor",)])
def test_output_that_can_not_be_written_is_an_error(course, arguments):
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        done = subprocess.run(
            [sys.executable, "-m", "proctor", *arguments],
            cwd=course,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == EXIT_ERROR
    assert done.stderr == (
        "error: No space left on device\n"
        "  where: standard output, or a file that was being written\n"
    )


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import json; json.loads('{')", "nbgrader_config.py, line "),
        ("c.Examine.cell_seconds = (", "SyntaxError"),
        ("import sys; sys.exit()", "SystemExit"),
        ("import a_module_that_is_not_there", "ModuleNotFoundError"),
        ("c.Examine.cell_seconds = 'long'", "cell_seconds"),
    ],
)
def test_settings_that_can_not_be_read_are_an_error(course, hand_in, filled, run, line, word):
    hand_in("ann", filled())
    with (course / "nbgrader_config.py").open("a") as file:
        file.write(f"\n{line}\n")
    check_error(run(course, "grade", "tiny", "--jobs=1"), word)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("grade",), ["one argument", "grade --help"]),
        (("grade", "a", "b"), ["one argument", "got 2"]),
        (("grade", "absent"), ["no assignment 'absent'", "source/absent"]),
        (("release", ""), ["'' is not the name"]),
        (("release", ".."), ["'..' is not the name"]),
        (("report", "../x"), ["'../x' is not the name"]),
        (("grade", "tiny"), ["nobody has submitted"]),
        (("grade", "tiny", "--student", "eve"), ["student 'eve'"]),
        (("grade", "tiny", "--jobs"), ["expected one argument", "grade --help"]),
        (("grade", "tiny", "--jobs=many"), ["jobs", "'many'"]),
        (("grade", "tiny", "--studnet=eve"), ["--studnet", "--student"]),
        (("export", "tiny", "--format=pdf"), ["format", "'pdf'"]),
        (("feedback", "tiny"), ["no graded submission"]),
    ],
)
def test_arguments_that_mean_nothing_are_an_error(course, run, arguments, words):
    check_error(run(course, *arguments), *words)


def test_an_assignment_without_a_notebook_is_an_error(course, run):
    (course / "source" / "empty").mkdir()
    check_error(run(course, "release", "empty"), "'empty' has no notebook")
    check_error(run(course, "grade", "empty"), "not in the gradebook")
    check_error(run(course, "report", "empty"), "no assignment 'empty'")
