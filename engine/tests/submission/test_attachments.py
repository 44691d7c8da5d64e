import io
import os
import tarfile

import pytest

from proctor.errors import SubmissionError
from proctor.submission.attachments import attachments


@pytest.fixture
def folders(tmp_path):
    submitted, given = tmp_path / "submitted", tmp_path / "given"
    for folder, names in (
        (submitted, ["util.py", "util/a.py", "notes.txt", "deep/util.py", "data/t", "data/own"]),
        (given, ["data/t"]),
    ):
        for name in names:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(folder.name)
    (submitted / "work.ipynb").write_text("{}")
    return submitted, given


def names(blob):
    with tarfile.open(fileobj=io.BytesIO(blob)) as tar:
        return sorted(tar.getnames())


def test_only_the_students_own_files_come_along(folders):
    blob = attachments(*folders, leave_out=["util", "util.py"], most=1000)
    assert names(blob) == ["data/own", "deep/util.py", "notes.txt"]


def test_links_and_special_files_do_not(folders):
    submitted, given = folders
    (submitted / "link").symlink_to("/etc/passwd")
    (submitted / "folder").symlink_to("/etc")
    blob = attachments(submitted, given, leave_out=[], most=1000)
    with tarfile.open(fileobj=io.BytesIO(blob)) as tar:
        assert all(member.isreg() for member in tar)
    assert not any(name.startswith("folder") for name in names(blob))


def test_nothing_but_name_and_content_comes_along(folders):
    """Challenges follow from a submission's names and contents; nothing else may tell two apart."""
    submitted, given = folders
    before = attachments(submitted, given, leave_out=[], most=1000)
    notes = submitted / "notes.txt"
    notes.chmod(0o700)
    os.utime(notes, (12345, 12345))
    (submitted / "deep").chmod(0o711)
    (submitted / "empty").mkdir()
    content = (submitted / "data" / "own").read_bytes()
    (submitted / "data" / "own").unlink()
    (submitted / "data" / "own").hardlink_to(notes)
    assert notes.read_bytes() == content
    assert attachments(submitted, given, leave_out=[], most=1000) == before


def test_too_much_is_said(folders):
    with pytest.raises(SubmissionError, match="more than 20 bytes"):
        attachments(*folders, leave_out=[], most=20)
