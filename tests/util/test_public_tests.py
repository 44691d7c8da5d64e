"""The visible tests are to be had under the names that they have had from the beginning."""

import util
from util import public_tests


def test_the_four_tests_and_their_error_are_handed_on():
    for name in public_tests.__all__:
        assert getattr(public_tests, name).__module__.startswith("util.visible.")
    assert issubclass(public_tests.ExerciseError, AssertionError)
    for name in set(public_tests.__all__) - {"ExerciseError"}:
        assert getattr(util, name) is getattr(public_tests, name)
