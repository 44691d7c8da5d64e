"""Work in this process, one unit after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from proctor.bundle.opening import OpenBundle, open_bundle
from proctor.bundle.packing import Bundle
from proctor.grading.unit import Unit
from proctor.sandbox.leftovers import clear_leftovers, end_leftovers
from proctor.sandbox.settings import close_servers
from proctor.temporary import temporary_folder
from proctor.workers.base import Done, Work


@dataclass(frozen=True)
class InProcess:
    """Works on one unit at a time."""

    bundle: OpenBundle
    work: Work

    @property
    def words(self) -> str:
        """What they are, in words."""
        return "one worker, in this process"

    def results(
        self, units: Iterable[Unit], begun: Callable[[str], None] = lambda _: None
    ) -> Iterator[Done]:
        """See `Workers.results`."""
        for unit in units:
            begun(unit.student)
            yield Done(unit, self.work(unit, self.bundle))


@contextmanager
def in_process(bundle: Bundle, work: Work) -> Iterator[InProcess]:
    """Unpack a bundle into a folder of this process's own, and remove it afterwards."""
    # Before a folder is made, which removes what lies abandoned.
    end_leftovers()
    with temporary_folder() as folder:
        try:
            yield InProcess(open_bundle(bundle.blob, folder), work)
        finally:
            # The fork server shows notebooks what lies in the folder.
            close_servers()
            clear_leftovers()
