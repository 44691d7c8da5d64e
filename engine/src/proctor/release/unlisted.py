"""Languages and kernels for which an option of nbgrader's has no entry."""

from __future__ import annotations

import re

_UNLISTED = re.compile(r"(?P<what>\S+) has not been specified in (?P<option>\w+\.\w+)")
_VALUES = {
    "ClearSolutions.code_stub": ", which students find in the place of a solution",
    "InstantiateTests.comment_strs": ", with which its comments begin",
    "InstantiateTests.sanitizers": ", a function that strips what it prints of a value",
}


def entry_needed(said: str) -> str:
    """What to do if nbgrader says that an option has no entry for something; else empty.

    Args:
        said: What nbgrader says.
    """
    found = _UNLISTED.search(said)
    if found is None:
        return ""
    option, what = found["option"], found["what"].strip("'")
    return f"give c.{option} in nbgrader_config.py an entry for {what!r}{_VALUES.get(option, '')}"
