import csv
import io

import pytest

from proctor.exports.canvas import canvas_csv
from proctor.exports.grades import Grade, Grades, Person, read_grades

HEADER = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]


def table(text):
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][:5] == HEADER
    assert {len(row) for row in rows} == {6}
    assert "Points Possible" in rows[1][0]
    assert not any("Points Possible" in row[0] for row in rows[2:])
    return rows


def test_columns_points_and_a_row_per_grade(gradebook, receipt):
    rows = table(canvas_csv(read_grades(gradebook, "tiny", {"ann": [receipt()]}), number="12"))
    assert rows[0][5] == "tiny (12)"
    assert rows[1][1:] == ["", "", "", "", "4.0"]
    assert rows[2:] == [["Lee, Ann", "", "", "ann", "", "2.0"]]


def test_without_a_number_the_name_finds_the_assignment(gradebook):
    assert table(canvas_csv(read_grades(gradebook, "tiny", {})))[0][5] == "tiny"


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ({"identifier": "lms_user_id"}, ["17", "", ""]),
        ({"identifier": "email"}, ["", "", "ann@example.org"]),
        ({"column": "SIS User ID"}, ["", "ann", ""]),
    ],
)
def test_the_identifier_stands_where_it_is_asked_for(gradebook, receipt, options, ids):
    rows = table(canvas_csv(read_grades(gradebook, "tiny", {"ann": [receipt()]}), **options))
    assert rows[2][1:4] == ids


@pytest.mark.parametrize("name", ["Points Possible", "x Points  Possible", "Points\nPossible"])
def test_no_students_name_changes_what_the_assignment_is_worth(name):
    grade = Grade(Person("eve", last_name=name), total=1.0, settled=True)
    rows = table(canvas_csv(Grades("tiny", (), 4.0, (grade,))))
    assert rows[2] == ["", "", "", "eve", "", "1.0"]


def test_names_are_no_formulas():
    grade = Grade(Person("eve", last_name="=cmd()"), total=1.0, settled=True)
    assert table(canvas_csv(Grades("tiny", (), 4.0, (grade,))))[2][0] == "'=cmd()"


def test_who_waits_for_marks_by_hand_is_left_out_unless_asked_for(read_marked):
    points = {row[3]: row[5] for row in table(canvas_csv(read_marked()))[2:]}
    assert points == {"bob": "12.5", "dee": "0.0"}
    points = {row[3]: row[5] for row in table(canvas_csv(read_marked(), unsettled=True))[2:]}
    assert points == {"ann": "6.0", "bob": "12.5", "cy": "7.5", "dee": "0.0"}
