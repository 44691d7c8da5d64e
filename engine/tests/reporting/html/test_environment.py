import base64
import hashlib

import pytest

from proctor.reporting.html.environment import environment, jpeg, points, script_hash, source, svg


@pytest.mark.parametrize(("value", "words"), [(None, "–"), (3.0, "3"), (2.504, "2.5"), (0, "0")])
def test_points_are_written_as_people_do(value, words):
    assert points(value) == words


def test_whatever_is_put_into_a_page_is_escaped():
    template = environment().from_string("<p>{{ text }}</p>")
    assert template.render(text="<b>&") == "<p>&lt;b&gt;&amp;</p>"


def test_pictures_are_addresses_that_hold_them():
    assert jpeg(b"\xff\xd8") == "data:image/jpeg;base64,/9g="
    assert base64.b64decode(svg("<svg/>").partition(",")[2]) == b"<svg/>"


def test_a_script_is_named_by_its_hash():
    text = source("report.js")
    wanted = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    assert script_hash(text) == f"'sha256-{wanted}'"
