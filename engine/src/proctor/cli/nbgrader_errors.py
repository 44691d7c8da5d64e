"""Why one of nbgrader's commands has failed, from what it logs."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import dropwhile

from nbgrader.converters.base import NbGraderException


@dataclass(frozen=True)
class Logged:
    """What nbgrader has logged.

    Attributes:
        messages: Its error messages, in order.
        raised: The errors that it was handling, in order.
    """

    messages: list[str] = field(default_factory=list)
    raised: list[BaseException] = field(default_factory=list)


class _Errors(logging.Handler):
    """Keeps the errors that nbgrader logs."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.kept = Logged()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a message, and the error that is being handled."""
        self.kept.messages.append(record.getMessage())
        error = sys.exc_info()[1]
        if error is not None:
            self.kept.raised.append(error)


@contextmanager
def errors_of(log: logging.Logger) -> Iterator[Logged]:
    """Collect the errors that nbgrader logs within a block."""
    kept = _Errors()
    log.addHandler(kept)
    try:
        yield kept.kept
    finally:
        log.removeHandler(kept)


def reason_of_failure(error: NbGraderException, logged: Sequence[str]) -> str:
    """Why nbgrader failed, in its own words.

    Of an error that it did not expect it says only that it has logged it. Where one step has logged
    what it found, and another one that it did, both are said.
    """
    raised = [_raised(text) for text in logged if text.startswith("Traceback")]
    if raised:
        last, *before = dict.fromkeys(reversed(raised))
        return f"{last.rstrip('.')} ({'; '.join(before)})" if before else last
    return " ".join(str(error).split()) or type(error).__name__


def _raised(trace: str) -> str:
    """The message at the end of a traceback: what comes after the last frame and its code."""
    lines = trace.strip().splitlines()
    # Lines of a message may be indented, too.
    last = max((i for i, line in enumerate(lines) if line.startswith('  File "')), default=0)
    message = dropwhile(lambda line: line.startswith("  "), lines[last:])
    found = " ".join(" ".join(message).split())
    kind, _, text = found.partition(": ")
    named = all(part.isidentifier() for part in kind.split("."))
    return text if text and named else found
