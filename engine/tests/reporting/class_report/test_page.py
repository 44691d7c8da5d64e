import io
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from proctor.exports.grades import Grade, Person
from proctor.reporting.class_report.inputs import Work
from proctor.reporting.class_report.page import Report, thumbnails

MADE = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def page(*works):
    return BeautifulSoup(Report("tiny", works, 4, MADE).to_html(), "html.parser")


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
    found = thumbnails(works, "double")
    assert [one.work.student for one in found] == ["bob", "cy", "ann"]
    assert found[0].alt == "bob's map"
    assert Image.open(io.BytesIO(found[0].jpeg)).size == (112, 112)
    assert len(found[0].jpeg) < 5000


def test_another_exercise_has_none(work):
    assert thumbnails([work("ann")], "total") == []


def test_a_large_class_is_cut_off(work, monkeypatch):
    monkeypatch.setattr("proctor.reporting.class_report.page.MAX_PICTURES", 2)
    assert len(thumbnails([work(f"s{n}") for n in range(5)], "double")) == 2


def test_what_is_no_jpeg_is_not_opened(work):
    one = work("ann")
    picture = one.maps["double"]
    object.__setattr__(picture, "jpeg", b"GIF89a")
    with pytest.raises(OSError, match="cannot identify"):
        thumbnails([one], "double")
