"""The namespace of test cells: the test's own names, and those of the student's notebook.

Which names are the student's follows from the instructor's notebook: what its solution cells
define, and what other cells define with their help. All others are the test's own, whatever the
submission defines, so that no student can replace what a test is made of.
"""

from __future__ import annotations

import builtins
from collections.abc import Collection, Iterator
from types import ModuleType
from typing import Any, Protocol

from proctor.remote.proxies import is_remote


class Notebook(Protocol):
    """Access to the names of the student's notebook; see `TestSide`."""

    def get(self, name: str) -> Any:
        """The value of a name."""

    def set(self, name: str, value: Any) -> None:
        """Give a name a value."""

    def delete(self, name: str) -> None:
        """Delete a name."""

    def names(self) -> list[str]:
        """All names."""


class TestNamespace(dict[str, Any]):
    """The global names of test cells.

    A dict whose reading and writing Python does by its methods, as it does for every subclass.
    """

    __test__ = False

    def __init__(
        self,
        own: dict[str, Any],
        *,
        student: Collection[str],
        defined: Collection[str] = (),
        read: Collection[str] = (),
    ) -> None:
        """Create it.

        While ``shared`` is set, for a cell that runs on both sides, own names come first and
        nothing is written to the notebook.

        Args:
            own: The test's own names.
            student: Names that are the student's.
            defined: Names that both sides define.
            read: Names that the student's code reads, and that tests may therefore replace.
        """
        super().__init__(own)
        self.student = frozenset(student)
        self.defined = frozenset(defined)
        self.read = frozenset(read)
        self.notebook: Notebook | None = None
        self.shared = False
        self._modules: set[str] = set()

    def _is_students(self, name: object) -> bool:
        """Whether a name is read from the notebook, whatever there is of that name here."""
        asked = self.notebook is not None and not self.shared
        return asked and name in self.student and name not in self._modules

    def _is_written(self, name: str) -> bool:
        """Whether a name is written in the notebook, too."""
        return self._is_students(name) or (
            self.notebook is not None and not self.shared and name in self.read
        )

    def __getitem__(self, name: str) -> Any:
        if self._is_students(name):
            return self._fetch(name)
        try:
            return super().__getitem__(name)
        except KeyError:
            if not self._may_fetch(name):
                raise
        value = self._fetch(name)
        if is_remote(value):
            # A function that a test compares with must not be the student's.
            raise KeyError(name)
        return value

    def __setitem__(self, name: str, value: Any) -> None:
        if isinstance(value, ModuleType):
            # What a test imports is its own, whatever the notebook calls by that name.
            self._modules.add(name)
        elif self.notebook is not None and self._is_written(name):
            self.notebook.set(name, value)
            if self._is_students(name):
                return
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        if self._is_written(name):
            self._delete(name)
            if self._is_students(name):
                return
        super().__delitem__(name)

    def __contains__(self, name: object) -> bool:
        if super().__contains__(name) and not self._is_students(name):
            return True
        if not isinstance(name, str) or not (self._is_students(name) or self._may_fetch(name)):
            return False
        return self.notebook is not None and name in self.notebook.names()

    def get(self, name: str, default: Any = None) -> Any:
        """As a dict's."""
        try:
            return self[name]
        except KeyError:
            return default

    def keys(self) -> Any:
        """The test's names and the student's."""
        return dict.fromkeys([*super().keys(), *self._notebooks()]).keys()

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def _may_fetch(self, name: str) -> bool:
        # Names of Python's and IPython's own are never the student's, nor are those of cells that
        # run on both sides, even if such a cell has failed here.
        reserved = name.startswith("_") or hasattr(builtins, name) or name in self.defined
        return self.notebook is not None and not self.shared and not reserved

    def _fetch(self, name: str) -> Any:
        if self.notebook is None:
            raise KeyError(name)
        try:
            return self.notebook.get(name)
        except NameError:
            raise KeyError(name) from None

    def _delete(self, name: str) -> None:
        if self.notebook is None:
            raise KeyError(name)
        try:
            self.notebook.delete(name)
        except NameError:
            raise KeyError(name) from None

    def _notebooks(self) -> list[str]:
        if self.notebook is None or self.shared:
            return []
        return [name for name in self.notebook.names() if not name.startswith("_")]
