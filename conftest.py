"""What the engine's tests and the lesson's share."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

import pytest

from proctor.sandbox.shared.strength import problem_with

ROOT = Path(__file__).resolve().parent


def pytest_configure() -> None:
    # Kernels that tests start must find alembic and jupyter as in an activated environment.
    scripts = str(Path(sys.executable).parent)
    os.environ["PATH"] = os.pathsep.join([scripts, os.environ.get("PATH", os.defpath)])
    # Workers that tests start import what these tests make them do.
    os.environ["PYTHONPATH"] = str(ROOT)


def pytest_collection_modifyitems(items):
    problems = [problem_with(kind) for kind in ("namespaces", "confined")]
    reason = None if None in problems else f"no sandbox works here: {'; '.join(problems)}"
    for item in items:
        # Cells of notebooks, which nbval collects, have no fixtures.
        if "new_postgresql" in getattr(item, "fixturenames", ()):
            item.add_marker("programs")
        if reason and item.get_closest_marker("sandbox"):
            item.add_marker(pytest.mark.skip(reason=reason))


BRINGS = {
    "namespaces does not work here: no program bwrap": "bubblewrap",
    "Chromium is not installed": "chromium",
    "PostgreSQL is not installed": "postgresql",
    "IRkernel is not installed": "r-cran-irkernel",
}
"""What tests say that they lack, and the Debian package that has it."""


def pytest_terminal_summary(terminalreporter):
    """Say at the end what was skipped for want of a program, and what would bring it."""
    reasons = Counter(
        str(report.longrepr[2]).removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    )
    packages = sorted({p for part, p in BRINGS.items() if any(part in r for r in reasons)})
    if packages:
        terminalreporter.section("not tested here")
        for reason, count in reasons.most_common():
            terminalreporter.write_line(f"{count} skipped: {reason}")
        terminalreporter.write_line(f"To test them, too: apt-get install {' '.join(packages)}")


BROUGHT_BY_HAND = "Skipped: public courses are not at "
"""The one skip that CI admits: other people's repositories are nothing to install."""


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """In CI nothing may be skipped: a skip there is a missing installation, not a choice."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("COURSE_SKIPS_FAIL") and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if reason.startswith(BROUGHT_BY_HAND):
            return
        report.outcome = "failed"
        report.longrepr = f"skipped where skips are failures: {reason}"


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT
