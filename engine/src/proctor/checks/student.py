"""The student's notebook, as a check sees it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any


class UndefinedError(AttributeError):
    """The notebook does not define a name, or it stands for data where a function is expected."""


class Student(ABC):
    """The global names of a notebook, as attributes.

    An attribute is plain data, or a stand-in for a function, class or object of the student's. All
    own names have a prefix that no notebook uses.
    """

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._proctor_get(name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._proctor_set(name, value)

    def __delattr__(self, name: str) -> None:
        self._proctor_delete(name)

    @abstractmethod
    def _proctor_get(self, name: str) -> Any:
        """The value of a name; raises `UndefinedError`."""

    @abstractmethod
    def _proctor_set(self, name: str, value: Any) -> None:
        """Give a name a value."""

    @abstractmethod
    def _proctor_delete(self, name: str) -> None:
        """Delete a name."""

    @abstractmethod
    def _proctor_call(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a function of an installed or public module in the notebook's process."""


class LocalStudent(Student):
    """A notebook in this process."""

    def __init__(self, namespace: MutableMapping[str, Any]) -> None:
        object.__setattr__(self, "_proctor_namespace", namespace)

    def _proctor_get(self, name: str) -> Any:
        try:
            return self._proctor_namespace[name]
        except KeyError:
            raise UndefinedError(f"the notebook does not define {name}", name=name) from None

    def _proctor_set(self, name: str, value: Any) -> None:
        self._proctor_namespace[name] = value

    def _proctor_delete(self, name: str) -> None:
        self._proctor_namespace.pop(name, None)

    def _proctor_call(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)


def in_notebook(student: Student, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call a public function in the student's process, where the student's function needs it.

    Example: a network of Keras's can't be sent, but built there.

    Args:
        student: The notebook.
        function: A function or class of a module that notebooks can import; it must be found by its
            module and name.
        *args: Its arguments.
        **kwargs: Its arguments by name.

    Returns:
        What it returned: plain data, or a stand-in for an object there. As with everything that
        comes from there, it is the student's process's word.
    """
    return student._proctor_call(function, *args, **kwargs)


@contextmanager
def replaced(student: Student, **stand_ins: Any) -> Iterator[None]:
    """Replace names of the notebook for a while, as with a function that records its calls.

    A function of the check's stays on the test's side: the student's code calls it, and can't
    change what it records.
    """
    before = {}
    for name in stand_ins:
        try:
            before[name] = getattr(student, name)
        except UndefinedError:
            continue
    for name, value in stand_ins.items():
        setattr(student, name, value)
    try:
        yield
    finally:
        for name in stand_ins:
            if name in before:
                setattr(student, name, before[name])
            else:
                delattr(student, name)
