"""The state of Python's and numpy's global random generators, as it crosses with calls."""

from __future__ import annotations

import ctypes
import importlib
import random
import sys
from typing import Any

from proctor.remote.containers import CodecError

_WORDS = 624
"""Words of a Mersenne Twister's state."""

_BYTES = 4 * (_WORDS + 1)
"""Size of numpy's own record of it: the words, and the place in them."""


class RandomState:
    """What the other side knows of the generators' state."""

    def __init__(self) -> None:
        self._python: Any = None
        self._numpy: Any = None
        self._memory = b""

    def send(self) -> dict[str, Any]:
        """The states that the other side does not know yet, as JSON."""
        told: dict[str, Any] = {}
        python = random.getstate()
        if python != self._python:
            self._python = python
            told["python"] = [python[0], list(python[1]), python[2]]
        memory = _numpy_memory()
        # The second of two normal numbers is kept, and drawing it leaves the memory as it is.
        if memory and memory == self._memory and not self._numpy[3]:
            return told
        numpy = _numpy_state()
        if numpy is not None and numpy != self._numpy:
            told["numpy"] = [numpy[0], list(memoryview(numpy[1]).cast("I")), *numpy[2:]]
        self._numpy, self._memory = numpy, memory
        return told

    def receive(self, told: Any) -> None:
        """Set the states that the other side has told.

        Raises:
            CodecError: They are none.
        """
        if not isinstance(told, dict):
            return
        try:
            if (python := told.get("python")) is not None:
                random.setstate((python[0], tuple(python[1]), python[2]))
                self._python = random.getstate()
            place = told["numpy"][2] if "numpy" in told else 0
            # numpy does not check it, and reads beyond its array.
            if type(place) is not int or not 0 <= place <= _WORDS:
                raise CodecError("a place outside of the state")
            if (state := told.get("numpy")) is not None and "numpy" in sys.modules:
                # numpy itself imports it when it is first used.
                numpy_random = importlib.import_module("numpy.random")
                numpy_random.set_state((state[0], state[1], state[2], state[3], state[4]))
                self._numpy, self._memory = _numpy_state(), _numpy_memory()
        except Exception as error:
            raise CodecError(f"a random state that is none ({type(error).__name__})") from error


class SeparateRandomState(RandomState):
    """Generators of which neither side tells the other: each draws for itself."""

    def send(self) -> dict[str, Any]:
        """Nothing."""
        return {}

    def receive(self, told: Any) -> None:
        """Take nothing over."""


def random_states() -> tuple[Any, Any]:
    """The states of Python's and numpy's generators here."""
    numpy_random = sys.modules.get("numpy.random")
    return random.getstate(), None if numpy_random is None else numpy_random.get_state()


def set_random_states(states: tuple[Any, Any]) -> None:
    """Set what `random_states` returned."""
    random.setstate(states[0])
    if states[1] is not None:
        sys.modules["numpy.random"].set_state(states[1])


def _numpy_generator() -> Any:
    """Numpy's global generator; None if it was not used yet, or is of a kind that can't cross."""
    random: Any = sys.modules.get("numpy.random")
    if random is None:
        return None
    generator = random.get_bit_generator()
    return generator if type(generator) is random.MT19937 else None


def _numpy_state() -> Any:
    if _numpy_generator() is None:
        return None
    name, key, place, has_gauss, gauss = sys.modules["numpy.random"].get_state()
    return name, key.tobytes(), place, has_gauss, gauss


def _numpy_memory() -> bytes:
    """The memory of numpy's generator, which is read fifty times as fast as its state."""
    generator = _numpy_generator()
    if generator is None:
        return b""
    return ctypes.string_at(generator.ctypes.state_address, _BYTES)
