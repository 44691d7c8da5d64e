"""``proctor grade`` with work that runs no notebook, as a process that can be killed.

All else is as always: course folder, bundle, workers, receipts and gradebook.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from engine.tests.backends.fake_work import work
from proctor.backends.base import Graded, Unit, Workers
from proctor.backends.inline import in_process
from proctor.bundle.build import Bundle
from proctor.bundle.load import OpenBundle
from proctor.cli.grade import GradeCommand

SECONDS = 0.02
"""At least what a submission takes, so that a class takes a while on any machine."""


def slow_work(unit: Unit, bundle: OpenBundle) -> Graded:
    time.sleep(SECONDS)
    return work(unit, bundle)


class FakeGrade(GradeCommand):
    """Works in this process unless --jobs asks for more."""

    name = "proctor-grade"

    @contextmanager
    def workers(self, bundle: Bundle, count: int) -> Iterator[Workers]:
        if self.jobs <= 1:
            with in_process(bundle, slow_work) as alone:
                yield alone
            return
        from proctor.backends.local import local_workers

        with local_workers(bundle, slow_work, self.jobs) as several:
            yield several


if __name__ == "__main__":
    FakeGrade.launch_instance()
