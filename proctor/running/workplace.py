"""The folder that a notebook runs in."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from proctor.running.exchange import VARIABLE

_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SSL_CERT_FILE", "OPENBLAS_CORETYPE")
"""Environment variables of the grader that a kernel gets; no other may carry a secret in."""


@dataclass(frozen=True)
class Workplace:
    """Where one notebook runs.

    Attributes:
        folder: The kernel's working directory, with the assignment's files beside it.
        exchange: Where challenges and answers lie.
        environment: The kernel's whole environment.
    """

    folder: Path
    exchange: Path
    environment: Mapping[str, str]


@contextmanager
def workplace(submitted: Path, given: Path, *, leave_out: Collection[str]) -> Iterator[Workplace]:
    """Lay out a temporary working folder, and clear it away afterwards.

    Args:
        submitted: Folder with the submission; its files other than notebooks come along.
        given: The assignment's source folder; its files come along, too, and where names are
            the same they win.
        leave_out: Names that the notebook must not find, such as a student's own copy of the
            course package, which Python would import in place of ours.
    """
    # A process that the notebook left behind may still write there; the verdicts stand anyway.
    with tempfile.TemporaryDirectory(prefix="proctor-", ignore_cleanup_errors=True) as name:
        root = Path(name)
        parts = {part: root / part for part in ("work", "exchange", "home", "tmp")}
        for part in parts.values():
            part.mkdir()
        for folder in (submitted, given):
            _copy(folder, parts["work"], leave_out)
        yield Workplace(
            folder=parts["work"],
            exchange=parts["exchange"],
            environment=_environment(parts["exchange"], parts["home"], parts["tmp"]),
        )


def _copy(folder: Path, target: Path, leave_out: Collection[str]) -> None:
    # Copies, not links: a notebook that writes into its data must not write into ours.
    for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
        if entry.suffix == ".ipynb" or entry.name in leave_out:
            continue
        if entry.is_dir():
            shutil.copytree(entry, target / entry.name, dirs_exist_ok=True)
        else:
            shutil.copyfile(entry, target / entry.name)


def _environment(exchange: Path, home: Path, scratch: Path) -> dict[str, str]:
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return passed | {
        VARIABLE: str(exchange),
        "HOME": str(home),
        "TMPDIR": str(scratch),
        "IPYTHONDIR": str(home / ".ipython"),
        "MPLCONFIGDIR": str(home / ".matplotlib"),
        "NBGRADER_EXECUTION": "autograde",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
