"""An exam in one process, in which question and answer cross as bytes all the same."""

import json
import re

import pytest

from demo.filling import read_sample
from tests.strength.sitting import lesson_globals
from tests.strength.sitting import sit as examine
from tests.strength.trial import models_once


def _sit_with(function, exercise, seed=0):
    """Examine a function under the name of its exercise, in the globals it was written in."""
    return examine(exercise, {**lesson_globals(), exercise: function}, seed)


@pytest.fixture(scope="session")
def sit():
    """Return a function that examines the function of a namespace."""
    return examine


@pytest.fixture(scope="session")
def sit_with():
    """Return a function that examines a Python function."""
    return _sit_with


@pytest.fixture(scope="session")
def student(root):
    """Return a function that gives the notebook's globals of a sample student."""

    def notebook_of(name, *exercises):
        cells = read_sample(root / f"demo/sample_class/{name}.py").cells
        namespace = lesson_globals()
        for marker in exercises or sorted(cells):
            exec(cells[marker], namespace)  # noqa: S102 - our own sample solutions
        return namespace

    return notebook_of


@pytest.fixture(scope="session")
def leaks():
    """Return a function that lists what a message gives away of a challenge."""

    def found(message, challenge):
        names = set(re.findall(r'"([A-Za-z_.]*[a-z_][A-Za-z_. ]+)"', _texts(challenge.data)))
        names -= {"pooled", "flat", "bool", "object", "category"}  # kinds, not draws
        names = {name for name in names if re.search(rf"\b{re.escape(name)}\b", message)}
        # Counts of maps or labels are no secret; whatever has a decimal point or three digits is.
        numbers = set(re.findall(r"\d+\.\d+|\d{3,}", message)) - {"0.05"}
        return names | numbers

    return found


def _texts(data):
    return json.dumps([value for value in _leaves(data) if isinstance(value, str)])


def _leaves(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item)]
    return [value]


@pytest.fixture
def same_models():
    """Build each of a challenge's small models once, however many solutions see it."""
    with models_once():
        yield
