"""``proctor grade`` with work that runs no notebook, as a process that can be killed.

All else is as always: course folder, bundle, workers, receipts and gradebook.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from proctor.bundle.packing import Bundle
from proctor.commands.grade import GradeCommand
from proctor.workers.base import Workers
from proctor.workers.inprocess import in_process
from tests.proctor.workers.fake_work import work


class FakeGrade(GradeCommand):
    """Works in this process unless --jobs asks for more."""

    name = "proctor-grade"

    @contextmanager
    def workers(self, bundle: Bundle, count: int) -> Iterator[Workers]:
        if self.jobs <= 1:
            with in_process(bundle, work) as alone:
                yield alone
            return
        from proctor.workers.cluster import local_workers

        with local_workers(bundle, work, self.jobs) as several:
            yield several


if __name__ == "__main__":
    FakeGrade.launch_instance()
