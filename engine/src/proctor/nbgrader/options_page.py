"""The page on nbgrader's options, from the table of decisions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from proctor.nbgrader.options_table import GROUPS, Options

PAGE = Path(__file__).resolve().parents[3] / "docs" / "nbgrader-options.md"

_HEAD = """\
# nbgrader's options

Made from the code by `python -m proctor.cli.reference --write`; change
`src/proctor/nbgrader/options_table.py`.

A course that calls `adopt(c)` keeps its configuration. This is what becomes of each of nbgrader's
options under `proctor`: *honoured* does what it does with nbgrader, *lost* has no effect, and
*nbgrader's* belongs to a program that is nbgrader's own. `proctor release` and `proctor grade` name
the lost options that a course has set to something else than what is done anyway, and misspelt
ones. `nbgrader autograde` grades as `proctor grade` does, once a course has adopted it.
"""


def options_page() -> str:
    """The page in Markdown."""
    lines = [_HEAD]
    for group in GROUPS:
        lines += [f"## {group.title}", "", "| option | | |", "|---|---|---|"]
        for name, options in group.options.items():
            lines += _rows(name, options)
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _rows(name: str, options: Options) -> Iterator[str]:
    """One row for all options of a class with the same decision."""
    rows: dict[tuple[str, str], list[str]] = {}
    for option, decision in options.items():
        words = decision.words + (f"; {decision.instead}" if decision.instead else "")
        rows.setdefault((decision.fate, words), []).append(f"`{option}`")
    for (fate, words), found in rows.items():
        yield f"| `{name}`: {', '.join(found)} | {fate} | {words} |"
