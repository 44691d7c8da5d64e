"""``python -m tests.strength.one EXERCISE [NAME ...]``: try parts of the corpus."""

from __future__ import annotations

import argparse
import time

from tests.strength.corpus import EXERCISES, read_corpus
from tests.strength.trial import examine, unexpected


def main() -> int:
    """Try the solutions; returns an exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.strength.one", description=__doc__)
    parser.add_argument("exercise", choices=EXERCISES)
    parser.add_argument("names", nargs="*", help="files without extension; none: all")
    parser.add_argument("--students", type=int, default=20)
    asked = parser.parse_args()
    failures = 0
    for solution in read_corpus():
        if solution.exercise != asked.exercise or (
            asked.names and solution.name not in asked.names
        ):
            continue
        started = time.perf_counter()
        wrong = list(unexpected(solution, range(asked.students)))
        kind = "right" if solution.right else "wrong"
        seconds = time.perf_counter() - started
        print(f"{kind} {solution.name}: {len(wrong)} unexpected, {seconds:.1f} s")
        for outcome in (
            wrong[:3]
            if wrong
            else []
            if asked.names == []
            else [examine(solution.exercise, solution.code, 0, name=solution.name)]
        ):
            print(f"    {outcome}")
        failures += bool(wrong)
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
