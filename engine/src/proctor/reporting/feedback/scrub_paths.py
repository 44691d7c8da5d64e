"""Take the grading machine's folders out of what notebooks showed."""

from __future__ import annotations

import re
import sys
import sysconfig
import tempfile
from collections.abc import Iterable
from pathlib import Path

from proctor.files.temporary import PREFIX

_PATH = re.compile(r"[\w.+@~/-]{3,}")
_LIBRARY = re.compile(r"/(?=(?:site|dist)-packages\b|lib\d*/python\d|python\d\.\d+/)")
"""The slash before a library's own path in a traceback, wherever the environment lies."""


_TEMPORARY = rf"(?:{re.escape(tempfile.gettempdir())}|/tmp)(?:/{PREFIX}\w+)+"
"""The folders of fork servers, in which a confined notebook's own folder lies."""


class Scrubber:
    """Shortens paths."""

    def __init__(self, folders: Iterable[Path]) -> None:
        """Note which folders are nobody's business.

        Args:
            folders: Absolute paths, such as the course's.
        """
        given = {str(folder) for folder in (*folders, *_of_this_python()) if len(folder.parts) > 1}
        longest_first = sorted(given, key=len, reverse=True)
        self._known = re.compile("|".join([*map(re.escape, longest_first), _TEMPORARY]))

    def __call__(self, text: str) -> str:
        """The text with ``...`` where a folder's path began."""
        return self._known.sub("...", _PATH.sub(_shortened, text))


def _of_this_python() -> Iterable[Path]:
    yield from (Path(sys.prefix), Path(sys.base_prefix), Path.home())
    yield from (Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib"))


def _shortened(found: re.Match[str]) -> str:
    """A path without what stands before the library's part of it."""
    path = found[0]
    last = max((slash.end() for slash in _LIBRARY.finditer(path)), default=0)
    return f"{path[: path.index('/')]}.../{path[last:]}" if last else path
