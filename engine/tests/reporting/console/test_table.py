from proctor.grading.coordinator import Recorded
from proctor.reporting.console.table import GradeRow, Slowest, grade_table
from proctor.results import CellTime, ExerciseResult, Receipt


def test_one_line_per_student():
    result = ExerciseResult("x", "UNQ_C1", 3.5, 4.0, "partial", "m")
    good = Receipt("a", "n.ipynb", (result,))
    bad = Receipt("a", "n.ipynb", (), status="needs_attention", reason="it is \x1b[31mbroken")
    lines = grade_table(
        [GradeRow.of(Recorded("ann", [good])), GradeRow.of(Recorded("bob", [bad]))]
    ).splitlines()
    assert lines[0].split() == ["student", "x", "total", "status"]
    assert lines[2].split() == ["ann", "3.5", "partial", "3.5/4", "graded"]
    assert lines[3].split() == ["bob", "-", "0/0", "needs_attention"]
    assert lines[4:] == ["", "Needs your attention:", "  bob: it is broken"]


def test_the_sandbox_that_was_in_force_is_said_once():
    ran = Receipt("a", "n.ipynb", (), seconds=1.0, sandbox="namespaces (bubblewrap, Landlock)")
    unread = Receipt("a", "n.ipynb", ())
    lines = grade_table(
        [
            GradeRow.of(Recorded("ann", [ran])),
            GradeRow.of(Recorded("bob", [ran])),
            GradeRow.of(Recorded("eve", [unread])),
        ]
    ).splitlines()
    assert lines[5:] == ["", "Sandbox: namespaces (bubblewrap, Landlock)."]


def ran(seconds, *cells):
    times = tuple(CellTime(name, took) for name, took in cells)
    return [Receipt("a", "n.ipynb", (), seconds=seconds, cells=times)]


def test_the_slowest_few_are_named_and_cells_by_their_median():
    slowest = Slowest()
    for number, cell in enumerate([1.0, 2.0, 9.0]):
        slowest.add(Recorded(f"s{number}", ran(number + 1.0, ("load", cell), ("7", 50.0))))
    slowest.add(Recorded("last\n", ran(0.5, ("fast", 0.01))))
    assert slowest.lines() == [
        "",
        "Slowest notebooks and cells:",
        "     3.0 s  s2 n.ipynb",
        "     2.0 s  s1 n.ipynb",
        "     1.0 s  s0 n.ipynb",
        "     2.0 s  cell load, median of 3",
    ]


def test_where_nothing_ran_nothing_is_said():
    slowest = Slowest()
    slowest.add(Recorded("ann", [Receipt("a", "n.ipynb", ())]))
    assert slowest.lines() == []
