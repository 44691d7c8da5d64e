import os

import pytest

from proctor.reporting.feedback import own_pictures
from proctor.reporting.feedback.own_pictures import OwnPictures

PNG = b"\x89PNG\r\n\x1a\nrest"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>'


@pytest.fixture
def folders(tmp_path):
    """The student version's folder, and the student's."""
    given, own = tmp_path / "release", tmp_path / "autograded"
    (given / "img").mkdir(parents=True)
    own.mkdir()
    (given / "img" / "a b.png").write_bytes(PNG)
    (own / "plot.svg").write_bytes(SVG)
    (own / "page.png").write_text("<script>")
    (tmp_path / "secret.png").write_bytes(PNG)
    return given, own


def test_pictures_beside_the_notebook_are_found(folders):
    find = OwnPictures(folders)
    assert find("img/a%20b.png").startswith("data:image/png;base64,")
    assert find("./img/a b.png") == find("img/a%20b.png")
    assert find("plot.svg").startswith("data:image/svg+xml;base64,")


@pytest.mark.parametrize(
    "address",
    ["../secret.png", "img/../../secret.png", "%2e%2e/secret.png", "/etc/passwd", "page.png",
     "nothing.png", "http://evil/a.png", "//evil/a.png", "file:///a.png", "img", "", "a.png\0",
     "link.png", "folder/secret.png", "pipe.png", "x" * 5000 + ".png"],
)  # fmt: skip
def test_nothing_else_is(folders, address):
    given, own = folders
    (own / "link.png").symlink_to(given.parent / "secret.png")
    (own / "folder").symlink_to(given.parent)
    os.mkfifo(own / "pipe.png")
    assert OwnPictures(folders)(address) is None


def test_large_files_and_many_pictures_are_left_out(folders, monkeypatch):
    monkeypatch.setattr(own_pictures, "_LARGEST", 5)
    assert OwnPictures(folders)("img/a b.png") is None
    monkeypatch.setattr(own_pictures, "_LARGEST", 5000)
    monkeypatch.setattr(own_pictures, "_ALL", 60)
    find = OwnPictures(folders)
    assert [find("img/a b.png") is None for _ in range(3)] == [False, True, True]
