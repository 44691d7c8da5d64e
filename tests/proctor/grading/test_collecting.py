import io
import os
import tarfile

import pytest

from proctor.grading.collecting import collect


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "ann"
    place.mkdir()
    (place / "n.ipynb").write_bytes(b"notebook")
    return place


def collected(folder, *names, most=1000):
    return collect(
        folder,
        "ann",
        names=names or ["n"],
        given=folder / "given",
        leave_out=["util"],
        most=most,
        seeds={"x": 1},
        fingerprint="f",
    )


def test_notebooks_and_files_are_read(folder):
    (folder / "notes.txt").write_text("mine")
    (folder / "util").mkdir()
    (folder / "util" / "__init__.py").write_text("not mine to bring")
    unit = collected(folder)
    assert unit.problem is None
    assert unit.notebooks == {"n": b"notebook"}
    with tarfile.open(fileobj=io.BytesIO(unit.files)) as tar:
        assert tar.getnames() == ["notes.txt"]
    assert (unit.seeds, unit.fingerprint) == ({"x": 1}, "f")


def test_one_of_several_notebooks_may_be_missing(folder):
    unit = collected(folder, "m", "n")
    assert (unit.problem, set(unit.notebooks)) == (None, {"n"})


@pytest.mark.parametrize(
    ("damage", "word"),
    [
        (lambda f: (f / "n.ipynb").unlink(), "no notebook"),
        (lambda f: (f / "n.ipynb").rename(f / "m.ipynb"), "m.ipynb"),
        (lambda f: (f / "n.ipynb").write_bytes(b""), "an empty file"),
        (lambda f: (f / "link").symlink_to("/etc"), "symbolic link"),
        (lambda f: os.mkfifo(f / "pipe"), "special file"),
        (lambda f: (f / "large").write_bytes(b"x" * 2000), "more than 1,000 bytes"),
        (lambda f: f.rename(f.with_name("gone")), "not a folder"),
    ],
)
def test_what_can_not_be_read_says_why_and_brings_nothing(folder, damage, word):
    damage(folder)
    unit = collected(folder)
    assert word in unit.problem
    assert (unit.notebooks, unit.files, unit.fingerprint) == ({}, b"", "f")
