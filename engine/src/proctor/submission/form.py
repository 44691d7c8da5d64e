"""Repair the form of a submitted notebook, as far as that is harmless.

Editors write cells without metadata, ids that the format does not allow, kinds of cells that only
they know, and versions of the format from 2 to some that are still to come. What comes out is valid
in the latest version of format 4.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from nbformat.v3.nbjson import to_notebook as to_old_notebook
from nbformat.v4.convert import upgrade_cell
from nbformat.validator import ValidationError, get_validator

from proctor.submission.bulk import MAX_CELLS

FORMAT, MINOR = 4, 5
"""The supported version of the notebook format, and its latest minor version."""

OLD_FORMATS = (2, 3)
"""Versions in which cells are in worksheets; IPython wrote them until 2015."""

KINDS = ("code", "markdown", "raw")
"""Kinds of cells in format 4."""

_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_KEPT = ("id", "cell_type", "source")
_STAMP = "proctor"
"""Key of what the engine itself writes into a notebook's metadata."""


class FormError(ValueError):
    """What was parsed is no notebook; the message states why, as a clause."""


def normalized(content: Any) -> dict[str, Any]:
    """A notebook in the latest version of format 4.

    Valid parts are kept as they are. If others remain that can't be valid, all that is optional is
    left out.

    Args:
        content: Parsed JSON; its values may be taken over.

    Raises:
        FormError: It is no notebook of a known format, or a cell is none or has no text.
    """
    cells = _cells(content)
    if len(cells) > MAX_CELLS:
        raise FormError(f"the notebook has more than {MAX_CELLS:,} cells")
    ids = _ids(cells)
    sound = [
        _sound(cell, number, id_)
        for number, (cell, id_) in enumerate(zip(cells, ids, strict=True), start=1)
    ]
    found = {key: value for key, value in content.items() if key != "worksheets"}
    versions = {"nbformat": FORMAT, "nbformat_minor": MINOR}
    found |= {**versions, "cells": sound}
    if _is_valid(found):
        return found
    metadata = found.get("metadata")
    own = metadata.get(_STAMP) if isinstance(metadata, dict) else None
    bare = {} if own is None else {_STAMP: own}
    return {**versions, "metadata": bare, "cells": [_bare(cell) for cell in sound]}


def _cells(content: Any) -> Sequence[Any]:
    if not isinstance(content, dict):
        raise FormError("the file is JSON, but not a notebook of format 4")
    version = content.get("nbformat", FORMAT)
    if version in OLD_FORMATS and isinstance(content.get("worksheets"), list):
        return _old_cells(content["worksheets"])
    # Some write the version as text, or with its minor version as a fraction.
    known = isinstance(version, int | float | str) and str(version).split(".")[0] == str(FORMAT)
    if not known:
        raise FormError(f"the notebook has format {str(version)[:20]}, not {FORMAT}")
    if not isinstance(content.get("cells"), list):
        raise FormError("the file is JSON, but not a notebook of format 4")
    return list(content["cells"])


def _old_cells(worksheets: Sequence[Any]) -> list[Any]:
    """The cells of a notebook of format 2 or 3, in format 4."""
    cells = [
        {**cell, "outputs": []} if cell.get("cell_type") == "code" else cell
        for sheet in worksheets
        for cell in sheet["cells"]
    ]
    nb = to_old_notebook({"worksheets": [{"cells": cells}]})
    return [upgrade_cell(cell) for cell in nb.worksheets[0]["cells"]]


def _sound(cell: Any, number: int, id_: str) -> dict[str, Any]:
    """A cell with an id, a known kind, a text, and metadata.

    Args:
        cell: Supposed cell.
        number: Its place in the notebook, from 1.
        id_: Its id.
    """
    if not isinstance(cell, dict):
        raise FormError(f"cell {number} is not a notebook's cell")
    source = cell.get("source")
    lines = source if isinstance(source, list) else ["" if source is None else source]
    if not all(isinstance(line, str) for line in lines):
        raise FormError(f"the text of cell {number} is not a text")
    metadata = cell.get("metadata")
    sound = {
        **cell,
        "id": id_,
        "cell_type": _kind(cell),
        "source": "".join(lines),
        "metadata": dict(metadata) if isinstance(metadata, dict) else {},
    }
    if not isinstance(sound["metadata"].get("nbgrader", {}), dict):
        del sound["metadata"]["nbgrader"]
    if sound["cell_type"] == "code":
        count = cell.get("execution_count")
        sound |= {"execution_count": count if type(count) is int else None, "outputs": []}
    return sound


def _ids(cells: Sequence[Any]) -> list[str]:
    """The cells' own ids, as far as they are valid and no other's; or new ones."""
    given = [cell.get("id") if isinstance(cell, dict) else None for cell in cells]
    valid = [one if isinstance(one, str) and _CELL_ID.fullmatch(one) else "" for one in given]
    prefix = "no-id"
    while any(one.startswith(prefix) for one in valid):
        prefix += "-"
    seen = {""}
    ids = []
    for number, one in enumerate(valid, start=1):
        ids.append(f"{prefix}{number}" if one in seen else one)
        seen.add(one)
    return ids


def _kind(cell: Mapping[str, Any]) -> str:
    kind = cell.get("cell_type")
    if kind in KINDS:
        return str(kind)
    return "code" if kind is None and "outputs" in cell else "markdown"


def _is_valid(content: Mapping[str, Any]) -> bool:
    try:
        # The fast validator, which reports no details.
        get_validator(FORMAT, MINOR, name="fastjsonschema").validate(content)
    except ValidationError:
        return False
    return True


def _bare(cell: Mapping[str, Any]) -> dict[str, Any]:
    """Keep a cell's id, type, text, nbgrader metadata and pictures."""
    bare = {key: cell[key] for key in _KEPT}
    about = cell["metadata"].get("nbgrader")
    bare["metadata"] = {} if about is None else {"nbgrader": about}
    if cell["cell_type"] == "code":
        return {**bare, "execution_count": None, "outputs": []}
    if _are_pictures(cell.get("attachments")):
        bare["attachments"] = cell["attachments"]
    return bare


def _are_pictures(attachments: object) -> bool:
    return isinstance(attachments, dict) and all(
        isinstance(kinds, dict) and all(map(_is_text, kinds.values()))
        for kinds in attachments.values()
    )


def _is_text(value: object) -> bool:
    lines = value if isinstance(value, list) else [value]
    return all(isinstance(line, str) for line in lines)
