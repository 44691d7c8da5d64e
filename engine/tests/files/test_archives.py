"""A tar of plain files is written out, and nothing leads out of its folder."""

import io
import tarfile
from contextlib import suppress

import pytest

from proctor.files.archives import unpack


def tar_of(*members):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, kind, content in members:
            info = tarfile.TarInfo(name)
            info.type, info.size, info.mtime = kind, len(content), 1_000_000_000
            info.linkname = "/etc/passwd" if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE) else ""
            info.mode = 0o4777
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def test_files_folders_and_odd_names(tmp_path):
    names = ["a", "b/c", "x" * 200 + "/y", "-rf", "a b", "\u202etxt", "\udcff"]
    blob = tar_of(*((n, tarfile.REGTYPE, n.encode(errors="replace")) for n in names))
    unpack(blob, tmp_path)
    for name in names:
        assert (tmp_path / name).read_bytes() == name.encode(errors="replace")
        assert (tmp_path / name).stat().st_mtime == 1_000_000_000
        assert not (tmp_path / name).stat().st_mode & 0o7111
    unpack(tar_of(("folder", tarfile.DIRTYPE, b"")), tmp_path)
    assert (tmp_path / "folder").is_dir()


def test_only_what_is_wanted(tmp_path):
    unpack(tar_of(*((n, tarfile.REGTYPE, b"") for n in "abc")), tmp_path, lambda name: name != "b")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "c"]


@pytest.mark.parametrize("name", ["/etc/x", "../x", "a/../../x"])
def test_a_name_that_leads_out_is_refused(tmp_path, name):
    with pytest.raises(ValueError, match="leads out"):
        unpack(tar_of((name, tarfile.REGTYPE, b"x")), tmp_path / "in")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE]
)
def test_what_is_not_a_plain_file_is_left_out(tmp_path, kind):
    blob = tar_of(("a", tarfile.REGTYPE, b"a"), ("b", kind, b""))
    with suppress(KeyError):  # of a link whose target the tar lacks
        unpack(blob, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
