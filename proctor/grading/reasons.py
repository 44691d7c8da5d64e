"""Say on one line why a submission could not be graded."""

from __future__ import annotations

from proctor.errors import ProctorError


def reason_of(error: BaseException) -> str:
    """One line on why a submission could not be graded."""
    if isinstance(error, ProctorError):
        return error.summary
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0][:200]}" if text else type(error).__name__
