"""A grade table for a terminal: one line per student."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from proctor.plaintext import plain
from proctor.running.results import Receipt


def grade_table(graded: Mapping[str, Sequence[Receipt]]) -> str:
    """Students by line, exercises by column, then total and status; sandbox and reasons below.

    Args:
        graded: Receipts by student id; one per notebook of the assignment.
    """
    columns = _columns(graded.values())
    rows = [["student", *columns, "total", "status"]]
    for student, receipts in graded.items():
        results = {result.id: result for receipt in receipts for result in receipt.exercises}
        cells = [
            f"{results[column].score:g} {results[column].status}" if column in results else "-"
            for column in columns
        ]
        total = sum(receipt.score for receipt in receipts)
        most = sum(receipt.max_score for receipt in receipts)
        rows.append([student, *cells, f"{total:g}/{most:g}", _status(receipts)])
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join(
        [lines[0], "-" * len(lines[0]), *lines[1:], *_sandboxes(graded), *_reasons(graded)]
    )


def _columns(graded: Iterable[Sequence[Receipt]]) -> list[str]:
    seen: dict[str, None] = {}
    for receipts in graded:
        for receipt in receipts:
            seen.update(dict.fromkeys(result.id for result in receipt.exercises))
    return list(seen)


def _status(receipts: Sequence[Receipt]) -> str:
    for receipt in receipts:
        if receipt.status != "graded":
            return receipt.status
    return "graded"


def _reasons(graded: Mapping[str, Sequence[Receipt]]) -> list[str]:
    found = [
        f"  {plain(student, 80)}: {plain(receipt.reason, 500)}"
        for student, receipts in graded.items()
        for receipt in receipts
        if receipt.reason
    ]
    return ["", "Look at these yourself:", *found] if found else []


def _sandboxes(graded: Mapping[str, Sequence[Receipt]]) -> list[str]:
    # Only what ran has a time; what could not be read ran in nothing.
    ran = [r for receipts in graded.values() for r in receipts if r.seconds]
    found = dict.fromkeys(r.sandbox for r in ran)
    return ["", *(f"Sandbox: {plain(sandbox, 200)}." for sandbox in found)] if found else []
