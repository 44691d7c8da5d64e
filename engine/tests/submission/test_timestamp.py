import os
from datetime import datetime

import pytest

from proctor.submission.timestamp import TimestampError, timestamp_of


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
