from proctor.grading.progress import Recorded
from proctor.reporting.console.table import Row, grade_table
from proctor.results import ExerciseResult, Receipt


def test_one_line_per_student():
    result = ExerciseResult("x", "UNQ_C1", 3.5, 4.0, "partial", "m")
    good = Receipt("a", "n.ipynb", (result,))
    bad = Receipt("a", "n.ipynb", (), status="needs_attention", reason="it is \x1b[31mbroken")
    lines = grade_table(
        [Row.of(Recorded("ann", [good])), Row.of(Recorded("bob", [bad]))]
    ).splitlines()
    assert lines[0].split() == ["student", "x", "total", "status"]
    assert lines[2].split() == ["ann", "3.5", "partial", "3.5/4", "graded"]
    assert lines[3].split() == ["bob", "-", "0/0", "needs_attention"]
    assert lines[4:] == ["", "Look at these yourself:", "  bob: it is broken"]


def test_the_sandbox_that_was_in_force_is_said_once():
    ran = Receipt("a", "n.ipynb", (), seconds=1.0, sandbox="namespaces (bubblewrap, Landlock)")
    unread = Receipt("a", "n.ipynb", ())
    lines = grade_table(
        [
            Row.of(Recorded("ann", [ran])),
            Row.of(Recorded("bob", [ran])),
            Row.of(Recorded("eve", [unread])),
        ]
    ).splitlines()
    assert lines[5:] == ["", "Sandbox: namespaces (bubblewrap, Landlock)."]
