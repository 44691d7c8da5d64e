"""What is run, in which order, and what becomes of it; the session is made up."""

import errno

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from nbgrader.utils import compute_checksum, determine_grade

from proctor.checks import Check, Picture, Verdict
from proctor.execution.check_outcome import CheckOutcome
from proctor.execution.notebook_run import CourseSettings, NotebookRun
from proctor.execution.session import CellRun, KernelLost
from proctor.sandbox.host.forkserver import ServerLostError

SOLUTION = "# UNQ_C1 (UNIQUE)\ndef double(values):\n    return values * 2"
TEST = (
    "print(double(3))\n### BEGIN HIDDEN TESTS\nexamine('double', globals())\n### END HIDDEN TESTS"
)


class Outside:
    """Gives the same outcome for every check; no other test is judged outside."""

    def __init__(self, outcome):
        self.outcome = outcome

    def mode(self, grade_id):
        return None

    def in_kernel_reason(self, grade_id):
        return f"the cell {grade_id}\nmeasures time"

    def check(self, grade_id, name, seed, session):
        session.ran.append(f"check {name} {seed}")
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


class Session:
    """Writes down what it is asked to run."""

    def __init__(self, **outcomes):
        self.ran = []
        self.outcomes = outcomes
        self.peaks = iter(range(0, 1 << 40, 3 << 20))

    def memory(self):
        return next(self.peaks)

    def run(self, source):
        self.ran.append(source)
        outcome = next((o for word, o in self.outcomes.items() if word in source), None)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome or CellRun([new_output("stream", text=f"ran {source[:5]}")])


def marked(source, grade_id, **about):
    cell = new_code_cell(source)
    cell.metadata["nbgrader"] = {
        "grade_id": grade_id, "grade": False, "solution": False, "locked": True,
        "schema_version": 3, "task": False, **about,
    }  # fmt: skip
    return cell


@pytest.fixture
def examine():
    """Examine a notebook of one exercise; returns results, session and the test's cell."""

    def run(outcome, *, full=False, solution=SOLUTION, unfilled=False, again=False, **outcomes):
        exercise = marked(solution, "double", solution=True, locked=False)
        if unfilled:
            exercise.metadata["nbgrader"]["checksum"] = compute_checksum(exercise)
        demo = marked("demo()", "demo")
        demo.metadata["tags"] = ["demonstration"]
        test = marked(TEST, "double-test", grade=True, points=4)
        nb = new_notebook(cells=[exercise, demo, test, new_code_cell("own()")])
        demonstration = "" if full else "demonstration"
        course = CourseSettings({"double": CHECK}, demonstration, full=full)
        examination = NotebookRun(course, {"double": 1}, Outside(outcome))
        session = Session(**outcomes)
        (result,) = examination.run(nb, session, again=again)
        return result, session.ran, test, examination

    return run


CHECK = Check("double", "UNQ_C1", lambda student, rng: None)


def answered(score):
    return CheckOutcome(verdict=Verdict(score, "a message", None if score else "a-mistake"))


def kinds(ran):
    known = {"# UNQ": "solution", "demo(": "demo", "check": "check", "print": "visible"}
    return [known.get(source[:5], "own") for source in ran]


def test_what_passes_is_not_shown_again(examine):
    result, ran, test, _ = examine(answered(1))
    assert (result.status, result.score) == ("passed", 4)
    assert kinds(ran) == ["solution", "check", "own"]
    assert "4 of 4 points" in test.outputs[0].text


@pytest.mark.parametrize(("score", "status"), [(0.5, "partial"), (0, "failed")])
def test_what_does_not_pass_is_shown_by_the_visible_test(examine, score, status):
    result, ran, test, _ = examine(answered(score))
    assert result.status == status
    assert kinds(ran) == ["solution", "check", "visible", "own"]
    assert test.outputs[0].text == "ran print"


def test_memory_is_what_the_question_needed(examine):
    *_, examination = examine(answered(1))
    assert [time.mib for time in examination.times if time.cell == "double-test"] == [3.0]
    assert {time.mib for time in examination.times if time.cell != "double-test"} == {0.0}


def test_full_runs_everything(examine):
    _, ran, _, _ = examine(answered(1), full=True)
    assert kinds(ran) == ["solution", "demo", "check", "visible", "own"]


def test_an_exercise_that_was_not_touched_is_missing_and_costs_nothing_more(examine):
    result, ran, _, _ = examine(answered(0), unfilled=True)
    assert result.status == "missing"
    assert "visible" not in kinds(ran)


