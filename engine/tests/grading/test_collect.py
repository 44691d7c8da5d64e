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

    def collected_for(folder, *names):
        contents = SimpleNamespace(
            assignment="a",
            notebooks=dict.fromkeys(names or ["n"]),
            examine={"files_mib": 1, "course_packages": ["util"]},
            kept=(),
            sandbox={"scratch_mib": 1},
            seeded=lambda checks: (*checks, "t"),
        )
        return collect(
            folder,
            "ann",
            bundle=SimpleNamespace(contents=contents, checks={"x": None}, hash="h"),
            given=folder / "given",
            secret=b"secret",
            fingerprint="f",
        )

    return collected_for


def test_notebooks_and_files_are_read(folder, collected):
    (folder / "notes.txt").write_text("mine")
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
def test_what_can_not_be_read_says_why_and_brings_nothing(folder, damage, word, collected):
    damage(folder)
    unit = collected(folder)
    assert word in unit.problem
    assert (unit.notebooks, unit.files, unit.fingerprint) == ({}, b"", "f")
