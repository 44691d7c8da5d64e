import csv
import io

from proctor.exports.grades import Grade, Grades, Person, read_grades
from proctor.exports.moodle import moodle_csv


def table(text):
    rows = list(csv.reader(io.StringIO(text)))
    assert {len(row) for row in rows} == {3}
    return rows


def test_identifier_grade_and_feedback(gradebook, receipt):
    grades = read_grades(gradebook, "tiny", {"ann": [receipt()]})
    assert table(moodle_csv(grades, identifier="email")) == [
        ["Email address", "tiny", "tiny (Feedback comments)"],
        ["ann@example.org", "2.0", "UNQ_C1 double 3/4: Half of it."],
    ]


def test_the_heading_can_be_chosen(gradebook):
    assert table(moodle_csv(read_grades(gradebook, "tiny", {}), column="Login"))[0][0] == "Login"


def test_feedback_is_no_markup_and_one_line(receipt, result):
    evil = result("<script>x</script>\n=1+1 \x1b[31m\ud800", cell="", id="=cmd()")
    grade = Grade(Person("eve"), total=1.0, receipts=(receipt(evil),), settled=True)
    feedback = table(moodle_csv(Grades("tiny", (), 4.0, (grade,))))[1][2]
    assert feedback == "'=cmd() 3/4: &lt;script&gt;x&lt;/script&gt; =1+1"


def test_marks_by_hand_are_told_and_who_waits_is_left_out_unless_asked_for(read_marked):
    rows = {row[0]: row[1:] for row in table(moodle_csv(read_marked()))}
    assert set(rows) == {"Username", "bob", "dee"}
    assert rows["bob"] == [
        "12.5",
        "m/t1 2/2: Told. | why 2.5/3: Marked by hand. | n/t1 4/5: Told. | "
        "code 0/1: Marked by hand. | task1 4/4: Marked by hand.",
    ]
    rows = {row[0]: row[1:] for row in table(moodle_csv(read_marked(), unsettled=True))}
    assert rows["cy"][0] == "7.5"
    assert "code –/1: Waits for a mark by hand. | task1 –/4" in rows["cy"][1]


def test_points_that_a_teacher_has_changed_are_told(marked, read_marked):
    marked.find_grade("t1", "n", "h", "bob").manual_score = 5.0
    marked.db.commit()
    assert "n/t1 5/5" in dict(row[::2] for row in table(moodle_csv(read_marked())))["bob"]
