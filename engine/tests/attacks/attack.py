"""What an attack is, and small ways to edit a submission."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode

Edit = Callable[[NotebookNode], None]

RIGHT = "def double(values):\n    return values * 2"
WRONG = "def double(values):\n    return 0"


@dataclass(frozen=True)
class Attack:
    """One hostile submission.

    In every one of them the exercise ``double`` is wrong and ``total`` is right. What must come
    of it is always: no point for ``double``, all points for ``total`` unless the notebook itself
    was ended, nothing read that is secret, nobody else's grade changed, nothing left behind.

    Attributes:
        name: Short, unique.
        theme: The module it is in.
        tries: What it tries, as a sentence without subject.
        edit: Makes the attack out of a right submission.
        attention: A word of the reason for which a human is asked to look; None where the
            notebook is graded to its end.
        reckless: It would harm a machine that does not contain it, so that it is not run
            against a grader without a sandbox.
    """

    name: str
    theme: str
    tries: str
    edit: Edit
    attention: str | None = None
    reckless: bool = False


class Theme:
    """Collects the attacks of a module."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.attacks: list[Attack] = []

    def code(
        self, name: str, tries: str, source: str, *, attention: str | None = None,
        reckless: bool = False,
    ) -> None:  # fmt: skip
        """An attack that is the text of the exercise's cell; without a function: a wrong one."""
        text = textwrap.dedent(source).strip()
        if "def double" not in text:
            text = f"{text}\n{WRONG}"
        self.edit(name, tries, lambda nb: fill(nb, text), attention=attention, reckless=reckless)

    def edit(
        self, name: str, tries: str, edit: Edit, *, attention: str | None = None,
        reckless: bool = False,
    ) -> None:  # fmt: skip
        """An attack that edits the notebook in any way."""
        self.attacks.append(Attack(name, self.name, tries, edit, attention, reckless))


def cell(nb: NotebookNode, grade_id: str) -> NotebookNode:
    """The cell with an nbgrader id."""
    return next(c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def fill(nb: NotebookNode, text: str, grade_id: str = "double") -> None:
    """Replace the text of a cell below its first line."""
    target = cell(nb, grade_id)
    target.source = f"{target.source.splitlines()[0]}\n{text}"


def insert(nb: NotebookNode, source: str, *, at: int = 0) -> None:
    """Put a cell of one's own somewhere."""
    nb.cells.insert(at, nbformat.v4.new_code_cell(source))
