import base64

import pytest

from proctor.reporting.feedback import pictures
from proctor.reporting.feedback.pictures import picture_data_url

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\nrest").decode()


def test_a_picture_is_its_address():
    assert (
        picture_data_url({"image/png": f"{PNG[:8]}\n{PNG[8:]}"}) == f"data:image/png;base64,{PNG}"
    )


@pytest.mark.parametrize(
    "kinds",
    [
        {},
        {"image/png": ""},
        {"image/png": None},
        {"image/png": 5},
        {"image/png": "AAAA"},
        {"image/jpeg": PNG},
        {"image/png": PNG + '"><script>'},
        {"image/svg+xml": "<svg/>"},
    ],
)
def test_what_is_none_has_none(kinds):
    assert picture_data_url(kinds) is None


def test_a_picture_that_is_too_large_is_left_out(monkeypatch):
    monkeypatch.setattr(pictures, "LARGEST", 10)
    assert picture_data_url({"image/png": PNG}) is None
