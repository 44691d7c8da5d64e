import io
import os
import tarfile
from types import SimpleNamespace

import pytest

from proctor.grading.collect import collect
from proctor.seeds import challenge_seeds

pytestmark = pytest.mark.sandbox


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "ann"
    place.mkdir()
    (place / "n.ipynb").write_bytes(b"notebook")
    return place


@pytest.fixture
def collected(monkeypatch):
    """Collect a folder for an assignment with some notebooks; its files may have 1,000 bytes."""
    monkeypatch.setattr("proctor.grading.collect.max_bytes", lambda *_: 1000)

    def collected_for(folder, *names, assignment="a"):
        contents = SimpleNamespace(
            assignment=assignment,
            notebooks=dict.fromkeys(names or ["n"], SimpleNamespace(cells=[])),
            examine={"files_mib": 1, "course_packages": ["util"]},
            kept=(),
            leave_out=("*.pyc", "util"),
            sandbox={"scratch_mib": 1},
            seeded=lambda checks: (*checks, "t"),
        )
        return collect(
            folder,
            "ann",
            bundle=SimpleNamespace(contents=contents, checks={"x": None}, hash="h"),
            given=folder.parent / "source" / assignment,
            secret=b"secret",
            fingerprint="f",
        )

    return collected_for


def test_notebooks_and_files_are_read(folder, collected):
    (folder / "notes.txt").write_text("mine")
    (folder / "ignored.pyc").write_text("by the course")
    (folder / "util").mkdir()
    (folder / "util" / "__init__.py").write_text("not mine to bring")
    unit = collected(folder)
    assert unit.problem is None
    assert unit.notebooks == {"n": b"notebook"}
    with tarfile.open(fileobj=io.BytesIO(unit.files)) as tar:
        assert tar.getnames() == ["notes.txt"]
    wanted = challenge_seeds(b"secret", ["x", "t"], assignment="a", student="ann", submission="f")
    assert (unit.seeds, unit.fingerprint) == (wanted, "f")


def test_one_of_several_notebooks_may_be_missing(folder, collected):
    unit = collected(folder, "m", "n")
    assert (unit.problem, set(unit.notebooks), unit.problems) == (None, {"n"}, {})


def test_one_of_several_notebooks_may_be_unreadable(folder, collected):
    (folder / "m.ipynb").mkdir()
    unit = collected(folder, "m", "n")
    assert (unit.problem, set(unit.notebooks)) == (None, {"n"})
    assert "a folder" in unit.problems["m"]


def test_a_notebook_of_another_name_is_noted(folder, collected):
    (folder / "n.ipynb").rename(folder / "N (1).ipynb")
    unit = collected(folder)
    assert (unit.problem, unit.notebooks) == (None, {"n": b"notebook"})
    assert unit.notes["n"] == ["it was handed in as N (1).ipynb"]


def test_a_folder_within_the_folder_may_have_all(folder, collected):
    (folder / "hw" / "data").mkdir(parents=True)
    (folder / "n.ipynb").rename(folder / "hw" / "n.ipynb")
    for name in ("data/t", "notes.txt"):
        (folder / "hw" / name).write_text("beside")
    (folder / "notes.txt").write_text("above")
    unit = collected(folder)
    with tarfile.open(fileobj=io.BytesIO(unit.files)) as tar:
        assert {one: tar.extractfile(one).read() for one in tar.getnames()} == {
            "data/t": b"beside", "notes.txt": b"beside",
        }  # fmt: skip


def test_a_folder_of_the_assignments_name_in_another_spelling_is_noted(tmp_path, collected):
    for name in ("A", "given"):
        (tmp_path / name).mkdir()
    (tmp_path / "A" / "n.ipynb").write_bytes(b"notebook")
    unit = collected(tmp_path / "A")
    assert (unit.problem, unit.notes["n"]) == (None, ["it was handed in in the folder A"])
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "n.ipynb").write_bytes(b"notebook")
    assert collected(tmp_path / "a").notes["n"] == [
        "there is another folder, A, which was not graded"
    ]


def test_which_of_several_folders_counts_is_for_a_human(tmp_path, collected):
    for name in ("Ä", "a\u0308", "A\u0308"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "n.ipynb").write_bytes(b"notebook")
    unit = collected(tmp_path / "Ä", assignment="ä")
    assert "not certain which folder" in unit.problem
    assert unit.notebooks == {}


@pytest.mark.parametrize(
    ("damage", "word"),
    [
        (lambda f: (f / "n.ipynb").unlink(), "no notebook"),
        (lambda f: (f / "link").symlink_to("/etc"), "symbolic link"),
        (lambda f: os.mkfifo(f / "pipe"), "special file"),
        (lambda f: (f / "large").write_bytes(b"x" * 2000), "more than 1,000 bytes"),
        (lambda f: f.rename(f.with_name("gone")), "not a folder"),
    ],
)
def test_what_can_not_be_read_says_why_and_brings_nothing(folder, damage, word, collected):
    damage(folder)
    unit = collected(folder)
    assert word in unit.problem
    assert (unit.notebooks, unit.files, unit.fingerprint) == ({}, b"", "f")
