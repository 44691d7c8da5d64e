"""Stand-ins: found while they are in place, gone afterwards, whatever happens."""

import functools

import pytest

from util.answering.spies import globals_of, replaced


def test_the_original_comes_back_after_an_error():
    namespace = {"f": "original"}

    def fails():
        with replaced("f", len, namespace):
            assert namespace["f"] is len
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert namespace == {"f": "original"}


def test_a_name_that_was_absent_is_absent_again():
    namespace = {}
    with replaced("f", len, namespace):
        assert namespace["f"] is len
    assert namespace == {}


def test_a_name_that_was_deleted_meanwhile_does_no_harm():
    namespace = {}
    with replaced("f", len, namespace):
        del namespace["f"]
    assert namespace == {}


def test_every_namespace_gets_its_own_original_back():
    one, two = {"f": 1}, {"f": 2}
    with replaced("f", len, one, two, one):
        assert one["f"] is two["f"] is len
    assert (one, two) == ({"f": 1}, {"f": 2})


def test_a_functions_globals_are_found_and_the_notebooks_otherwise():
    notebook = {}
    assert globals_of(test_a_name_that_was_absent_is_absent_again, notebook) is globals()
    assert globals_of(functools.partial(print), notebook) is notebook
