"""The lesson's class graded by another checkout of this project and by this one, in turns."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from statistics import median

_ROUNDS = 3
_LAY_OUT = """
import sys
from pathlib import Path
from benchmarks import whole_class
whole_class.lay_out(Path(sys.argv[1]), dict(whole_class.names_of_thirty()))
"""


def figures(here: Path, before: Path) -> dict[str, float | bool]:
    """Measure whole commands on two workers.

    Args:
        here: This checkout.
        before: The other one, with its environment in ``.venv``.
    """
    courses = {}
    for root in (before, here):
        courses[root] = root / "build" / "before"
        _python(root, root, "-c", _LAY_OUT, str(courses[root]), fine=(0,))
    ratios = []
    for number in range(_ROUNDS):
        order = (before, here) if number % 2 == 0 else (here, before)
        arguments = ("-m", "proctor", "grade", "C3M3", "--force", "--jobs=2")
        times = {root: _python(root, courses[root], *arguments) for root in order}
        ratios.append(times[here] / times[before])
        print(f"before {times[before]:.1f} s, now {times[here]:.1f} s", flush=True)
    return {"lesson_ratio_to_before": median(ratios)}


# Exit statuses of a class in which something needs attention; 1 in earlier versions.
_GRADED = (0, 1, 3)


def _python(root: Path, folder: Path, *arguments: str, fine: tuple[int, ...] = _GRADED) -> float:
    """Run a checkout's Python in a folder, and return the wall seconds."""
    started = time.monotonic()
    command = [str(root / ".venv" / "bin" / "python"), *arguments]
    done = subprocess.run(  # noqa: S603 - our own command
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode not in fine:
        raise RuntimeError(f"{command}: {done.stderr[-2000:]}")
    return time.monotonic() - started
