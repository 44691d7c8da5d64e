import csv
import hashlib

import pytest

from proctor.exports.grades import read_grades
from proctor.exports.grades_csv import grades_csv
from proctor.files.atomic import write_text
from proctor.results import Receipt

COLUMNS = ["student", "double", "total", "late_penalty", "max_score", "status", "reason", "receipt"]


def rows(path, gradebook, **receipts):
    write_text(path, grades_csv(read_grades(gradebook, "tiny", receipts)))
    with path.open(newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == COLUMNS
        return {row["student"]: row for row in reader}


def test_points_penalty_and_status(tmp_path, gradebook):
    ann = rows(tmp_path / "g.csv", gradebook, ann=[Receipt("tiny", "n.ipynb", ())])["ann"]
    assert (ann["double"], ann["total"], ann["late_penalty"]) == ("3.0", "2.0", "1.0")
    assert (ann["max_score"], ann["status"], ann["reason"]) == ("4.0", "graded", "")


def test_what_needs_a_human_says_why(tmp_path, gradebook):
    receipt = Receipt("tiny", "n.ipynb", (), status="needs_attention", reason="=1+1 \x1b[31mbad")
    ann = rows(tmp_path / "g.csv", gradebook, ann=[receipt])["ann"]
    assert (ann["status"], ann["reason"]) == ("needs_attention", "'=1+1 bad")


def test_missing_work_and_work_that_was_not_graded_are_told_apart(tmp_path, gradebook):
    found = rows(tmp_path / "g.csv", gradebook)
    assert found["ann"]["status"] == "not_graded"
    assert (found["bob"]["status"], found["bob"]["total"]) == ("missing", "")


def test_an_id_that_looks_like_a_formula_is_made_harmless(tmp_path, gradebook):
    assert "'=cmd()" in rows(tmp_path / "g.csv", gradebook)


def test_a_failure_leaves_the_old_file(tmp_path, gradebook):
    path = tmp_path / "g.csv"
    path.write_text("old")
    with pytest.raises(AttributeError):
        rows(path, gradebook, ann=[None])
    assert path.read_text() == "old"


def test_the_receipts_hash_is_that_of_their_files(tmp_path, gradebook, receipt):
    receipts = [receipt(), receipt(seconds=2.25)]
    for index, one in enumerate(receipts):
        (tmp_path / f"{index}.receipt.json").write_text(one.to_json())
    files = b"".join(path.read_bytes() for path in sorted(tmp_path.glob("*.receipt.json")))
    found = rows(tmp_path / "g.csv", gradebook, ann=receipts)
    assert found["ann"]["receipt"] == hashlib.sha256(files).hexdigest()
    assert found["bob"]["receipt"] == ""
