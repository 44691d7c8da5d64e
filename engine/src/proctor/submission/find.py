"""Find the notebooks in a folder that a platform filled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from proctor.errors import SubmissionError
from proctor.text import one_line

_LISTED = 5


def find_notebooks(folder: Path, names: Sequence[str]) -> dict[str, Path]:
    """Where an assignment's notebooks lie, by name without extension.

    They have the names under which they were released. Where the assignment is one notebook, the
    only notebook of the folder may have any name: platforms and browsers rename what is uploaded.

    Args:
        folder: The submission.
        names: Of the released notebooks, without extension.

    Raises:
        SubmissionError: It has no notebook, or several of which none has the right name.
    """
    found = {
        name: folder / f"{name}.ipynb" for name in names if _is_there(folder / f"{name}.ipynb")
    }
    others = sorted(folder.glob("*.ipynb")) if folder.is_dir() else []
    if not found and len(names) == 1 and len(others) == 1:
        return {names[0]: others[0]}
    if found:
        return found
    wanted = " and ".join(f"{name}.ipynb" for name in names)
    listed = ", ".join(one_line(path.name, 80) for path in others[:_LISTED])
    kind = (
        "1 notebook of another name"
        if len(others) == 1
        else f"{len(others)} notebooks of other names"
    )
    raise SubmissionError(
        f"A submission holds {wanted}, not in a folder of its own.",
        found=f"{kind}: {listed}" if others else "no notebook",
        where=str(folder),
        remedy="submit the notebook under the name with which it was released",
    )


def _is_there(path: Path) -> bool:
    # A link is there, too: it is refused when it is read.
    return path.is_symlink() or path.exists()
