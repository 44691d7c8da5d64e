"""Exercise 4: call ``permutation_importance`` with stand-ins whose outputs are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from util.answering.notebook import Notebook
from util.answering.record import Record

Array = npt.NDArray[Any]

_MAX_FRAMES = 2000
"""Maximum number of frames in an answer; far more than a correct solution passes to the model."""


class Model:
    """A logistic model with given coefficients that records its inputs."""

    def __init__(self, names: list[str], coefficients: Array) -> None:
        self._names = names
        self._coefficients = coefficients
        self.seen: list[Array] = []
        self.fitted = 0

    def predict_proba(self, X: Any) -> Array:
        """Return the probabilities of the two classes, shape (rows, 2)."""
        if isinstance(X, pd.DataFrame) and list(X.columns) != self._names:
            X = X[self._names]
        values = np.asarray(X, dtype=np.float64)
        self.seen.append(values.copy())
        one = 1 / (1 + np.exp(-values @ self._coefficients))
        return np.column_stack([1 - one, one])

    def predict(self, X: Any) -> Array:
        """Return the likelier class, shape (rows,)."""
        return np.asarray(self.predict_proba(X)[:, 1] > 0.5, dtype=np.int64)

    def fit(self, X: Any, y: Any) -> Model:
        """Do nothing but count the call."""
        self.fitted += 1
        return self

    def __copy__(self) -> Model:
        """Return itself: a copy would record its calls separately."""
        return self

    def __deepcopy__(self, memo: Any) -> Model:
        """Return itself, as for a copy."""
        return self

    def __sklearn_clone__(self) -> Model:
        """Return itself, as for a copy."""
        return self


class Metric:
    """A score of truth and predictions with different weights for every row and for the two.

    With weights for squares of the predictions, the scores of p and of 1 - p differ by more than a
    sign and a constant.
    """

    def __init__(self, truth: Array, predictions: Array, squares: Array | None = None) -> None:
        self._truth, self._predictions = truth, predictions
        self._squares = np.zeros_like(predictions) if squares is None else squares
        self.calls = 0

    def __call__(self, y_true: Any, y_pred: Any) -> float:
        """Compute the score.

        Raises:
            ValueError: The numbers of predictions and truths differ.
        """
        self.calls += 1
        true = np.asarray(y_true, dtype=np.float64).ravel()
        given = np.asarray(y_pred, dtype=np.float64).ravel()
        if true.size != given.size:
            raise ValueError(
                f"The metric needs one prediction for each truth; it was given {given.size} "
                f"predictions for {true.size} truths."
            )
        return float(self._truth @ true + self._predictions @ given + self._squares @ given**2)


class Permute:
    """Stand-in for ``permute_feature`` that permutes in the orders given by the challenge."""

    def __init__(self, names: list[str], orders: Array) -> None:
        self._orders = dict(zip(names, orders, strict=True))
        self.calls: dict[str, int] = dict.fromkeys(names, 0)

    def __call__(self, df: pd.DataFrame, feature: str) -> pd.DataFrame:
        """Return a copy of the frame with one feature in the next of its orders."""
        orders = self._orders[feature]
        order = orders[self.calls[feature] % len(orders)]
        self.calls[feature] += 1
        permuted = df.copy(deep=True)
        permuted[feature] = df[feature].to_numpy()[order]
        return permuted


def answer(notebook: Notebook, challenge: Record) -> Record:
    """Compute the importances, and record the calls that were made.

    Returns:
        ``type``, ``columns`` and ``index`` of the result; ``permuted``: calls of
        ``permute_feature`` per feature; ``measured``: calls of the metric; ``fitted``;
        ``at_once``: whether the model received anything but one frame at a time; ``frames``: the
        number of frames in each call whose rows make up whole frames; arrays ``values`` and
        ``seen``, the frames that the model received in these calls (frames, rows, features),
        split as if several frames in one call were stacked vertically.
    """
    data, arrays = challenge.data, challenge.arrays
    names: list[str] = list(data["features"])
    # A copy, so that a function that writes into X does not change what X is compared with.
    X = pd.DataFrame(arrays["X"].copy(), columns=names)
    model = Model(names, arrays["coefficients"])
    metric = Metric(
        arrays["truth_weights"], arrays["prediction_weights"], arrays.get("square_weights")
    )
    permute = Permute(names, arrays["orders"])
    with notebook.replaced("permute_feature", permute):
        returned = notebook.function()(X, arrays["y"].copy(), model, metric, data["num_samples"])
    about = {
        "type": type(returned).__name__,
        "permuted": [permute.calls[name] for name in names],
        "measured": metric.calls,
        "fitted": model.fitted,
        "at_once": any(values.shape != X.shape for values in model.seen),
        "untouched": bool(np.array_equal(X.to_numpy(), arrays["X"])),
    }
    if type(returned) is not pd.DataFrame:
        return Record(about)
    about["columns"] = [str(name) for name in returned.columns[:100]]
    about["index"] = [str(name) for name in returned.index[:100]]
    about["frames"], seen = _frames(model.seen, X.shape)
    values = returned.iloc[:100, :100].apply(pd.to_numeric, errors="coerce")
    return Record(about, {"values": values.to_numpy(dtype=np.float64), "seen": seen})


def _frames(seen: list[Array], shape: tuple[int, int]) -> tuple[list[int], Array]:
    """Return how many whole frames the model received in each call, and these frames."""
    whole = [
        values.reshape(-1, *shape)
        for values in seen
        if values.ndim == 2 and values.shape[1] == shape[1] and len(values) % shape[0] == 0
    ]
    if not whole:
        return [], np.zeros((0, *shape))
    return [len(frames) for frames in whole][:_MAX_FRAMES], np.concatenate(whole)[:_MAX_FRAMES]
