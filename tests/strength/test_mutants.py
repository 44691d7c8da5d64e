"""One change at a time, each of them Python, and none that changes nothing."""

import ast

import pytest

from tests.strength.mutants import mutants
from tests.strength.reference import reference_solutions

CODE = '''
LIMIT = 3

def mine(values, start=1):
    """A docstring."""
    # A comment above.
    total = start + np.mean(values, axis=0)
    plt.title("drawn")
    for i in range(len(values)):
        if total > 0:
            total = -abs(total)
    return total
'''


def changes(code):
    return {(one.before, one.after) for one in mutants(code)}


def test_operators_constants_calls_and_statements_are_changed():
    assert {
        ("+", "-"),
        ("0", "1"),
        ("np.mean(values, axis=0)", "values"),
        ("np.mean(values, axis=0)", "np.mean(values)"),
        ("np.mean(values, axis=0)", "np.sum(values, axis=0)"),
        ("range(len(values))", "range(len(values) - 1)"),
        ("range(len(values))", "range(len(values) + 1)"),
        (">", "<"),
        (">", ">="),
        ("condition total > 0", "condition False"),
        ("-abs(total)", "abs(total)"),
        ("abs(total)", "total"),
        ("return total", "pass"),
        ("total = -abs(total)", "pass"),
    } <= changes(CODE)


def test_signatures_texts_drawing_and_what_is_outside_are_left_alone():
    for mutant in mutants(CODE):
        assert "LIMIT = 3" in mutant.code
        assert "start=1" in mutant.code
        assert '"""A docstring."""' in mutant.code
        assert 'plt.title("drawn")' in mutant.code
        assert "# A comment above." in mutant.code or mutant.after == "pass"


@pytest.mark.parametrize("exercise", ["grad_cam", "permute_feature", "permutation_importance"])
def test_every_mutant_is_python_with_one_line_changed(exercise):
    code = reference_solutions()[exercise]
    found = list(mutants(code))
    assert len({one.code for one in found}) == len(found)
    assert len({one.name for one in found}) == len(found)
    for mutant in found:
        ast.parse(mutant.code)
        before, after = code.split("\n"), mutant.code.split("\n")
        assert len(before) == len(after)
        assert sum(one != other for one, other in zip(before, after, strict=True)) == 1
