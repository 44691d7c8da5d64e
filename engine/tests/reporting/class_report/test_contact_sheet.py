import io

import pytest
from PIL import Image

from proctor.reporting.class_report import contact_sheet
from proctor.reporting.class_report.contact_sheet import thumbnails


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
    monkeypatch.setattr(contact_sheet, "MOST", 2)
    assert len(thumbnails([work(f"s{n}") for n in range(5)], "double")) == 2


def test_what_is_no_jpeg_is_not_opened(work):
    one = work("ann")
    picture = one.maps["double"]
    object.__setattr__(picture, "jpeg", b"GIF89a")
    with pytest.raises(OSError, match="cannot identify"):
        thumbnails([one], "double")
