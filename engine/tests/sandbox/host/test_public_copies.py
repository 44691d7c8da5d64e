import os
from pathlib import Path

import pytest

from proctor.sandbox.host.public_copies import copied, copy_mounts, link_mounts, readable
from proctor.sandbox.shared.mounts import Mounts

pytestmark = pytest.mark.sandbox


@pytest.fixture
def mounts(tmp_path):
    """A mounts of an environment with a hidden part, a package outside of it, modules and files."""
    for name in (
        "env/lib/plain.py", "env/lib/course/__init__.py", "env/lib/course/hidden/tests.py",
        "own/__init__.py", "own/public.py", "own/hidden/__init__.py",
        "modules/answers.py", "modules/checks.py", "modules/__pycache__/checks.cpython-311.pyc",
        "files/data/a.csv", "files/b.txt", "shared/lib/help.py", "shared/top.txt",
    ):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return Mounts(
        folders=(tmp_path / "env", tmp_path / "own"),
        hidden=tuple(
            tmp_path / name for name in ("env/lib/course/hidden", "own/hidden", "modules/checks.py")
        ),
        given=(("data", tmp_path / "files" / "data"), ("x/b.txt", tmp_path / "files" / "b.txt")),
        modules=tmp_path / "modules",
        shared=tmp_path / "shared",
    )


def below(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_copies_are_without_what_is_hidden_and_for_everybody(mounts, tmp_path):
    folder = tmp_path / "server"
    folder.mkdir()
    before = os.umask(0o077)
    try:
        copy_mounts(mounts, folder)
    finally:
        os.umask(before)
    assert below(folder / "modules") == ["answers.py", "own/__init__.py", "own/public.py"]
    assert below(folder / "given") == ["data/a.csv", "x/b.txt"]
    assert below(folder / "course") == ["lib/help.py", "top.txt"]
    assert set(copied(folder)) == {folder / "modules", *(folder / "course").iterdir()}
    modes = {path.stat().st_mode & 0o777 for path in (folder / "modules").rglob("*")}
    assert modes == {0o755, 0o644}


def test_what_may_be_read_is_all_but_what_is_hidden(mounts, tmp_path):
    read, names = readable(mounts)
    lib = tmp_path / "env" / "lib"
    assert set(read) == {lib / "plain.py", lib / "course" / "__init__.py"}
    assert set(names) == {tmp_path / "env", lib, lib / "course"}
    assert not [path for path in (*read, *names) if "hidden" in str(path.relative_to(tmp_path))]


def test_links_lead_to_the_files(mounts, tmp_path):
    folder = tmp_path / "server"
    folder.mkdir()
    link_mounts(mounts, folder)
    assert (folder / "given" / "data" / "a.csv").read_text() == "files/data/a.csv"
    assert (folder / "given" / "x" / "b.txt").is_symlink()
