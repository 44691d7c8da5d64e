import io
import os
import tarfile
from datetime import datetime
from pathlib import Path

import pytest

from proctor.errors import SubmissionError
from proctor.submission.files import TimestampError, attachments, timestamp_of


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2030-01-02 03:04:05 UTC", datetime(2030, 1, 2, 3, 4, 5)),
        ("2030-01-02 03:04:05.000000 Europe/Berlin\n", datetime(2030, 1, 2, 2, 4, 5)),
        ("2030-01-02T03:04:05+02:00", datetime(2030, 1, 2, 1, 4, 5)),
        ("", None),
    ],
)
def test_times_as_nbgrader_writes_them(tmp_path, text, wanted):
    (tmp_path / "timestamp.txt").write_text(text)
    assert timestamp_of(tmp_path) == wanted


def test_without_a_file_nothing_is_known(tmp_path):
    assert timestamp_of(tmp_path) is None


@pytest.mark.parametrize("blob", [b"soon", b"\xff\xfe", b"2030-13-45 UTC", b"1" * 200, b"a b c"])
def test_what_is_no_time(tmp_path, blob):
    (tmp_path / "timestamp.txt").write_bytes(blob)
    with pytest.raises(TimestampError, match="holds no time"):
        timestamp_of(tmp_path)


def test_pipes_folders_and_links_are_not_opened(tmp_path):
    path = tmp_path / "timestamp.txt"
    for make in (lambda: os.mkfifo(path), path.mkdir, lambda: path.symlink_to("/etc/hostname")):
        make()
        with pytest.raises(TimestampError):
            timestamp_of(tmp_path)
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()


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
    blob = attachments(*folders, leave_out=["util", "util.py"], limit=1000)
    assert names(blob) == ["data/own", "deep/util.py", "notes.txt"]


def test_a_file_of_which_the_students_version_counts_comes_along(folders):
    kept = ["data/t", "data/not-there"]
    blob = attachments(*folders, leave_out=["util", "util.py"], limit=1000, kept=kept)
    assert names(blob) == ["data/own", "data/t", "deep/util.py", "notes.txt"]


def test_what_lies_beside_the_notebooks_in_a_folder_comes_beside_them(folders):
    submitted, given = folders
    for name in ("data/notes.txt", "data/deep/util.py"):
        (submitted / name).parent.mkdir(exist_ok=True)
        (submitted / name).write_text("beside")
    top = Path("data")
    blob = attachments(submitted, given, leave_out=["util", "util.py"], limit=1000, top=top)
    # The assignment has a file t in data, and none beside the notebook.
    assert names(blob) == ["deep/util.py", "notes.txt", "own", "t"]
    with tarfile.open(fileobj=io.BytesIO(blob)) as tar:
        assert tar.extractfile("notes.txt").read() == b"beside"


def test_files_that_the_course_ignores_do_not(folders):
    ignored = ["own", "de*p"]
    blob = attachments(*folders, leave_out=["util", "util.py"], limit=1000, ignored=ignored)
    assert names(blob) == ["notes.txt"]


def test_links_and_special_files_do_not(folders):
    submitted, given = folders
    (submitted / "link").symlink_to("/etc/passwd")
    (submitted / "folder").symlink_to("/etc")
    blob = attachments(submitted, given, leave_out=[], limit=1000)
    with tarfile.open(fileobj=io.BytesIO(blob)) as tar:
        assert all(member.isreg() for member in tar)
    assert not any(name.startswith("folder") for name in names(blob))


def test_nothing_but_name_and_content_comes_along(folders):
    """Challenges follow from a submission's names and contents; nothing else may tell two apart."""
    submitted, given = folders
    before = attachments(submitted, given, leave_out=[], limit=1000)
    notes = submitted / "notes.txt"
    notes.chmod(0o700)
    os.utime(notes, (12345, 12345))
    (submitted / "deep").chmod(0o711)
    (submitted / "empty").mkdir()
    content = (submitted / "data" / "own").read_bytes()
    (submitted / "data" / "own").unlink()
    (submitted / "data" / "own").hardlink_to(notes)
    assert notes.read_bytes() == content
    assert attachments(submitted, given, leave_out=[], limit=1000) == before


def test_too_much_is_said(folders):
    with pytest.raises(SubmissionError, match="more than 20 bytes"):
        attachments(*folders, leave_out=[], limit=20)
