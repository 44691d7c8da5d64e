"""``make test-strength``: try the hidden tests on solutions whose verdict is known."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from tests.strength.corpus import EXERCISES
from tests.strength.gate import try_all
from tests.strength.report import failures, tables, write


def main() -> int:
    """Try, print, write; returns an exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.strength", description=__doc__)
    parser.add_argument("names", nargs="*", help="solutions, without extension; none: everything")
    parser.add_argument("--exercise", action="append", choices=EXERCISES)
    parser.add_argument("--students", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", type=Path, help="page into which the tables are put")
    asked = parser.parse_args()
    started = time.monotonic()
    found = try_all(asked.students, asked.jobs, asked.exercise or EXERCISES, asked.names)
    print(tables(found))
    wrong = list(failures(found))
    for line in wrong:
        print(line)
    print(f"\n{time.monotonic() - started:.0f} s, {len(wrong)} failures")
    if asked.write and not wrong:
        write(asked.write, found)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
