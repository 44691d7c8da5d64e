"""Which notebooks and cells of a run took longest."""

from __future__ import annotations

import heapq
from collections import defaultdict
from statistics import median

from proctor.grading.progress import Recorded
from proctor.text import one_line

_SHOWN = 3


class Slowest:
    """Keeps the slowest few, however large the class is."""

    def __init__(self) -> None:
        self._notebooks: list[tuple[float, str]] = []
        self._cells: defaultdict[str, list[float]] = defaultdict(list)

    def add(self, recorded: Recorded) -> None:
        """Take note of a submission."""
        for receipt in recorded.receipts:
            if receipt.seconds:
                entry = (receipt.seconds, f"{recorded.student} {receipt.notebook}")
                self._notebooks = heapq.nlargest(_SHOWN, [*self._notebooks, entry])
            for cell in receipt.cells:
                # A student's own cells are known by their place alone; they are not compared.
                if not cell.cell.isdigit():
                    self._cells[cell.cell].append(cell.seconds)

    def lines(self) -> list[str]:
        """What there is to say, for a terminal; nothing where nothing ran."""
        if not self._notebooks:
            return []
        cells = heapq.nlargest(
            _SHOWN, ((median(times), name, len(times)) for name, times in self._cells.items())
        )
        said = [f"  {seconds:6.1f} s  {one_line(name, 100)}" for seconds, name in self._notebooks]
        said += [
            f"  {seconds:6.1f} s  cell {one_line(name, 60)}, median of {count}"
            for seconds, name, count in cells
            if seconds >= 0.05
        ]
        return ["", "Slowest notebooks and cells:", *said]
