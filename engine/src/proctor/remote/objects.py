"""Which object stands for which, on the test's side.

An object that does not cross by value stays where it is, and the other side gets a stand-in. Here
are the stand-ins for the student's objects, and the objects of the test's that the student's
process has stand-ins for.
"""

from __future__ import annotations

import io
import pickle
import sys
import types
import weakref
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from proctor.remote.containers import CodecError
from proctor.remote.encoder import Encoder
from proctor.remote.instances import LIBRARY, builtin_name, library_name, write_by_value
from proctor.remote.kinds import Tree, is_plain_type
from proctor.remote.namespace import TestNamespace
from proctor.remote.own_objects import is_of_test, is_within, shown_methods
from proctor.remote.proxies import Calls, is_remote, stand_in
from proctor.remote.raised import hidden, is_crossing
from proctor.remote.references import (
    TEST_METHODS,
    checked_description,
    describe,
    global_name,
    nearest_exception,
)

_TYPES = {
    kind.__name__: kind
    for kind in (
        types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.GeneratorType,
        types.ModuleType, types.CoroutineType, map, filter, zip, enumerate, reversed,
    )
}  # fmt: skip

_FRAMEWORKS = frozenset(
    {
        "unittest",
        "pytest",
        "_pytest",
        "nose",
        "hypothesis",
        "IPython",
        "ipykernel",
        "bdb",
        "proctor",
    }
)
"""Packages whose exceptions mean something to what runs a test."""


