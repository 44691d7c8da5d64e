from dataclasses import replace

from proctor.cell_labels import CellKey
from proctor.exports.grades import Grade, Person
from proctor.graded_cells import GradedCell
from proctor.reporting.class_report.inputs import Work
from proctor.reporting.class_report.statistics import attention, exercise_figures, misconceptions

ESSAY = GradedCell(CellKey("n", "why"), 3.0, by_hand=True)


def test_an_exercise_is_counted_over_the_class(work):
    (found,) = exercise_figures(
        [
            work("ann", seconds=1.0, mib=10),
            work("bob", "failed", score=0, seconds=3.0, mib=30),
            work("cy", "missing", score=0, seconds=2.0, mib=0),
        ]
    )
    assert found.title == "UNQ_C1 double"
    assert found.counts == {"passed": 1, "failed": 1, "missing": 1}
    assert (round(found.passed, 2), round(found.points, 2)) == (0.33, 1.33)
    assert found.seconds == (2.0, 3.0)
    assert found.mib == (20, 30)


def test_an_exercise_says_why_it_was_judged_in_the_kernel(work):
    def said(**about):
        (found,) = exercise_figures([work("ann"), work("bob", **about)])
        return found.in_kernel

    assert said() == ""
    assert said(verdict="in-kernel", why="it plots\x1b[31m") == "it plots"
    assert said(verdict="in-kernel") == "no reason was noted"


def test_of_nothing_there_are_no_figures():
    assert exercise_figures([]) == []


def test_the_commonest_mistake_comes_first_with_examples(work):
    works = [
        work("ann", "failed", misconception="rare", link="a.html"),
        work("bob", "failed", misconception="common", link="b.html"),
        work("cy", "failed", misconception="common"),
        work("dee"),
    ]
    common, rare = misconceptions(works)
    assert (common.name, len(common.works), rare.name) == ("common", 2, "rare")
    assert [one.student for one in common.examples] == ["bob"]
    assert common.message == "Told failed."


def test_what_waits_for_a_human_is_told_with_each_reason(work):
    works = [
        work("ann"),
        work("bob", receipt_status="needs_attention", reason="out of memory"),
        work("cy", notes=("cell 3 was restored",)),
        work("dee", status_of_grade="needs_manual_grade", reason_of_grade="older marks"),
        work(
            "eve",
            status_of_grade="needs_manual_grade",
            reason_of_grade="wait",
            outstanding=(ESSAY,),
        ),
    ]
    found = {one.work.student: list(one.why) for one in attention(works)}
    assert found["bob"] == ["out of memory"]
    assert found["cy"] == ["cell 3 was restored"]
    assert found["dee"] == ["older marks"]
    # Who only waits for marks may be the whole class.
    assert not {"ann", "eve"} & set(found)


def test_what_is_not_graded_is_told():
    (one,) = attention([Work(Grade(Person("eve"), total=0.0, status="not_graded"))])
    assert "not graded yet" in one.why[0]


def in_two_notebooks(work):
    """The same work, with a second notebook whose test and check have the same ids."""
    (receipt,) = work.grade.receipts
    (result,) = receipt.exercises
    other = replace(receipt, notebook="m.ipynb", exercises=(replace(result, score=1.0),))
    return replace(work, grade=replace(work.grade, receipts=(receipt, other)))


def test_exercises_of_the_same_id_in_two_notebooks_are_counted_apart(work):
    works = [in_two_notebooks(work(name, misconception="known")) for name in ("ann", "bob")]
    assert [(one.title, one.points) for one in exercise_figures(works)] == [
        ("n/UNQ_C1 double", 4.0),
        ("m/UNQ_C1 double", 1.0),
    ]
    assert {one.exercise: len(one.works) for one in misconceptions(works)} == {
        "n/UNQ_C1 double": 2,
        "m/UNQ_C1 double": 2,
    }


def test_points_that_a_teacher_has_changed_count(work):
    changed = work("bob", "failed", score=0, points={CellKey("n", "t"): 3.0})
    (found,) = exercise_figures([work("ann"), changed])
    assert (found.points, found.counts) == (3.5, {"passed": 1, "failed": 1})
