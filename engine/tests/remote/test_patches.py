"""Modules that a test mentions are there before they are watched."""

from __future__ import annotations

import sys

import pytest

from proctor.remote.patches import import_mentioned


@pytest.mark.parametrize(
    "source",
    [
        "import colorsys",
        "def f():\n    from colorsys import rgb_to_hsv",
        "with patch('colorsys.rgb_to_hsv'): pass",
        "with mock.patch('colorsys.rgb_to_hsv.more', None): pass",
        "monkeypatch.setattr('colorsys.rgb_to_hsv', None)",
    ],
)
def test_a_module_that_is_imported_or_patched(monkeypatch, source):
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    import_mentioned(source)
    assert "colorsys" in sys.modules


@pytest.mark.parametrize(
    "source",
    ["x = 'colorsys.rgb_to_hsv'", "open('colorsys.py')", "import nowhere.at_all", "def f(:"],
)
def test_nothing_else_is_imported(monkeypatch, source):
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    import_mentioned(source)
    assert "colorsys" not in sys.modules
