"""The template engine; values are escaped unless they are marked as safe."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from statistics import median
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def environment() -> Environment:
    """Return the engine, which loads the templates beside this file."""
    found = Environment(
        loader=PackageLoader("proctor.reporting.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "points": points,
        "median": median,
        "jpeg": jpeg,
        "svg": svg,
        "script_hash": script_hash,
    }
    return found


def render(template: str, **values: Any) -> str:
    """Render a template."""
    return environment().get_template(template).render(**values)


def source(name: str) -> str:
    """Return a style sheet or script, not rendered."""
    loader = environment().loader
    if loader is None:
        raise LookupError(name)
    return loader.get_source(environment(), name)[0]


def points(value: float | None) -> str:
    """Format points for display, with a dash if there are none yet."""
    return "–" if value is None else f"{round(value, 2):g}"


def jpeg(blob: bytes) -> str:
    """Return a JPEG as a data URL."""
    return f"data:image/jpeg;base64,{_base64(blob)}"


def svg(text: str) -> str:
    """Return an SVG drawing as a data URL."""
    return f"data:image/svg+xml;base64,{_base64(text.encode())}"


def script_hash(text: str) -> str:
    """Return a script's hash for the page's Content-Security-Policy, which permits only it."""
    return f"'sha256-{_base64(hashlib.sha256(text.encode()).digest())}'"


def _base64(blob: bytes) -> str:
    return base64.b64encode(blob).decode()
