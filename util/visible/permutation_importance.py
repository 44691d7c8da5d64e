"""Exercise 4: importances of two features, one of which matters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.linear_model import LogisticRegression

from util import small_importance
from util.answering.permutation_importance import Permute
from util.answering.spies import globals_of, replaced
from util.visible.reporting import ExerciseError, explaining

Array = npt.NDArray[Any]

_NAMES = ["important", "unimportant"]
_ROWS, _SAMPLES, _FEW = 1000, 100, 10

_HINTS = {
    r"same shape|ambiguous|setting an array element|inhomogeneous|only .* arrays can be": (
        "Measure the permuted data as the baseline is measured: one number per row goes in."
    ),
    r"out of bounds for axis": (
        "Loop num_samples times, whatever that is, and keep a place for each performance."
    ),
    r"unhashable type": "Give permute_feature the data first and then the name of one feature.",
}


def permutation_importance_test(
    target: Callable[..., Any], cindex: Callable[[Any, Any], float]
) -> None:
    """Test exercise 4 on a logistic regression with one feature that matters.

    A stand-in replaces ``permute_feature``, so that exercise 3 need not be correct.

    Args:
        target: The student's ``permutation_importance``.
        cindex: The metric.

    Raises:
        ExerciseError: The result is malformed, its values are not near 0.5 and 0, or those on a
            smaller example are wrong.
    """
    print("Test Case\n")
    print("You check your answers on a Logistic Regression on a dataset")
    print("where y is given by a sigmoid applied to the important feature.")
    print("The unimportant feature is random noise.\n\n")
    rng = np.random.default_rng(0)
    X = pd.DataFrame({name: rng.normal(size=_ROWS) for name in _NAMES})
    y = np.asarray(np.round(1 / (1 + np.exp(-X["important"]))))
    model = LogisticRegression().fit(X, y)
    orders = np.array([[rng.permutation(_ROWS) for _ in range(_SAMPLES)] for _ in _NAMES])
    with explaining(target, 4, _HINTS):
        permute = Permute(_NAMES, orders)
        with replaced("permute_feature", permute, globals_of(target, {})):
            importances = target(X, y, model, cindex, num_samples=_SAMPLES)
        values = _importances_of(importances)
        print("Computed Importances:")
        print(importances, "\n\n")
        _check(target, values)
        if not any(permute.calls.values()):
            _check_signs(target(X, 1 - y, model, cindex, num_samples=_FEW))
    print(" All tests passed.")
    print(" All tests passed.")


def _check(target: Callable[..., Any], values: Array) -> None:
    empty = [name for name, value in zip(_NAMES, values, strict=True) if np.isnan(value)]
    if empty:
        raise ExerciseError(
            f"Store an importance for each feature: that of {' and '.join(empty)} is empty; "
            "expected a number. Does the loop reach every feature before the function returns?"
        )
    what_to_do = small_importance.advice(target)
    if what_to_do is not None:
        raise ExerciseError(what_to_do)
    if not np.allclose(values, [0.5, 0.0], rtol=0.1, atol=0.01):
        raise ExerciseError(
            "Look at the two formulas again: the importances are "
            f"{values[0]:.3f} and {values[1]:.3f}; expected about 0.5 and 0."
        )


def _check_signs(importances: Any) -> None:
    """Check that a function that shuffles by itself takes absolute values.

    The small example does not cover such a function. Here the model is wrong for every person, so
    that shuffling improves its performance.
    """
    values = _importances_of(importances)
    if values.min() < 0:
        raise ExerciseError(
            "Take the absolute value: for a model that is worse than chance the importances are "
            f"{values[0]:.3f} and {values[1]:.3f}; expected none below zero."
        )


def _importances_of(returned: Any) -> Array:
    expected = f"expected one row, 'importance', with the columns {_NAMES}"
    if not isinstance(returned, pd.DataFrame):
        kind = type(returned).__name__
        raise ExerciseError(f"Return a DataFrame of shape (1, 2): a {kind} came back; {expected}.")
    if returned.shape != (1, 2) or set(returned.columns) != set(_NAMES):
        raise ExerciseError(
            "Return one row, with a column per feature: the result has shape "
            f"{returned.shape} and columns {list(returned.columns)[:5]}; {expected}."
        )
    if list(returned.index) != ["importance"]:
        raise ExerciseError(
            f"Keep the name of the row: it is called {str(returned.index[0])!r}; {expected}."
        )
    numbers = returned.iloc[0][_NAMES].map(lambda value: np.size(value) == 1)
    if not numbers.all():
        raise ExerciseError(
            "Store one number per feature: something longer came back. The mean comes first."
        )
    return returned.iloc[0][_NAMES].to_numpy(dtype=np.float64)
