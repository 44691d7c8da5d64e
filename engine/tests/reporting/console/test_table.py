from dataclasses import replace

from proctor.cell_labels import CellKey
from proctor.grading.coordinator import Recorded
from proctor.reporting.console.table import GradeRow, Slowest, grade_table
from proctor.results import CellTime, ExerciseResult, HumanPart, Receipt


def test_one_line_per_student():
    result = ExerciseResult("x", "UNQ_C1", 3.5, 4.0, "partial", "m")
    good = Receipt("a", "n.ipynb", (result,))
    bad = Receipt("a", "n.ipynb", (), status="needs_attention", reason="it is \x1b[31mbroken")
    lines = grade_table(
        [GradeRow.of(Recorded("ann", [good])), GradeRow.of(Recorded("bob", [bad]))]
    ).splitlines()
    assert lines[0].split() == ["student", "x", "total", "status"]
    assert lines[2].split() == ["ann", "3.5", "partial", "3.5", "of", "4", "graded"]
    assert lines[3].split() == ["bob", "-", "0", "of", "0", "needs_attention"]
    assert lines[4:] == ["", "Needs your attention:", "  bob: it is broken"]


def test_exercises_have_their_readable_names_and_many_of_them_wrap():
    results = tuple(
        ExerciseResult(f"cell-{n:016x}", "", 1, 1, "passed", "m", name=f"Question {n}: mean")
        for n in range(40)
    )
    lines = grade_table([GradeRow.of(Recorded("ann", [Receipt("a", "n.ipynb", results)]))])
    assert "cell-" not in lines
    assert all(f"Question {n}: mean" in lines for n in range(40))
    assert max(map(len, lines.splitlines())) <= 120
    assert lines.splitlines()[-1].endswith("40 of 40  graded")


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


def test_slow_cells_have_their_readable_names():
    slowest, result = Slowest(), ExerciseResult("i", "", 1, 1, "passed", "m", test="i", name="Mean")
    slowest.add(Recorded("ann", [replace(ran(1.0, ("i", 1.0))[0], exercises=(result,))]))
    assert slowest.lines()[-1].endswith("cell Mean, median of 1")


def test_where_nothing_ran_nothing_is_said():
    slowest = Slowest()
    slowest.add(Recorded("ann", [Receipt("a", "n.ipynb", ())]))
    assert slowest.lines() == []


BY_HAND = {CellKey("m", "why"): 3.0, CellKey("n", "why"): 3.0, CellKey("n", "task1"): 4.0}


def row(**scores):
    """A student's row: a test of the same id in two notebooks, and three cells marked by hand."""
    receipts = [
        Receipt(
            "a",
            f"{name}.ipynb",
            (ExerciseResult("t1", "", 1.0, 2.0, "partial", "m", test="t1"),),
            human=HumanPart(
                scores={key.cell: scores.get(name) for key in BY_HAND if key.notebook == name},
                points={key.cell: most for key, most in BY_HAND.items() if key.notebook == name},
            ),
        )
        for name in ("m", "n")
    ]
    return GradeRow.of(Recorded("ann", receipts))


def shown(row):
    """Contents of the columns, by heading."""
    headings, _, line = grade_table([row]).splitlines()
    starts = [headings.index(f" {one} ") + 1 for one in headings.split()[1:-1]]
    ends = [*starts[1:], headings.index(" status")]
    cells = (line[start:end].strip() for start, end in zip(starts, ends, strict=True))
    return dict(zip(headings.split()[1:], [*cells, line.split()[-1]], strict=True))


def test_what_waits_for_a_mark_by_hand_is_empty_and_keyed_by_notebook_and_cell():
    assert shown(row()) == {
        "m/t1": "1 partial", "n/t1": "1 partial", "m/why": "", "n/why": "", "task1": "",
        "total": "2 of 14, 10 by hand", "status": "needs_manual_grade",
    }  # fmt: skip


def test_marks_of_the_gradebook_are_shown():
    marks = {CellKey("m", "t1"): 2.0, CellKey("n", "t1"): 1.0, CellKey("n", "task1"): 0.0}
    assert shown(row().with_marks(marks, BY_HAND)) == {
        "m/t1": "2 partial", "n/t1": "1 partial", "m/why": "", "n/why": "", "task1": "0",
        "total": "3 of 14, 6 by hand", "status": "needs_manual_grade",
    }  # fmt: skip
    given = row().with_marks(marks | dict.fromkeys(BY_HAND, 3.0), BY_HAND)
    assert shown(given)["total"] == "12 of 14"
    assert shown(given)["status"] == "graded"


def test_a_notebook_that_was_not_handed_in_has_zeros():
    assert shown(row(m=0.0))["m/why"] == "0"


def test_cells_of_the_same_id_have_times_of_their_own():
    slowest = Slowest()
    slowest.add(Recorded("ann", [*ran(1.0, ("load", 1.0))]))
    slowest.add(
        Recorded("ann", [Receipt("a", "m.ipynb", (), seconds=1.0, cells=(CellTime("load", 3.0),))])
    )
    assert slowest.lines()[-2:] == [
        "     3.0 s  cell m/load, median of 1",
        "     1.0 s  cell n/load, median of 1",
    ]
