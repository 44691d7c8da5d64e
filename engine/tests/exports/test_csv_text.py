import csv
import io

import pytest

from proctor.exports.csv_text import as_csv, csv_safe


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1+1", "\x00=1", "\u202e=1"],
)
def test_no_text_is_a_formula(text):
    assert csv_safe(text).startswith("'")


@pytest.mark.parametrize("text", ["ann", "", "a=b", "ann@example.org", "Ünal, Ş."])
def test_other_text_stays(text):
    assert csv_safe(text) == text


def test_a_cell_is_one_plain_line_of_limited_length():
    assert csv_safe("a\nb\x1b[31m\ud800c") == "a bc"
    assert len(csv_safe("x" * 10**6, 100)) < 110


def test_rows_come_back_as_they_were():
    rows = [["a,b", 'say "x"', "ü"], ["1.5", "", "c"]]
    assert list(csv.reader(io.StringIO(as_csv(rows)))) == rows
