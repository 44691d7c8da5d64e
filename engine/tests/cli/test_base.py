"""Options that a command does not have."""

import pytest

from proctor.cli.base import unknown_option_error
from proctor.cli.grade import GradeCommand
from proctor.errors import CourseError, Exit

pytestmark = pytest.mark.programs


@pytest.mark.parametrize(
    "argv",
    [
        ["tiny"],
        ["tiny", "--student", "ann", "--jobs=2", "--force"],
        ["tiny", "--stud=ann"],
        ["tiny", "--Sandbox.memory_mib=100", "--Examine.cell_seconds", "5"],
        ["tiny", "--GradeCommand.jobs=3", "--CourseDirectory.student_id=ann"],
        ["tiny", "--help-all"],
        ["tiny", "--log-level=DEBUG"],
        ["--", "--studnet"],
    ],
)
def test_what_the_command_has_is_known(argv):
    assert unknown_option_error(argv, GradeCommand()) is None


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("--studnet", "--student"),
        ("--studnet=ann", "--student"),
        ("--Sandbox.memory_mb=5", "--Sandbox.memory_mib"),
        ("--job", ""),
        ("--nothing-like-any", ""),
        ("-z", ""),
    ],
)
def test_what_it_does_not_have_is_said_with_what_may_be_meant(word, near):
    found = unknown_option_error(["tiny", word, "ann"], GradeCommand())
    if word == "--job":
        assert found is None
        return
    assert word.partition("=")[0] in found
    assert near in found


def test_nothing_is_done(course, run):
    done = run(course, "grade", "tiny", "--studnet", "alice")
    assert done.returncode == 2
    assert "no option --studnet. Did you mean --student?" in done.stderr
    assert not (course / "autograded").exists()


def test_a_value_that_an_option_can_not_have_ends_the_command(course, run):
    done = run(course, "doctor", "--sandbox=bogus")
    assert done.returncode == 2
    assert "bogus" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def assignment_of(tmp_path):
    """What a command takes a name for, in a course with some assignments."""

    def assignment(name):
        GradeCommand.clear_instance()
        app = GradeCommand()
        app.initialize([name, f"--course-dir={tmp_path}"], root=str(tmp_path))
        return app.assignment_argument()

    for name in ("U\u0308bung", "Hw"):
        (tmp_path / "source" / name).mkdir(parents=True)
    return assignment


def test_an_assignment_may_be_typed_in_another_normal_form(assignment_of):
    assert assignment_of("U\u0308bung") == "U\u0308bung"
    assert assignment_of("\u00dcbung") == "U\u0308bung"


def test_an_assignment_in_another_case_may_be_meant(assignment_of):
    for name, said in (("hw", "; did you mean Hw?"), ("other", "")):
        with pytest.raises(CourseError) as raised:
            assignment_of(name)
        assert raised.value.problem == f"there is no assignment {name!r} in this course{said}"


@pytest.mark.parametrize("code", [None, 0, 3, "text"])
def test_code_of_the_courses_can_not_end_a_command(monkeypatch, tmp_path, capsys, code):
    def leave(self):
        raise SystemExit(code)

    GradeCommand.clear_instance()
    app = GradeCommand()
    app.initialize(["tiny", f"--course-dir={tmp_path}"], root=str(tmp_path))
    monkeypatch.setattr(GradeCommand, "run", leave)
    with pytest.raises(Exit) as caught:
        app.start()
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert f"ended the command: SystemExit: {code}" in said
    assert "test_base.py, line " in said
