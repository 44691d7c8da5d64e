import gzip
import json
import time

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from proctor.errors import SubmissionError
from proctor.submission.encoding import to_utf8
from proctor.submission.read import MAX_NOTEBOOK_BYTES, read_notebook


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32-be"])
def test_a_notebook_may_be_saved_in_any_encoding_of_unicode(encoding):
    nb = new_notebook(cells=[new_code_cell("s = 'größer 😀'")])
    blob = nbformat.writes(nb).encode(encoding)
    assert json.loads(blob)
    assert read_notebook(blob, where="a").cells[0].source == "s = 'größer 😀'"


@pytest.mark.parametrize("half", [b"\\ud83d", b"\xed\xa0\xbd", b"\\ud83d\xed\xb8\x80"])
def test_half_a_character_becomes_a_sign_for_it(half):
    blob = nbformat.writes(new_notebook(cells=[new_code_cell("s = '@'")])).encode()
    (cell,) = read_notebook(blob.replace(b"@", half), where="a").cells
    assert set(cell.source) == set("s = '\N{REPLACEMENT CHARACTER}'")
    utf16 = blob.decode().replace("@", "\ud83d").encode("utf-16", "surrogatepass")
    assert "\N{REPLACEMENT CHARACTER}" in read_notebook(utf16, where="a").cells[0].source


def test_a_large_file_of_another_encoding_takes_little_time_and_memory():
    blob = b"\xff\xfe" + b"\x3d\xd8" * (MAX_NOTEBOOK_BYTES // 2 - 1)
    with pytest.raises(SubmissionError):
        read_notebook(blob, where="a")


@pytest.mark.parametrize("marks", ["\ufeff" * 2, "\ufeff" * 3])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32-le"])
def test_several_byte_order_marks_are_one(marks, encoding):
    assert to_utf8((marks + '{"a": 1}').encode(encoding)) == (b'{"a": 1}', "")


def test_pairs_of_surrogates_are_put_together():
    """As Java and old databases write what UTF-8 has four bytes for."""
    halves = "\ud83d\ude00".encode("utf-8", "surrogatepass")
    assert to_utf8(b"a" + halves + b"b") == ("a\U0001f600b".encode(), "")


def test_zeros_at_the_end_are_no_text():
    assert to_utf8(b"{}\n" + bytes(1000)) == (b"{}\n", "")


def test_what_is_no_utf8_is_taken_for_windows_1252_and_says_so():
    text, guess = to_utf8("s = 'größer' # “so”".encode("cp1252"))
    assert text.decode() == "s = 'größer' # “so”"
    assert "byte 8" in guess
    assert "Windows-1252" in guess


def test_damaged_utf8_keeps_what_is_sound():
    text, guess = to_utf8("größer, schöner".encode() + b" \xc3")
    assert text.decode() == "größer, schöner \N{REPLACEMENT CHARACTER}"
    assert "no UTF-8 (the first is byte 20)" in guess


@pytest.mark.parametrize("unit", [b"\xef\xbb\xbf", b"\xed\xa0\xbd\xed\xb8\x80", b"\xff", b"\xc3"])
def test_a_file_full_of_one_thing_takes_little_time(unit):
    started = time.process_time()
    to_utf8(unit * (20_000_000 // len(unit)))
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("blob", "kind"),
    [
        (b"PK\x03\x04" + bytes(30), "a zip archive"),
        (gzip.compress(b"{}", mtime=0), "a gzip archive"),
        (b"%PDF-1.7\n", "a PDF file"),
        (b"\n<!DOCTYPE html><title>Sign in</title>", "a web page"),
    ],
)
def test_what_was_saved_under_a_notebooks_name_is_named(blob, kind):
    with pytest.raises(SubmissionError, match=f"the file is {kind}.*, not a notebook"):
        read_notebook(blob, where="a")
