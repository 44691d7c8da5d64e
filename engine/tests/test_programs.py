"""The interpreter is found by whatever path it was called."""

from __future__ import annotations

import sys
from pathlib import Path

from proctor.programs import interpreter


def test_as_called_where_that_is_in_the_environment():
    assert interpreter() == sys.executable


def test_through_a_folder_that_is_left_again(monkeypatch):
    executable = Path(sys.executable)
    monkeypatch.setattr(sys, "executable", str(executable.parent / ".." / "bin" / executable.name))
    assert interpreter() == str(executable.parent.resolve() / executable.name)


def test_by_a_link_from_elsewhere(monkeypatch, tmp_path):
    link = tmp_path / "python"
    link.symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(link))
    assert interpreter() == str(Path(sys.executable).resolve())
