"""Bring a submitted notebook into the form that nbformat's schema asks for.

nbformat explains what is wrong with a notebook at length: it takes a minute for one of a few
megabytes, each time that the notebook is read or written. So what is submitted has the right form
before it goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbformat.validator import ValidationError, get_validator

FORMAT, MINOR = 4, 5
"""The version of the format that is known, and the last of its minor ones."""

_KEPT = ("cell_type", "source")


def in_form(content: Mapping[str, Any]) -> dict[str, Any]:
    """The notebook as it is, if it has the right form, and otherwise without what is optional.

    Args:
        content: Parsed JSON of format 4, with a list of cells.

    Returns:
        The notebook; cells that are none are still there, for `restore` to refuse.
    """
    minor = content.get("nbformat_minor")
    if not isinstance(minor, int) or not 0 <= minor <= MINOR:
        minor = MINOR
    found = {**content, "nbformat": FORMAT, "nbformat_minor": int(minor)}
    if _is_valid(found):
        return found
    cells = [_bare(cell) if isinstance(cell, dict) else cell for cell in found["cells"]]
    versions = {key: found[key] for key in ("nbformat", "nbformat_minor")}
    return {**versions, "metadata": {}, "cells": cells}


def _is_valid(content: Mapping[str, Any]) -> bool:
    try:
        # The quick one, which says no more than whether.
        validator = get_validator(FORMAT, content["nbformat_minor"], name="fastjsonschema")
        validator.validate(content)
    except ValidationError:
        return False
    return True


def _bare(cell: Mapping[str, Any]) -> dict[str, Any]:
    """A cell's text, whose it is, and its pictures."""
    metadata = cell.get("metadata")
    bare = {key: cell[key] for key in _KEPT if key in cell}
    bare["metadata"] = {}
    if isinstance(metadata, dict) and "nbgrader" in metadata:
        bare["metadata"]["nbgrader"] = metadata["nbgrader"]
    if cell.get("cell_type") == "code":
        return {**bare, "execution_count": None, "outputs": []}
    if _are_pictures(cell.get("attachments")):
        bare["attachments"] = cell["attachments"]
    return bare


def _are_pictures(attachments: object) -> bool:
    return isinstance(attachments, dict) and all(
        isinstance(kinds, dict) and all(isinstance(text, str) for text in kinds.values())
        for kinds in attachments.values()
    )
