import sys
import time
from pathlib import Path

import numpy as np
import pytest

from proctor.reporting.feedback.sanitize import Scrubber, safe_table, safe_text


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='data:text/html,<script>1</script>'>x</a>",
        "<svg onload=alert(1)></svg>",
        "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
        "<iframe src='https://example.org'></iframe>",
        "<form action='https://example.org'><input name=a></form>",
        "<p style='position:fixed;top:0' class='exercise passed' onclick='x()'>10 of 10</p>",
        "<style>#summary{display:none}</style>",
        "<meta http-equiv=refresh content='0;url=https://example.org'>",
        "<link rel=stylesheet href='https://example.org/x.css'>",
        "<base href='https://example.org/'>",
        "<img src='https://example.org/pixel.png'>",
        "<img src='data:image/svg+xml;base64,PHN2Zz4='>",
    ],
)
def test_nothing_runs_styles_places_or_fetches(html):
    for clean in (safe_text(html), safe_table(html) or ""):
        lowered = clean.lower()
        for word in ("script", "onerror", "onload", "onclick", "style", "class=", "example.org",
                     "<form", "<input", "<svg", "<iframe", "<meta", "<link", "<base"):  # fmt: skip
            assert word not in lowered


def test_text_links_tables_and_pictures_in_the_page_stay():
    html = (
        '<p>See <a href="https://example.org/x">this</a> and <b>that</b>.</p>'
        '<img src="data:image/png;base64,iVBORw0KGgo=" alt="a map">'
    )
    clean = safe_text(html)
    assert 'href="https://example.org/x"' in clean
    assert "noopener" in clean
    assert '<img src="data:image/png;base64,iVBORw0KGgo=" alt="a map">' in clean


def test_anchors_are_kept_apart_from_the_pages_own():
    assert safe_text('<a id="summary"></a><a href="#summary">x</a>') == (
        '<a id="nb-summary" rel="noopener noreferrer nofollow"></a>'
        '<a href="#nb-summary" rel="noopener noreferrer nofollow">x</a>'
    )


def test_a_table_keeps_its_cells_and_loses_its_looks():
    html = (
        "<style>td{color:red}</style><table border='1' class='dataframe'>"
        "<tr><th scope='col'>a</th></tr><tr><td colspan='2'>1</td></tr></table>"
    )
    assert safe_table(html) == (
        '<table><tbody><tr><th scope="col">a</th></tr>'
        '<tr><td colspan="2">1</td></tr></tbody></table>'
    )


def test_a_heading_of_nothing_is_a_cell():
    html = '<table><tr><th scope="col"></th><th>a</th></tr></table>'
    assert '<td scope="col"></td><th>a</th>' in safe_table(html)


def test_what_is_no_table_is_none():
    assert safe_table("<div>1</div>") is None


@pytest.fixture
def scrub():
    return Scrubber([Path("/srv/courses/ml")])


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("File /srv/courses/ml/source/a.csv", "File .../source/a.csv"),
        ("/opt/w 1/x", "/opt/w 1/x"),
        (
            "File /home/else/.venv/lib/python3.12/site-packages/numpy/core.py:12",
            "File .../site-packages/numpy/core.py:12",
        ),
        ("File /usr/lib/python3.11/ast.py:50", "File .../python3.11/ast.py:50"),
        ("cam = a / b / c", "cam = a / b / c"),
        ("data/nih_new/images-small", "data/nih_new/images-small"),
    ],
)
def test_paths_begin_where_they_are_of_interest(scrub, said, left):
    assert scrub(said) == left


def test_a_long_path_takes_no_time(scrub):
    started = time.monotonic()
    assert scrub("/a" * 100_000) == "/a" * 100_000
    assert time.monotonic() - started < 5


def test_this_pythons_folders_are_gone(scrub):
    said = f"{sys.prefix} {sys.executable} {np.__file__} {Path.home()}/x"
    assert sys.prefix not in scrub(said)
    assert str(Path.home()) not in scrub(said)
