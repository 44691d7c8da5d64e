"""Put a feedback page together."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from proctor.feedback.cells import View, code_styles
from proctor.feedback.summary import Summary


@dataclass(frozen=True)
class Page:
    """What a page shows.

    Attributes:
        assignment: Name of the assignment.
        notebook: Name of the notebook, without extension.
        student: The student's id.
        summary: What it earned.
        cells: The notebook; none where there is none to show.
    """

    assignment: str
    notebook: str
    student: str
    summary: Summary
    cells: Iterable[View] = field(default_factory=tuple)

    def to_html(self) -> str:
        """The page as one file that needs nothing else and runs nothing."""
        template = _environment().get_template("feedback.html.j2")
        return template.render(page=self, code_styles=code_styles())


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("proctor.feedback"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["points"] = _points
    environment.filters["data_address"] = _data_address
    return environment


def _points(value: float | None) -> str:
    return "–" if value is None else f"{round(value, 2):g}"


def _data_address(jpeg: bytes) -> Any:
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
