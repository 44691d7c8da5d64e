"""One change at a time, each of them Python, and none that changes nothing."""

from __future__ import annotations

import ast

from proctor.strength.mutants import mutants

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


def test_lines_can_be_chosen_also_outside_of_functions():
    code = "x = 1\ny = 2\n"
    assert {one.number for one in mutants(code, {2})} == {2}
    assert {one.code for one in mutants(code, {2})} == {"x = 1\npass\n", "x = 1\ny = 3\n"}
    assert not list(mutants(code))
    for mutant in mutants(CODE, range(1, 20)):
        ast.parse(mutant.code)


def test_code_without_spaces_is_changed_too():
    code = "def f(n):\n    if(n==1):\n        return(not n)\n    while(n>2):\n        n=n-1\n"
    changed = list(mutants(code))
    assert {"condition True", "condition False"} <= {one.after for one in changed}
    for one in changed:
        compile(one.code, "mutant", "exec")
