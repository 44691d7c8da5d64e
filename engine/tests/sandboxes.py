"""Skip what needs a sandbox that this machine does not have."""

from __future__ import annotations

import pytest

from proctor.sandbox.shared.strength import Kind, problem_with


def skip_where_missing(kind: Kind) -> None:
    """Skip a test whose sandbox this machine does not have."""
    problem = problem_with(kind)
    if problem is not None:
        pytest.skip(f"the sandbox {kind} does not work here: {problem}")
