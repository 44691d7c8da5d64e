"""What all tests share."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from proctor.sandbox.strength import problem_with

ROOT = Path(__file__).resolve().parent.parent
REAL_DATA = ROOT.parent / "shared" / "data"


def pytest_configure() -> None:
    # Kernels that tests start must find alembic and jupyter as in an activated environment.
    import sys

    scripts = str(Path(sys.executable).parent)
    os.environ["PATH"] = os.pathsep.join([scripts, os.environ.get("PATH", os.defpath)])


SANDBOXED = (
    "attacks", "quickstart", "grading", "commands", "sandbox", "test_session", "test_showing",
)  # fmt: skip


PROGRAMS = (
    "browser", "commands", "test_killing", "test_household", "test_local", "test_localcluster",
    "test_cluster", "test_remote", "test_forkserver",
)  # fmt: skip
"""Where the engine's tests start more than a notebook."""


def pytest_collection_modifyitems(items):
    for item in items:
        if is_in(item, PROGRAMS) or "new_postgresql" in item.fixturenames:
            item.add_marker("programs")
    problems = [problem_with(kind) for kind in ("namespaces", "confined")]
    if None in problems:
        return
    skip = pytest.mark.skip(reason=f"no sandbox works here: {'; '.join(problems)}")
    for item in items:
        if is_in(item, SANDBOXED):
            item.add_marker(skip)


BRINGS = {
    "namespaces does not work here: no program bwrap": "bubblewrap",
    "Chromium is not installed": "chromium",
    "PostgreSQL is not installed": "postgresql",
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


def is_in(item, names) -> bool:
    """Whether a test's file or one of its folders has one of the names."""
    return not set(item.path.relative_to(ROOT).with_suffix("").parts).isdisjoint(names)


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


@pytest.fixture(scope="session")
def embedded(root):
    """The lesson's risk model on the embedded cohort: forest, X_test, y_test."""
    from util.cohort import load_C3M3_risk_model

    return load_C3M3_risk_model(root / "source" / "C3M3")


@pytest.fixture(scope="session")
def explained(embedded):
    """SHAP values towards death on it, a table like X_test; they take many seconds."""
    import pandas as pd
    import shap

    forest, X, _ = embedded
    values = shap.TreeExplainer(forest).shap_values(X)[..., 1]
    return pd.DataFrame(values, X.index, X.columns)
