"""The notebook, as a check sees it, where it runs in the same process."""

import pytest

from proctor.checks import UndefinedError, in_notebook, replaced
from proctor.checks.student import LocalStudent


@pytest.fixture
def namespace():
    found = {}
    exec("def f(x): return g(x)\ndef g(x): return x + 1\nn = 3", found)  # noqa: S102
    return found


def test_names_are_attributes(namespace):
    student = LocalStudent(namespace)
    assert (student.f(1), student.n) == (2, 3)
    student.n = 4
    assert namespace["n"] == 4
    del student.n
    with pytest.raises(UndefinedError, match="does not define n") as caught:
        student.n  # noqa: B018
    assert caught.value.name == "n"
    assert not hasattr(student, "n")


def test_a_name_is_replaced_for_a_while(namespace):
    student, calls = LocalStudent(namespace), []

    def meanwhile():
        with replaced(student, g=calls.append, new=1):
            assert student.f(5) is None
            assert student.new == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        meanwhile()
    assert calls == [5]
    assert student.f(1) == 2
    assert "new" not in namespace


def test_a_public_function_is_called_in_the_notebook(namespace):
    assert in_notebook(LocalStudent(namespace), dict, a=1) == {"a": 1}
