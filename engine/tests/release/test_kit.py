import zipfile

import pytest

from proctor.errors import CourseError
from proctor.release.kit import StudentKit


@pytest.fixture
def tree(tmp_path):
    for name, text in {
        "release/tiny/work.ipynb": "{}",
        "release/tiny/data/table.csv": "a",
        "pkg/__init__.py": "",
        "pkg/open.py": "x",
        "pkg/secret/__init__.py": "y",
        "pkg/secret/deep/judge.py": "y",
        "pkg/__pycache__/open.pyc": "z",
        "extras/README.md": "read",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


@pytest.fixture
def kit():
    made = StudentKit()
    made.packages, made.private, made.extras = ["pkg"], ["pkg/secret"], {"tiny": "extras"}
    return made


def test_the_kit_holds_what_is_public(tree, kit):
    target = tree / "release" / "tiny.zip"
    names = kit.pack(tree / "release" / "tiny", tree, target)
    assert names == ["README.md", "data/table.csv", "pkg/__init__.py", "pkg/open.py", "work.ipynb"]
    with zipfile.ZipFile(target) as archive:
        assert archive.namelist() == names


def test_the_same_release_gives_the_same_bytes(tree, kit):
    for name in ("a.zip", "b.zip"):
        kit.pack(tree / "release" / "tiny", tree, tree / name)
    assert (tree / "a.zip").read_bytes() == (tree / "b.zip").read_bytes()


def test_a_kit_that_fails_leaves_the_old_one(tree, kit):
    target = tree / "kit.zip"
    target.write_text("old")
    (tree / "pkg" / "open.py").chmod(0)
    (tree / "extras" / "README.md").unlink()
    (tree / "extras" / "README.md").symlink_to("/proc/self/mem")
    with pytest.raises(OSError, match=r".*"):
        kit.pack(tree / "release" / "tiny", tree, target)
    assert target.read_text() == "old"
    assert sorted(p.name for p in tree.iterdir()) == ["extras", "kit.zip", "pkg", "release"]


@pytest.mark.parametrize("content", [None, ""])
def test_missing_data_stop_the_release(tree, kit, content):
    kit.required = {"tiny": ["data/table.csv", "models/weights"], "other": ["nothing"]}
    folder = tree / "release" / "tiny"
    if content is not None:
        (folder / "models").mkdir()
        (folder / "models" / "weights").write_text(content)
    with pytest.raises(CourseError, match="data or weights"):
        kit.check(folder, tree)


def test_settings_that_stand_for_something_pass(tree, kit):
    kit.check(tree / "release" / "tiny", tree)


@pytest.mark.parametrize(
    ("setting", "value"),
    [("private", ["pkg/secrte"]), ("packages", ["pgk"]), ("extras", {"tiny": "extra"})],
)
def test_a_misspelt_setting_stops_the_release(tree, kit, setting, value):
    setattr(kit, setting, value)
    with pytest.raises(CourseError, match="matches nothing"):
        kit.check(tree / "release" / "tiny", tree)
