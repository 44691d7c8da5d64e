"""What a test may do with a student's objects: what it did with those of the solution."""

from __future__ import annotations

from collections.abc import Collection

NO_ITEMS = "value without items"
MISSING = "missing value"
"""Kinds of values that compare unlike others, and that random data may or may not bring."""


APART = "use what exists on both sides"
"""A use with which a test is not judged outside: of a given object with a state of its own."""


class StudentLostError(Exception):
    """The student's process does not answer, or what it sends is no answer."""


class UnexpectedObjectError(TypeError):
    """An object came back where the solution returns data, and the test passes data to it."""


class Profile:
    """What a test did with objects of the instructor's solution in which its data reached them.

    A function that returns an object of a class of its own, where the solution returns a number,
    could otherwise receive the expected value as an operand, and answer as if it were equal.
    """

    def __init__(self, allowed: Collection[str] | None = None, *, lenient: bool = False) -> None:
        """Create it.

        Args:
            allowed: What is allowed; None: everything, which is recorded.
            lenient: Whether the student's code may change what the test passes to it, or what the
                test has set, where the solution does not.
        """
        self._lenient = lenient
        self.noted: set[str] = set()
        self._allowed = None if allowed is None else frozenset(allowed)
        self.used: set[str] = set()
        self.refused: Exception | None = None

    @property
    def records(self) -> bool:
        """Whether everything is allowed, and recorded."""
        return self._allowed is None

    def permits(self, use: str) -> bool:
        """Record a use, and return whether it is allowed."""
        self.used.add(use)
        return self._allowed is None or use in self._allowed

    def takes(self, change: str, origin: str) -> bool:
        """Whether a change of something of the test's counts for the test, too.

        Args:
            change: The use.
            origin: What has changed it; noted, if the solution does not.
        """
        if self.permits(change):
            return True
        self.noted.add(origin)
        return self._lenient

    def expects(self, use: str) -> bool:
        """Whether the solution was seen to have a use."""
        return self._allowed is not None and use in self._allowed

    def check(self, use: str, problem: str) -> None:
        """Record a use.

        Args:
            use: What is done.
            problem: What to say where the solution did not need it.

        Raises:
            UnexpectedObjectError: The solution did not need it.
        """
        if not self.permits(use):
            raise self.refuse(UnexpectedObjectError(problem))

    def refuse(self, error: Exception) -> Exception:
        """Remember why the test fails, whatever it catches; return the error to raise."""
        self.refused = self.refused or error
        return error
