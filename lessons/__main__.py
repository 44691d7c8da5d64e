"""``make lesson``: sync notebook and script, run the notebook, keep its stable outputs.

The instructor's notebook ships with the outputs of the cells that are tagged
``nbval-check-output``: they are the same on every machine, and the tests compare them. All other
outputs are large, random, or both, and are dropped.
"""

from __future__ import annotations

from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
STABLE = "nbval-check-output"


def pairs() -> list[tuple[Path, Path]]:
    """Every lesson's notebook and its script."""
    scripts = sorted((ROOT / "lessons").glob("*/*.py"))
    return [
        (ROOT / "source" / script.parent.name / f"{script.stem}.ipynb", script)
        for script in scripts
    ]


def refresh(notebook: Path, script: Path) -> None:
    """Take the text from the newer of the two, run it, and write both."""
    nb = nbformat.read(notebook, as_version=4)
    if script.exists() and script.stat().st_mtime > notebook.stat().st_mtime:
        nb = jupytext.combine.combine_inputs_with_outputs(
            jupytext.read(script), nb, fmt="py:percent"
        )
        for number, cell in enumerate(nb.cells):
            cell["id"] = cell.metadata.get("nbgrader", {}).get("grade_id", f"text-{number:03d}")
    NotebookClient(nb, timeout=900, resources={"metadata": {"path": str(notebook.parent)}}).execute()
    for cell in nb.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.execution_count = None
            if STABLE not in cell.metadata.get("tags", []):
                cell.outputs = []
            for output in cell.outputs:
                output.pop("execution_count", None)
    nbformat.write(nb, notebook)
    jupytext.write(nb, script, fmt="py:percent")


if __name__ == "__main__":
    for one, other in pairs():
        refresh(one, other)
        print(f"{one.relative_to(ROOT)}  <->  {other.relative_to(ROOT)}")
