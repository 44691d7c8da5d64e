import stat

import pytest

from proctor.files.atomic import atomic_replacement, write_text


def test_the_new_file_takes_the_old_ones_place(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")
    with atomic_replacement(target) as part:
        part.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o644
    assert list(tmp_path.iterdir()) == [target]


def test_after_an_exception_all_is_as_it_was(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")

    def interrupted():
        with atomic_replacement(target) as part:
            part.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_text_is_written_as_it_is_into_a_folder_that_is_made(tmp_path):
    target = tmp_path / "new" / "a.csv"
    write_text(target, "ü\r\nb\n")
    assert target.read_bytes() == "ü\r\nb\n".encode()