def test_one_that_works_is_right_even_if_it_stands_in_another_cell(examine):
    assert examine(answered(1), unfilled=True)[0].status == "passed"


def test_a_verdict_stands_when_the_kernel_dies_after_it(examine):
    lost = KernelLost("the kernel died", timed_out=False)
    result, _, _, examination = examine(answered(0.5), print=lost)
    assert (result.status, result.score) == ("partial", 2)
    assert examination.lost == "the kernel died"


def test_a_verdict_stands_whatever_goes_wrong_after_it(examine):
    for error in (ValueError("what a kernel sent"), OSError("no notebook"), AssertionError()):
        result, _, test, examination = examine(answered(1), own=error)
        assert (result.status, result.score) == ("passed", 4)
        assert "4 of 4 points" in test.outputs[0].text
        assert "could not be run to its end" in examination.lost


def test_a_lost_server_is_tried_again_once_and_then_the_verdict_stands(examine):
    lost = ServerLostError("the server is gone")
    with pytest.raises(ServerLostError):
        examine(answered(1), own=lost)
    result, *_, examination = examine(answered(1), own=lost, again=True)
    assert result.status == "passed"
    assert "the server is gone" in examination.lost


def test_what_ails_the_machine_is_no_fault_of_the_notebook(examine):
    with pytest.raises(OSError, match="No space"):
        examine(answered(1), own=OSError(errno.ENOSPC, "No space left on device"))


@pytest.mark.parametrize("timed_out", [True, False])
def test_what_was_not_reached_says_why(examine, timed_out):
    lost = KernelLost("its time is up", timed_out=timed_out)
    result, _, test, _ = examine(answered(1), UNQ=lost)
    assert result.status == ("timeout" if timed_out else "error")
    assert "Not reached: its time is up" in result.message
    assert test.outputs[-1].output_type == "error"


def test_a_check_that_takes_too_long_is_a_timeout(examine):
    result, ran, _, _ = examine(CheckOutcome(timed_out=True))
    assert result.status == "timeout"
    assert "visible" not in kinds(ran)


def test_what_was_refused_is_an_error_that_says_why(examine):
    result, _, _, _ = examine(CheckOutcome(refused="an object came back"))
    assert (result.status, result.score) == ("error", 0)
    assert "an object came back" in result.message


def test_a_kernel_that_is_lost_in_a_check_ends_the_notebook(examine):
    lost = CheckOutcome(lost=KernelLost("the kernel died", timed_out=False))
    result, ran, _, examination = examine(lost)
    assert (result.status, examination.lost) == ("error", "the kernel died")
    assert kinds(ran)[-1] == "check"


def test_what_the_function_raised_is_said_without_escape_sequences(examine):
    result, _, _, _ = examine(CheckOutcome(raised=("ValueError", "\x1b[31mno\x1b[0m")))
    assert (result.status, result.message) == ("error", "Your function raised ValueError: no")


def test_a_cell_that_failed_is_why_the_function_is_undefined(examine):
    undefined = CheckOutcome(undefined="the notebook does not define double")
    result, _, _, _ = examine(undefined, UNQ=CellRun([], "NameError: x"))
    assert (result.status, "NameError: x" in result.message) == ("error", True)
    assert "does not define double" in examine(undefined)[0].message


def test_what_is_drawn_is_shown(examine):
    picture = Picture("Your map", "a map", b"\xff\xd8\xff")
    verdict = Verdict(1.0, "a message")
    _, _, test, _ = examine(CheckOutcome(verdict=verdict, pictures=[picture]))
    assert test.outputs[0].output_type == "display_data"


def test_a_check_that_fails_by_itself_is_no_fault_of_the_student(examine):
    result, _, _, examination = examine(CheckOutcome(fault="ZeroDivisionError (line 3 of c.py)"))
    assert (result.status, result.score) == ("error", 0)
    assert "staff" in result.message
    assert "ZeroDivisionError" not in result.message
    assert examination.faults == ["the check double failed: ZeroDivisionError (line 3 of c.py)"]


def test_nobody_is_set_aside_for_what_was_not_touched(examine):
    result, _, _, examination = examine(CheckOutcome(fault="no"), unfilled=True)
    assert result.status == "missing"
    assert examination.faults == []


def test_outputs_that_were_cut_short_count_as_an_error():
    nb = new_notebook(cells=[marked("assert 1", "stock", grade=True, points=2)])
    examination = NotebookRun(CourseSettings({}, ""), {"double": 1}, Outside(None))
    (result,) = examination.run(nb, Session(**{"assert": CellRun([], "too large")}))
    assert (result.score, result.verdict) == (0, "in-kernel")
    assert result.reason == "the cell stock measures time"


