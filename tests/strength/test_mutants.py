"""Mutants of the lesson's own solutions are Python, and each differs in one line."""

import ast

import pytest

from proctor.strength.mutants import mutants
from tests.strength.reference import reference_solutions


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
