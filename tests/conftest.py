"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
REAL_DATA = ROOT.parent / "shared" / "data"


def pytest_configure() -> None:
    # Kernels that tests start must find alembic and jupyter as in an activated environment.
    import sys

    scripts = str(Path(sys.executable).parent)
    os.environ["PATH"] = os.pathsep.join([scripts, os.environ.get("PATH", os.defpath)])


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """In CI nothing may be skipped: a skip there is a missing installation, not a choice."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("COURSE_SKIPS_FAIL") and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"skipped where skips are failures: {reason}"


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Real public data, where it lies beside the repository."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"the real data are not at {REAL_DATA.relative_to(ROOT.parent)}")
    return REAL_DATA