def test_a_cell_that_may_wait_is_run_for_the_code_that_needs_it():
    def examined(own, *, full=False, score=1.0):
        table = marked("table = load()", "table")
        table.metadata["tags"] = ["when-needed"]
        other = marked("other = table", "other")
        other.metadata["tags"] = ["when-needed"]
        test = marked(TEST.replace("double(3)", "double(other)"), "test", grade=True, points=4)
        nb = new_notebook(cells=[table, other, new_code_cell(own), marked(SOLUTION, "s"), test])
        course = CourseSettings({"double": CHECK}, "demonstration", "when-needed", full)
        session = Session()
        NotebookRun(course, {"double": 1}, Outside(answered(score))).run(nb, session)
        return [s.split("\n")[0] for s in session.ran if not s.startswith("check")], nb

    solution = SOLUTION.split("\n")[0]
    ran, nb = examined("own()")
    assert ran == ["own()", solution]
    assert not nb.cells[0].outputs
    ran, nb = examined("print(table)")
    assert ran == ["table = load()", "print(table)", solution]
    assert nb.cells[0].outputs
    # The visible test is shown to those who did not pass, and needs what it mentions.
    ran, _ = examined("own()", score=0.0)
    assert ran == ["own()", solution, "table = load()", "other = table", "print(double(other))"]
    ran, _ = examined("own()", full=True)
    assert ran[:3] == ["table = load()", "other = table", "own()"]


@pytest.mark.parametrize("full", [False, True])
def test_what_nbgrader_does_not_run_is_never_run_unless_it_is_a_test(full):
    demo, test = marked("demo()", "demo"), marked("print(1)", "test", grade=True, points=4)
    for one in (demo, test):
        one.metadata["tags"] = ["skip-execution"]
    course = CourseSettings({}, "", full=full, skipped="skip-execution")
    session = Session()
    nb = new_notebook(cells=[demo, new_code_cell("own()"), test])
    NotebookRun(course, {}, Outside(answered(1))).run(nb, session)
    assert session.ran == ["own()", "print(1)"]


def test_what_a_function_raised_stands_on_one_line(examine):
    forged = "no.\n\nPassed  4 of 4 points"
    result, *_ = examine(CheckOutcome(raised=("E", forged)))
    assert "\n" not in result.message


def test_a_test_without_points_may_return_anything():
    test = marked("points()", "test", grade=True, points=0)
    number = new_output("execute_result", data={"text/plain": "5"})
    examination = NotebookRun(CourseSettings({}, ""), {}, Outside(answered(1)))
    session = Session(points=CellRun([number]))
    (result,) = examination.run(new_notebook(cells=[test]), session)
    assert (result.status, examination.faults) == ("passed", [])
    assert determine_grade(test) == (0, 0)


@pytest.mark.parametrize("returned", ["5", "inf"])
def test_more_points_than_a_test_has_wait_for_a_human(returned):
    test = marked("points()", "test", grade=True, points=4)
    number = new_output("execute_result", data={"text/plain": returned})
    session = Session(points=CellRun([number]))
    examination = NotebookRun(CourseSettings({}, ""), {}, Outside(answered(1)))
    (result,) = examination.run(new_notebook(cells=[test]), session)
    assert (result.score, result.status) == (0, "error")
    assert "by hand" in result.message
    assert [fault for fault in examination.faults if "test" in fault and "4 points" in fault]
    # What is written into the notebook is what nbgrader can score.
    assert determine_grade(test) == (0, 4)


def test_a_cell_that_ran_too_long_says_so_and_is_noted():
    answer, own = marked("slow()", "answer", solution=True, locked=False), new_code_cell("slow()")
    interrupted = new_output("error", ename="KeyboardInterrupt", evalue="", traceback=["..."])
    shown = new_output("stream", text="before")
    run = CellRun([shown, interrupted], "the cell ran longer than 6 seconds", timed_out=True)
    examination = NotebookRun(CourseSettings({}, ""), {}, Outside(answered(1)))
    examination.run(new_notebook(cells=[answer, own]), Session(slow=run))
    assert [output.output_type for output in answer.outputs] == ["stream", "error"]
    assert "the cell ran longer than 6 seconds" in answer.outputs[1].traceback[0]
    assert examination.notes == [
        "cell answer was stopped: the cell ran longer than 6 seconds",
        "cell number 2 was stopped: the cell ran longer than 6 seconds",
    ]