class Objects:
    """The objects of both sides that the other one has stand-ins for.

    Attributes:
        names: The test's own names, where classes are looked up that both sides define.
        shared: Names that both sides define alike.
        kept: Packages whose objects stay here.
        origin: Where what is read now comes from, such as ``squares()``.
    """

    def __init__(
        self,
        calls: Calls,
        names: TestNamespace | None,
        shared: Collection[str],
        hidden: Collection[str],
    ) -> None:
        """Create it.

        Args:
            calls: What stand-ins send their requests with.
            names: See `names`.
            shared: Names that both sides define alike, but for checks.
            hidden: Modules that the student's side does not have, each with all below it.
        """
        self._calls = calls
        self.names = names
        self.classes_of_both = frozenset(shared)
        self._hidden = tuple(hidden)
        # A check's stand-ins may be of classes that students have, too, such as for visible tests.
        self.packages = tuple(name.partition(".")[0] for name in hidden)
        self._remotes: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self._descriptions: dict[int, Mapping[str, Any]] = {}
        self._classes: list[type] = []
        self.begin(for_check=False)

    def begin(self, *, for_check: bool) -> None:
        """Start a test: what the student's process got of an earlier one counts no more."""
        self.kept = self.packages if for_check else self._hidden
        self.shared = frozenset() if for_check else self.classes_of_both
        self.origin = ""
        self._own: dict[int, Any] = {}
        self._own_numbers: dict[int, int] = {}

    def own(self, number: object) -> Any:
        """The test's object of a number; None if there is none."""
        return self._own.get(number) if type(number) is int else None

    def is_own_function(self, value: Any) -> bool:
        """Whether a value is a function of the test's that the student's process has got."""
        return callable(value) and not is_remote(value) and id(value) in self._own_numbers

    def _known_class(self, name: str) -> type | None:
        if name in _TYPES:
            return _TYPES[name]
        module, _, short = name.rpartition(".")
        found: Any = None
        if module == "__main__":
            found = self.own_name(short)
        elif module in sys.modules:
            found = vars(sys.modules[module]).get(short)
        return found if type(found) is type and not is_plain_type(found) else None

    def own_name(self, name: str) -> Any:
        """What both sides define by a name."""
        return self.names.given(name) if self.names is not None else None

    def claimed_class(self, name: str, bases: Sequence[str]) -> type | None:
        """See `proxies.Calls.claimed_class`."""
        for one in (name, *bases):
            if (found := self._known_class(one)) is not None:
                return found
        return None

    def exception_class(self, kinds: list[str], told: Tree) -> type[BaseException]:
        """The student's own class, or one that both sides know."""
        for kind in kinds:
            module, _, name = kind.rpartition(".")
            known: Any = None
            if module == "__main__" and name in self.shared:
                known = self.own_name(name)
            elif module.partition(".")[0] in _FRAMEWORKS:
                # Some of these end a test as if all were well.
                return hidden(kinds)
            elif module in sys.modules and module != "__main__":
                known = vars(sys.modules[module]).get(name)
            elif module == "__main__" and kind == kinds[0] and isinstance(told, list):
                known = self.resolve(told)
            if is_crossing(known):
                return known
        nearest = nearest_exception(kinds)
        return nearest if is_crossing(nearest) else hidden(kinds)

    def class_name(self, kind: type) -> str | None:
        """The name by which both sides have a class; None if only this one has it."""
        if kind.__module__ == "__main__" and kind.__name__ in self.shared:
            return kind.__name__ if self.own_name(kind.__name__) is kind else None
        return library_name(kind)

    def find_class(self, name: Any) -> Any:
        """The class that both sides have by a name; None if there is none."""
        if not isinstance(name, str):
            return None
        found = LIBRARY.get(name) or (self.own_name(name) if name in self.shared else None)
        # Those that the notebook imports are not for the student's process to make objects of.
        known = name in LIBRARY or getattr(found, "__module__", "") == "__main__"
        return found if known else None

    def refer(self, encoder: Encoder, value: Any, depth: int) -> Tree:
        """Write an object of a kind that the codec does not know."""
        if is_remote(value):
            return ["ref", value._proctor_number]
        if isinstance(value, type) and isinstance(vars(value).get("_proctor_number"), int):
            return ["ref", vars(value)["_proctor_number"]]
        found = global_name(value)
        if found is not None and self._is_there(*found):
            return ["global", *found]
        written = write_by_value(encoder, value, self.class_name(type(value)), depth)
        if written is not None:
            return written
        known = encoder.containers.number_of(value) is not None
        if not known and (self._stays_here(value) or not _can_be_pickled(value)):
            description = describe(value, TEST_METHODS)
            kinds = [self.class_name(base) or builtin_name(base) for base in type(value).__mro__]
            description["known"] = next((name for name in kinds if name is not None), None)
            if is_within(type(value).__module__, self.kept):
                description["shown"] = shown_methods(type(value))
            return ["own", self.own_number(value), description]
        return encoder.mutable(
            "pickle", value, lambda: [encoder.buffer(pickle.dumps(value))], depth
        )

    def _stays_here(self, value: Any) -> bool:
        """Whether the student's process gets a stand-in for an object."""
        if callable(value) or is_of_test(value) or isinstance(value, Iterator | io.IOBase):
            return True
        return is_within(type(value).__module__, self.kept)

    def _is_there(self, module: str, name: str) -> bool:
        if module == "__main__":
            return name.split(".")[0] in self.shared
        return not is_within(module, ("proctor", *self._hidden))

    def own_number(self, value: Any) -> int:
        """The number by which the student's process calls an object of the test's."""
        number = self._own_numbers.get(id(value))
        if number is None:
            number = len(self._own) + 1
            self._own[number], self._own_numbers[id(value)] = value, number
        return number

    def resolve(self, tree: list[Tree]) -> Any:
        """Read a reference: the test's own object, or a stand-in for the student's.

        Raises:
            CodecError: It refers to nothing.
        """
        if not tree:
            raise CodecError("a reference that is none")
        if tree[0] == "own" and len(tree) == 2 and type(tree[1]) is int and tree[1] in self._own:
            return self._own[tree[1]]
        if tree[0] != "ref" or len(tree) not in (2, 3) or type(tree[1]) is not int:
            raise CodecError("an unknown tag")
        number = tree[1]
        if len(tree) == 3:
            self._descriptions[number] = checked_description(tree[2])
            self._remotes.pop(number, None)
        found = self._remotes.get(number)
        if found is not None and is_remote(found) and found._proctor_origin.isidentifier():
            # By name or not: what comes back is not called as freely as what a test names.
            object.__setattr__(found, "_proctor_origin", self.origin)
        if found is None:
            if number not in self._descriptions:
                raise CodecError("an object that was never described")
            description = self._descriptions[number]
            parent = description["parent"]
            base = None if parent is None else self._parent(parent)
            found = stand_in(self._calls, number, description, self.origin, base)
            self._remotes[number] = found
            if isinstance(found, type):
                # A class must stay the same for as long as instances of it may be caught.
                self._classes.append(found)
        return found

    def _parent(self, tree: list[Tree]) -> Any:
        """The class from which an exception's is derived: one of both sides, or the student's."""
        if tree[:1] == ["shared"]:
            name = tree[1] if len(tree) == 2 else None
            known = isinstance(name, str) and name in self.shared
            return self.own_name(str(name)) if known else None
        return self.resolve(tree)


def _can_be_pickled(value: Any) -> bool:
    try:
        pickle.dumps(value)
    # A class's own methods are called for that.
    except Exception:
        return False
    return True
