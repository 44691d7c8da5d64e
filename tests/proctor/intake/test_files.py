import os

import pytest

from proctor.errors import SubmissionError
from proctor.intake.files import check_folder, check_notebook_file

NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


def test_a_plain_notebook_passes(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(NOTEBOOK)
    check_notebook_file(path)
    check_folder(tmp_path)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "empty"),
        ("no json", "not JSON"),
        ('{"cells": [', "not JSON"),
        ("[1, 2]", "no notebook"),
        ('{"worksheets": []}', "no notebook"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_other_content_is_named(tmp_path, text, found):
    path = tmp_path / "a.ipynb"
    path.write_text(text)
    with pytest.raises(SubmissionError, match=found) as caught:
        check_notebook_file(path)
    assert caught.value.where == str(path)


def test_bytes_that_are_no_text_are_named(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SubmissionError, match="not JSON"):
        check_notebook_file(path)


def test_folders_links_pipes_and_nothing_are_named(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "real").write_text(NOTEBOOK)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    os.mkfifo(tmp_path / "pipe")
    for name, found in [
        ("folder", "a folder"),
        ("link", "a symbolic link"),
        ("pipe", "a special file"),
        ("absent", "No such file"),
    ]:
        with pytest.raises(SubmissionError, match=found):
            check_notebook_file(tmp_path / name)


def test_a_submission_must_not_reach_out_of_its_folder(tmp_path):
    inside = tmp_path / "submission" / "deep"
    inside.mkdir(parents=True)
    check_folder(tmp_path / "submission")
    (inside / "grades").symlink_to("/etc/passwd")
    with pytest.raises(SubmissionError, match="symbolic link"):
        check_folder(tmp_path / "submission")
    (tmp_path / "alias").symlink_to(inside)
    with pytest.raises(SubmissionError, match="not a folder"):
        check_folder(tmp_path / "alias")
