"""A folder is replaced as a whole."""

import pytest

from proctor.files import exchange
from proctor.files.exchange import put_back, replace_folder


@pytest.fixture(params=[True, False])
def folders(tmp_path, monkeypatch, request):
    """A new folder and an old one, where the system can exchange names and where it can't."""
    if not request.param:
        monkeypatch.setattr(exchange, "_exchange", lambda one, other: False)
    new, target = tmp_path / "staged" / "h", tmp_path / "h"
    for folder, text in ((new, "new"), (target, "old")):
        folder.mkdir(parents=True)
        (folder / "a.txt").write_text(text)
    return new, target


def test_the_old_one_is_where_the_new_one_was(folders):
    new, target = folders
    replace_folder(new, target)
    assert (target / "a.txt").read_text() == "new"
    assert (new / "a.txt").read_text() == "old"


def test_there_need_not_be_an_old_one(tmp_path):
    (tmp_path / "new").mkdir()
    replace_folder(tmp_path / "new", tmp_path / "h")
    assert [path.name for path in tmp_path.iterdir()] == ["h"]


def test_the_old_one_comes_back_from_a_crash_in_between(folders):
    new, target = folders
    target.rename(new.with_name("h.old"))
    put_back(new, target)
    put_back(new, target)
    assert (target / "a.txt").read_text() == "old"


def test_what_can_not_be_replaced_stays(folders):
    _, target = folders
    with pytest.raises(OSError, match="absent"):
        replace_folder(target.with_name("absent"), target)
    assert (target / "a.txt").read_text() == "old"
