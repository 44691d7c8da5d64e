"""Random notebooks of given cells, answers and tests, of which the right grades are known.

The cells share names in all ways: given names get other values in answers and in tests, tests set
and delete the student's variables, functions read and write them.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from typing import Any

from nbformat import NotebookNode

from engine.tests import coursework

Cell = tuple[str, str]
"""Kind, as `coursework.cell` has it, and source."""


def random_cells(seed: int, blocks: int = 24, cells: int = 9) -> list[Cell]:
    """Make cells that run without an error; the tests hold for them."""
    rng = random.Random(seed)
    made: list[Cell] = []
    for number in range(blocks):
        block = _Block(rng, number)
        while len(block.cells) < cells and block.add():
            pass
        made += block.cells
    return made


def notebook_of(
    cells: Sequence[Cell],
    *,
    without: Collection[int] = (),
    wrong: Collection[int] = (),
    marked: bool = False,
) -> NotebookNode:
    """Make a notebook.

    Args:
        cells: Its cells.
        without: Places of answers that are left out.
        wrong: Places of answers that assign other numbers.
        marked: Whether answers stand between nbgrader's markers.
    """
    made = []
    for place, (kind, source) in enumerate(cells):
        if kind == "solution":
            if place in without:
                source = "pass"
            elif place in wrong and "def" not in source:
                source = source.replace("= ", "= 77 + ").replace("= 77 + [", "= [77] + [")
            elif marked:
                source = f"### BEGIN SOLUTION\n{source}\n### END SOLUTION"
        made.append(coursework.cell(f"{kind}-{place}", kind, source))
    return coursework.notebook(made)


class _Block:
    """Cells that share names with each other only; they are run as they are made."""

    def __init__(self, rng: random.Random, number: int) -> None:
        self.cells: list[Cell] = []
        self._rng = rng
        self._number = number
        self._names: dict[str, Any] = {}

    def add(self) -> bool:
        """Add a cell; False if it can't be run, after which nothing can be added."""
        first = "locked solution solution"
        kind = self._rng.choice((first if not self.cells else f"{first} test test").split())
        lines: list[str] = []
        try:
            for _ in range(self._rng.randrange(3) if kind == "test" else self._rng.randrange(1, 3)):
                self._run(self._statement(), lines)
            if kind == "test":
                self._insist(lines)
        except Exception:
            return False
        self.cells.append((kind, "\n".join(lines)))
        return True

    def _run(self, line: str, lines: list[str]) -> None:
        exec(line, self._names)  # noqa: S102 - made above
        lines.append(line)

    def _insist(self, lines: list[str]) -> None:
        for _ in range(self._rng.randrange(1, 3)):
            expression = self._expression()
            if self._rng.random() < 0.3:
                name = self._new("t")
                self._run(f"{name} = {expression}", lines)
                expression = name
            # It may have effects, once, as in the test.
            lines.append(f"assert {expression} == {eval(expression, self._names)}")  # noqa: S307
            name = self._new("v")
            if self._rng.random() < 0.15 and name in self._names:
                self._run(f"del {name}", lines)

    def _new(self, kind: str) -> str:
        return f"{kind}{self._number}_{self._rng.randrange(3)}"

    def _known(self, kind: str) -> str:
        return self._rng.choice(sorted(n for n in self._names if n.startswith(kind)) or ["missing"])

    def _expression(self) -> str:
        parts = [str(self._rng.randrange(1, 9))]
        for kind, form in {"v": "{}", "l": "sum({})", "f": f"{{}}({parts[0]})"}.items():
            if any(name.startswith(kind) for name in self._names):
                parts.append(form.format(self._known(kind)))
        return " + ".join(self._rng.sample(parts, self._rng.randrange(1, 3) if parts[1:] else 1))

    def _statement(self) -> str:
        value = self._expression()
        function, variable = self._new("f"), self._known("v")
        simple = [f"{self._new('v')} = {value}", f"{self._new('l')} = [{value}, 3]"]
        if f"{function}(" not in value:
            simple.append(f"def {function}(x):\n    return x * 2 + {value}")
        if variable == "missing":
            return self._rng.choice(simple)
        changing = (
            f"    global {variable}\n    {variable} = {variable} + 1\n    return x + {variable}"
        )
        forms = [
            *simple,
            *simple,
            f"{variable} += {self._rng.randrange(1, 5)}",
            f"{variable} = [{variable}][0]",
            f"def {function}(x):\n{changing}",
        ]
        if any(name.startswith("l") for name in self._names):
            forms.append(f"{self._known('l')}.append({value})")
        return self._rng.choice(forms)
