"""What an installed distribution requires."""

from __future__ import annotations

import importlib.metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def required(text: str) -> set[str]:
    """Names of a distribution, such as ``proctor[dask]``, and of all that it requires here."""
    found: set[tuple[str, str]] = set()
    waiting = [Requirement(text)]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        for extra in {"", *wanted.extras}:
            if (name, extra) not in found:
                found.add((name, extra))
                waiting += [
                    one
                    for one in map(Requirement, importlib.metadata.requires(name) or ())
                    if one.marker is None or one.marker.evaluate({"extra": extra})
                ]
    return {name for name, _ in found}
