import io
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from proctor.cell_labels import CellKey
from proctor.exports.grades import Grade, Person
from proctor.graded_cells import GradedCell
from proctor.reporting.class_report.inputs import Work
from proctor.reporting.class_report.page import Report, thumbnails

TEST = CellKey("n", "t")
MADE = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def told(report):
    return BeautifulSoup(report.to_html(), "html.parser")


def page(*works):
    return told(Report("tiny", works, 4, MADE))


def test_a_class_is_told_in_parts(work):
    found = page(
        work("ann", link="../feedback/ann/tiny/n.html"),
        work("bob", "failed", score=0, misconception="unchanged"),
        Work(Grade(Person("cy"))),
    )
    assert found.find("dd").text == "3"
    assert "2.0" not in found.find(class_="numbers").text
    assert "2 of 4" in found.find(class_="numbers").text
    assert found.find(id="misconceptions").find("code").text == "unchanged"
    rows = found.find(id="students").find("tbody").find_all("tr")
    assert [row.find("th").text.strip() for row in rows] == ["ann", "bob", "cy"]
    assert rows[0].find("a")["href"] == "../feedback/ann/tiny/n.html"
    assert "Handed in nothing" in rows[2].text
    assert len(found.find(id="maps").find_all("img")) == 2


def test_names_and_code_are_escaped(work):
    evil = "<script>x()</script>"
    code = "\n".join(f"a{n} = '{evil}' + f({n}, b{n})" for n in range(6))
    found = page(work(evil, code=code), work("bob", code=code))
    assert len(found.find_all("script")) == 1
    assert evil in found.find(id="similar").text


def test_nobody_handed_anything_in():
    found = page(Work(Grade(Person("cy"))))
    assert "Nobody handed anything in." in found.text
    assert found.find(id="maps") is None


def test_what_did_not_pass_comes_first_and_small(work):
    works = [work("ann"), work("bob", "failed"), work("cy", "partial"), work("dee", picture=False)]
    found = thumbnails(works, TEST)
    assert [one.work.student for one in found] == ["bob", "cy", "ann"]
    assert found[0].alt == "bob's map"
    assert Image.open(io.BytesIO(found[0].jpeg)).size == (112, 112)
    assert len(found[0].jpeg) < 5000


def test_another_exercise_has_none(work):
    assert thumbnails([work("ann")], CellKey("m", "t")) == []


def test_a_large_class_is_cut_off(work, monkeypatch):
    monkeypatch.setattr("proctor.reporting.class_report.page.MAX_PICTURES", 2)
    assert len(thumbnails([work(f"s{n}") for n in range(5)], TEST)) == 2


def test_what_is_no_jpeg_is_not_opened(work):
    one = work("ann")
    picture = one.maps[TEST]
    object.__setattr__(picture, "jpeg", b"GIF89a")
    with pytest.raises(OSError, match="cannot identify"):
        thumbnails([one], TEST)


def test_totals_that_lack_marks_by_hand_count_in_no_mean(work):
    essay = GradedCell(CellKey("n", "why"), 6.0, by_hand=True)
    waiting = {
        "status_of_grade": "needs_manual_grade", "outstanding": (essay,), "complete": False,
    }  # fmt: skip
    works = [work("ann", score=4.0), work("bob", score=3.0), work("cy", score=1.0, **waiting)]
    found = told(Report("tiny", works, 10, MADE, (essay,)))
    numbers = found.find(class_="numbers").text
    assert "3.5 of 10" in numbers
    assert "Needs marks by hand1" in numbers
    assert "1 of 3 submissions wait for marks" in found.find(id="totals").text
    cy = found.find(id="students").find_all("tr")[-1]
    assert "1 of 10, 6 by hand" in cy.text
    assert found.find(id="attention").find("table") is None
    (row,) = found.find(id="marks").find("tbody").find_all("tr")
    assert [cell.text.strip() for cell in row.find_all(["th", "td"])] == [
        "why", "– of 6", "–", "0", "3",
    ]  # fmt: skip


def test_where_nobody_is_marked_there_is_no_mean(work):
    found = told(Report("tiny", [work("ann", complete=False)], 4, MADE))
    assert "Mean" not in found.find(class_="numbers").text
    assert "No total is complete yet." in found.find(id="totals").text
    assert found.find(id="marks") is None
