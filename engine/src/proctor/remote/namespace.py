"""The namespace of test cells: the test's own names, and those of the student's notebook.

Which names are the student's follows from the instructor's notebook: what its solution cells
define, and what other cells define with their help. All others are the test's own, whatever the
submission defines, so that no student can replace what a test is made of.
"""

from __future__ import annotations

import builtins
from collections.abc import Collection, Iterator, Mapping
from types import ModuleType
from typing import Any, Protocol

from proctor.remote.given import is_code, names_behind
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

    def given(self, values: Mapping[str, Any]) -> None:
        """Make sure that variables of both sides hold the same there."""

    def check_apart(self, name: str, value: Any) -> None:
        """Make sure that the test may use a given object that exists twice."""


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
        of_tests: Collection[str] = (),
    ) -> None:
        """Create it.

        While ``shared`` is set, for a cell that runs on both sides, own names come first and
        nothing is written to the notebook.

        Args:
            own: The test's own names.
            student: Names that are the student's.
            defined: Names that both sides define.
            read: Names that the student's functions read or assign when they are called.
            of_tests: Names that tests define, and nobody else.
        """
        super().__init__(own)
        self.student = frozenset(student)
        self.defined = frozenset(defined)
        self.read = frozenset(read)
        self.of_tests = frozenset(of_tests)
        self.notebook: Notebook | None = None
        self.shared = False
        self._reads: tuple[str, ...] = ()
        self._modules: set[str] = set()
        self._assigned: set[str] = set()
        self._told: set[str] = set()
        self._anew: set[str] = set()
        self._redefined: set[str] = set()
        self._unchecked: set[str] = set(defined)
        self._kept: tuple[dict[str, Any], set[str]] = {}, set()

    def keep(self, anew: Collection[str]) -> None:
        """Remember what names mean before a test.

        What an earlier test has assigned to one of the student's names stays, as it would in one
        process, until a cell of the student's assigns it. What the notebook was told of it, it
        tells itself.

        Args:
            anew: Names that the student's cells have assigned since the last test.
        """
        self._assigned -= self._told.union(anew)
        self._kept = dict(super().items()), set(self._assigned)

    @property
    def untold(self) -> set[str]:
        """Names of the student's that tests have assigned, and the notebook is not told of."""
        return self._assigned - self._told

    @property
    def replaced(self) -> set[str]:
        """Those of the `untold` names that this very test has assigned.

        The others may be from a given cell, which has run in the notebook, too.
        """
        return self.untold & self._anew

    def restore(self) -> None:
        """Let names mean what they did before the test, to run it once more."""
        names, assigned = self._kept
        super().clear()
        super().update(names)
        self._assigned = set(assigned)

    def begin(self, reads: Collection[str] = (), *, shared: bool = False) -> None:
        """Start a cell.

        Args:
            reads: Names that it reads.
            shared: Whether it is one that runs on both sides.
        """
        self.shared = shared
        self._told.clear()
        self._anew.clear()
        self._reads = () if shared else tuple(name for name in reads if name in self.defined)
        self._unchecked = set(self.defined) - self._redefined

    def offer(self, name: str, value: Any) -> None:
        """Give the test's own side a name, of which the notebook learns nothing."""
        super().__setitem__(name, value)

    def given(self, name: str) -> Any:
        """The value of a name that both sides define; None if a test has defined it anew."""
        if name not in self.defined or name in self._redefined:
            return None
        return super().get(name)

    def rebind(self, name: str, value: list[Any]) -> None:
        """Take over what student code has made of a name that the test has assigned.

        Args:
            name: The name.
            value: The value, as a list of one; empty if the name was deleted.
        """
        if value:
            super().__setitem__(name, value[0])
        else:
            self.pop(name, None)

    def _is_students(self, name: object) -> bool:
        """Whether a name is read from the notebook, whatever there is of that name here.

        What a test has assigned it reads from its own side, also where the notebook has such a
        name: the notebook is told of it, and tells if student code assigns it anew.
        """
        asked = self.notebook is not None and not self.shared
        own = name in self._modules or name in self._assigned
        return asked and name in self.student and not own

    def _is_written(self, name: str) -> bool:
        """Whether a name is written in the notebook, too."""
        asked = self.notebook is not None and not self.shared and name not in self._modules
        return asked and (name in self.student or name in self.read or name in self.defined)

    def _is_told(self, name: str, value: Any) -> bool:
        """Whether the notebook is told of a value that a test gives to a name.

        Of no more than its functions read: it may be what is expected of them.
        """
        if self.notebook is None or self.shared or name in self._modules:
            return False
        if name in self.read or name in self.defined:
            return True
        if name in self.student:
            return is_remote(value)
        # A test may replace one of Python's own functions, whoever uses that.
        replaced = hasattr(builtins, name) and not name.startswith("_")
        return replaced and (callable(value) or value is None)

    def __getitem__(self, name: str) -> Any:
        if self._reads and self.notebook is not None:
            # Before anything is asked of the student's code, which might change it.
            reads, self._reads = self._reads, ()
            own = dict(super().items())
            self._check_given(names_behind(reads, own, self._unchecked))
        if self._is_students(name):
            return self._fetch(name)
        try:
            own = super().__getitem__(name)
        except KeyError:
            if not self._may_fetch(name):
                raise
        else:
            self._check_given([name])
            return own
        value = self._fetch(name)
        if is_remote(value):
            # A function that a test compares with must not be the student's.
            raise KeyError(name)
        return value

    def __setitem__(self, name: str, value: Any) -> None:
        if isinstance(value, ModuleType):
            # What a test imports is its own, whatever the notebook calls by that name.
            self._modules.add(name)
        elif self.notebook is not None and self._is_told(name, value):
            self.notebook.set(name, value)
            self._assigned.add(name)
            self._told.add(name)
        elif self.notebook is not None and name in self.student:
            self._assigned.add(name)
            if not self.shared:
                self._anew.add(name)
        if self.notebook is not None and not self.shared:
            self._redefined.add(name)
            self._unchecked.discard(name)
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        if name in self._told or (self._is_written(name) and name not in self._assigned):
            self._delete(name)
            self._told.discard(name)
            if self._is_students(name):
                return
        self._assigned.discard(name)
        super().__delitem__(name)

    def _check_given(self, names: Collection[str]) -> None:
        """Make sure, once in a test, that the student's code has not changed what is given."""
        if self.notebook is None or self.shared or self._unchecked.isdisjoint(names):
            return
        values = {
            name: value
            for name in self._unchecked.intersection(names)
            if (value := super(TestNamespace, self).get(name)) is not None and _is_checked(value)
        }
        self._unchecked.difference_update(names)
        if values:
            self.notebook.given(values)
        for name in self.read.intersection(names):
            # Both sides have one of their own, and what is done to one the other does not show.
            self.notebook.check_apart(name, super().get(name))

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
        # Nor are those that tests define: an earlier one may have failed before it came to that.
        reserved = name.startswith("_") or hasattr(builtins, name)
        reserved = reserved or name in self.defined or name in self.of_tests
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


def _is_checked(value: Any) -> bool:
    return is_code(value) or not (callable(value) or isinstance(value, ModuleType))
