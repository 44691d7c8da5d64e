"""The template engine; everything that is put into a page is escaped unless it says otherwise."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def environment() -> Environment:
    """The engine that finds the templates beside this file."""
    found = Environment(
        loader=PackageLoader("proctor.reporting.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {"points": points, "jpeg": jpeg, "svg": svg, "script_hash": script_hash}
    return found


def render(template: str, **values: Any) -> str:
    """A page from a template."""
    return environment().get_template(template).render(**values)


def source(name: str) -> str:
    """A style sheet or script as it is."""
    loader = environment().loader
    if loader is None:
        raise LookupError(name)
    return loader.get_source(environment(), name)[0]


def points(value: float | None) -> str:
    """Points as people write them; a dash where there are none yet."""
    return "–" if value is None else f"{round(value, 2):g}"


def jpeg(blob: bytes) -> str:
    """A JPEG as an address that holds it."""
    return f"data:image/jpeg;base64,{_base64(blob)}"


def svg(text: str) -> str:
    """A drawing as an address that holds it."""
    return f"data:image/svg+xml;base64,{_base64(text.encode())}"


def script_hash(text: str) -> str:
    """How a page's policy names the one script that may run in it."""
    return f"'sha256-{_base64(hashlib.sha256(text.encode()).digest())}'"


def _base64(blob: bytes) -> str:
    return base64.b64encode(blob).decode()
