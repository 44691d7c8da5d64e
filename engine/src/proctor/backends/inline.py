"""Grade units in this process, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from proctor.backends.base import Unit, UnitResult, Work
from proctor.bundle.build import Bundle
from proctor.bundle.load import OpenBundle, open_bundle
from proctor.files.temporary import temporary_folder
from proctor.sandbox.host.cleanup import clear_leftovers, end_leftovers
from proctor.sandbox.host.options import close_servers


@dataclass(frozen=True)
class InProcess:
    """Works on one unit at a time."""

    bundle: OpenBundle
    work: Work

    @property
    def description(self) -> str:
        """Human-readable description of the worker."""
        return "one worker, in this process"

    def results(
        self, units: Iterable[Unit], started: Callable[[str], None] = lambda _: None
    ) -> Iterator[UnitResult]:
        """See `Workers.results`."""
        for unit in units:
            started(unit.student)
            yield UnitResult(unit, self.work(unit, self.bundle))


@contextmanager
def in_process(bundle: Bundle, work: Work) -> Iterator[InProcess]:
    """Unpack a bundle into a folder of this process's own, and remove it afterwards."""
    # Before the folder is created: creating one also removes abandoned folders.
    end_leftovers()
    with temporary_folder() as folder:
        try:
            yield InProcess(open_bundle(bundle.blob, folder, exclusive=True), work)
        finally:
            # The fork server exposes the folder to notebooks, so it must end first.
            close_servers()
            clear_leftovers()
