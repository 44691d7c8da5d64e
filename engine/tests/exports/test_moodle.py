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
