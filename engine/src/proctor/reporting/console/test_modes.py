"""Where an assignment's tests are judged, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from proctor.submission.test_plan import TestMode
from proctor.text import one_line


def test_modes_lines(modes: Mapping[str, Mapping[str, TestMode]]) -> Iterator[str]:
    """Format one line per test that has no check, below a line that counts them.

    Args:
        modes: By notebook and nbgrader's id.
    """
    found = [mode for tests in modes.values() for mode in tests.values()]
    if not found:
        return
    outside = sum(mode.outside for mode in found)
    yield f"tests judged outside of the student's kernel: {outside} of {len(found)}"
    for name, tests in modes.items():
        for grade_id, mode in tests.items():
            where = "outside" if mode.outside else f"in-kernel: {one_line(mode.reason, 200)}"
            yield f"  {one_line(name, 60)}  {one_line(grade_id, 60)}  {where}"


test_modes_lines.__test__ = False  # type: ignore[attr-defined]
