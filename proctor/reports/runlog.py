"""A log of a run that programs can read: JSON, one line per event."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from proctor.reports.progress import status_of
from proctor.running.results import Receipt

FOLDER = ".runs"
"""In the autograded folder; its name keeps it apart from students."""


class RunLog:
    """Writes events with the time at which they happened."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, event: str, **about: Any) -> None:
        """Write one event."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        print(json.dumps({"time": now, "event": event, **about}), file=self._file, flush=True)

    def begun(self, student: str) -> None:
        """A submission went to a worker."""
        self.write("begun", student=student)

    def done(self, student: str, receipts: Sequence[Receipt]) -> None:
        """A submission's grades are written down."""
        self.write(
            "done",
            student=student,
            status=status_of(receipts),
            score=sum(receipt.score for receipt in receipts),
            max_score=sum(receipt.max_score for receipt in receipts),
            seconds=round(sum(receipt.seconds for receipt in receipts), 2),
            reason=next((receipt.reason for receipt in receipts if receipt.reason), None),
            cells=[asdict(cell) for receipt in receipts for cell in receipt.cells],
        )


@contextmanager
def run_log(folder: Path, **about: Any) -> Iterator[RunLog]:
    """Open the log of a run that begins now.

    Args:
        folder: The autograded folder.
        about: What is said of the run in its first line.
    """
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    name = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ.jsonl")
    with (place / name).open("w") as file:
        log = RunLog(file)
        log.write("run", **about)
        try:
            yield log
        except BaseException as error:
            log.write("ended", by=type(error).__name__)
            raise
        log.write("ended", by=None)
