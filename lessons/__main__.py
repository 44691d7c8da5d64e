"""``make lesson``: sync notebook and script, run the notebook, keep its stable outputs.

The instructor's notebook ships with the outputs of cells that are tagged ``nbval-check-output``:
they are the same on every machine, and the tests compare them. All other outputs are large, random
or both, and are dropped.
"""

from __future__ import annotations

from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
STABLE = "nbval-check-output"


def pairs() -> list[tuple[Path, Path]]:
    """Return every lesson's notebook and script."""
    scripts = sorted((ROOT / "lessons").glob("*/*.py"))
    return [
        (ROOT / "source" / script.parent.name / f"{script.stem}.ipynb", script)
        for script in scripts
    ]


def refresh(notebook: Path, script: Path) -> None:
    """Take the cells from the newer of the two files, run them, and write both files."""
    nb = newer(notebook, script)
    NotebookClient(
        nb, timeout=900, resources={"metadata": {"path": str(notebook.parent)}}
    ).execute()
    tidy(nb)
    nbformat.write(nb, notebook)
    jupytext.write(nb, script, fmt="py:percent")


def newer(notebook: Path, script: Path) -> NotebookNode:
    """Return the lesson's cells, from the script if it is newer."""
    nb = nbformat.read(notebook, as_version=4)
    if script.exists() and script.stat().st_mtime > notebook.stat().st_mtime:
        nb = jupytext.combine.combine_inputs_with_outputs(
            jupytext.read(script), nb, fmt="py:percent"
        )
    return nb


def tidy(nb: NotebookNode) -> None:
    """Drop what varies between runs and machines, and set the cells' ids."""
    # The kernel writes its Python version here, jupytext its script format.
    nb.metadata["language_info"] = {"name": "python"}
    nb.metadata.pop("jupytext", None)
    texts = 0
    for cell in nb.cells:
        cell.metadata.pop("execution", None)
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        texts += grade_id is None
        cell["id"] = grade_id or f"text-{texts:02d}"
        if cell.cell_type == "code":
            if STABLE not in cell.metadata.get("tags", []):
                cell.outputs = []
            cell.outputs = _stable(cell.outputs)
            # nbval rejects outputs of a cell without an execution count.
            cell.execution_count = 1 if cell.outputs else None


def _stable(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Merge stream outputs; drop stderr, since warnings and logs of libraries vary by machine."""
    kept: list[NotebookNode] = []
    for output in outputs:
        if output.get("name") == "stderr":
            continue
        output.pop("execution_count", None)
        if output.output_type == "stream" and kept and kept[-1].output_type == "stream":
            kept[-1].text += output.text
        else:
            kept.append(output)
    return kept


if __name__ == "__main__":
    for one, other in pairs():
        refresh(one, other)
        print(f"{one.relative_to(ROOT)}  <->  {other.relative_to(ROOT)}")
