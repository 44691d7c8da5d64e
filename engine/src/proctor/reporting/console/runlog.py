"""A machine-readable log of a run: JSON, one line per event."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from proctor.errors import CourseError, course_write_errors
from proctor.grading.coordinator import Recorded

FOLDER = ".runs"
"""Name within the autograded folder; its dot distinguishes it from students' folders."""


class RunLog:
    """Writes events with their timestamps."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, event: str, **about: Any) -> None:
        """Write one event."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        with course_write_errors(Path(self._file.name)):
            print(json.dumps({"time": now, "event": event, **about}), file=self._file, flush=True)

    def started(self, student: str) -> None:
        """Log a submission that was sent to a worker."""
        self.write("begun", student=student)

    def finished(self, recorded: Recorded) -> None:
        """Log a submission whose grades were recorded."""
        receipts = recorded.receipts
        self.write(
            "done",
            student=recorded.student,
            status=recorded.status,
            score=recorded.score,
            max_score=recorded.max_score,
            by_hand=recorded.outstanding_points,
            seconds=round(recorded.seconds, 2),
            reason=next((receipt.reason for receipt in receipts if receipt.reason), None),
            remarks=recorded.remarks,
            notes=[note for receipt in receipts for note in receipt.notes],
            cells=[
                {"notebook": receipt.stem, **asdict(cell)}
                for receipt in receipts
                for cell in receipt.cells
            ],
        )


@contextmanager
def run_log(folder: Path, **about: Any) -> Iterator[RunLog]:
    """Open the log of a run that starts now.

    Args:
        folder: The autograded folder.
        about: Fields of the first line, which describe the run.

    Raises:
        CourseError: The disk is full, or the folder can't be written.
    """
    place = folder / FOLDER
    name = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ.jsonl")
    with course_write_errors(place):
        place.mkdir(parents=True, exist_ok=True)
        # Line-buffered: a line that could not be written must not be written again on close.
        file = (place / name).open("w", buffering=1)
    try:
        log = RunLog(file)
        log.write("run", **about)
        try:
            yield log
        except BaseException as error:
            with suppress(CourseError):
                log.write("ended", by=type(error).__name__)
            raise
        log.write("ended", by=None)
    finally:
        with suppress(OSError):
            file.close()
