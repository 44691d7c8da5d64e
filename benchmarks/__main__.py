"""``make bench``: measure, print, and store the figures in ``benchmarks/results.json``."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks import (
    adoption,
    before,
    coordinator,
    drawing,
    grading,
    mutants,
    outside,
    rerun,
    scaling,
    shared_imports,
    soak,
    startup,
    whole_class,
)
from benchmarks.results import RESULTS, store

ROOT = Path(__file__).resolve().parent.parent


_ALL = ("startup", "drawing", "grading", "class", "rerun", "coordinator", "outside", "mutants")


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("which", nargs="*", default=[*_ALL])
    parser.add_argument("--count", type=int, default=12, help="submissions to grade")
    parser.add_argument("--soak", type=int, default=soak.SUBMISSIONS, help="submissions to soak")
    parser.add_argument("--sandbox", default="auto", help="the sandbox of the soak")
    parser.add_argument(
        "--checkout", type=Path, help="another checkout, with its environment, for 'before'"
    )
    parser.add_argument(
        "--courses", type=Path, help="folder with the public courses, for 'adoption'"
    )
    parser.add_argument("--only", default="", help="of these, only what has this in its name")
    parser.add_argument("--write", type=Path, help="the page to write, for 'adoption'")
    parser.add_argument("--no-store", action="store_true", help="print only")
    options = parser.parse_args()
    found: dict[str, float | bool] = {}
    if "drawing" in options.which:
        found |= drawing.figures()
    if "grading" in options.which:
        stock, trusted = grading.measure(ROOT / "build" / "bench", options.count)
        found |= grading.figures(stock, trusted)
        print("\nCPU s  median per submission, by step of the trusted runner")
        for name, seconds in grading.where_it_goes(trusted):
            if seconds >= 0.05:
                print(f"{seconds:5.2f}  {name}")
        if not found["same_grades"]:
            _differences(stock, trusted)
    if "class" in options.which:
        found |= whole_class.figures(ROOT / "build" / "bench")
    if "rerun" in options.which:
        found |= rerun.figures(ROOT / "build" / "bench")
    if "startup" in options.which:
        found |= startup.figures()
    if "outside" in options.which:
        found |= outside.figures(ROOT / "build" / "bench" / "outside")
    if "mutants" in options.which:
        found |= mutants.figures(ROOT / "build" / "bench" / "mutants")
    if "adoption" in options.which:
        if options.courses is None:
            parser.error("'adoption' tries public courses: --courses FOLDER")
        found |= adoption.figures(
            options.courses.resolve(), ROOT / "build" / "adoption", options.only, options.write
        )
    if "before" in options.which:
        if options.checkout is None:
            parser.error("'before' compares with another checkout: --checkout FOLDER")
        found |= before.figures(ROOT, options.checkout.resolve())
    if "imports" in options.which:
        found |= shared_imports.figures(ROOT / "build" / "bench")
    if "soak" in options.which:
        found |= soak.figures(count=options.soak, kind=options.sandbox)
    if "coordinator" in options.which:
        found |= coordinator.figures(ROOT / "build" / "bench")
    print()
    for name, figure in sorted(found.items()):
        print(f"{name:48} {figure if isinstance(figure, bool) else f'{figure:.4g}'}")
    if not options.no_store:
        known = store(found)
        if set(options.which) == set(_ALL):
            scaling.write(known)
        print(f"\nstored in {RESULTS.relative_to(ROOT)}")
    return 0


def _differences(stock: grading.Side, trusted: grading.Side) -> None:
    others = trusted.grades()
    for student, grades in stock.grades().items():
        for cell, points in grades.items():
            if others[student][cell] != points:
                print(f"{student} {cell}: stock {points:g}, trusted {others[student][cell]:g}")


if __name__ == "__main__":
    raise SystemExit(main())
