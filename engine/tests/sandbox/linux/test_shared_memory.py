import os

import pytest

from proctor.sandbox.linux.shared_memory import owned, owned_bytes, remove_owned

pytestmark = pytest.mark.sandbox

MIB = 1 << 20


def test_a_users_files_are_told_counted_and_removed(tmp_path):
    (tmp_path / "mine").write_bytes(bytes(MIB))
    user = os.getuid()
    assert [entry.name for entry in owned(tmp_path, user)] == ["mine"]
    assert MIB <= owned_bytes(tmp_path, user) < MIB + 10_000
    assert owned_bytes(tmp_path, user + 1) == 0
    assert remove_owned(tmp_path, user + 1)
    assert list(tmp_path.iterdir())
    assert remove_owned(tmp_path, user)
    assert not list(tmp_path.iterdir())
