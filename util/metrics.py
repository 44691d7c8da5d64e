"""The score for comparing the lesson's risk models."""

from typing import Any

import numpy as np
from lifelines.utils import concordance_index
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata


def cindex(y_true: ArrayLike, scores: ArrayLike) -> float:
    """Concordance index of risk scores for a binary outcome.

    Among all pairs of one person with the outcome and one without, the share in which the person
    with the outcome has the higher score; equal scores count half. For a 0/1 outcome this is the
    area under the ROC curve. 1 is perfect, 0.5 is guessing.

    The pairs are not counted one by one: they follow from the ranks of the scores (Mann and
    Whitney, "On a Test of Whether One of Two Random Variables Is Stochastically Larger than the
    Other", 1947). The value is that of lifelines to the last bit, and is there much sooner. An
    outcome of more than two values is left to lifelines, with the outcome as the time: no minus
    sign is needed, unlike with survival times.

    Args:
        y_true: the truth, shape (people,), 1 for the outcome and 0 for none.
        scores: predicted risks, shape (people,); only their order matters.

    Returns:
        The index, between 0 and 1.

    Raises:
        ValueError: lengths differ, a value is missing, or everyone has the same outcome.
    """
    truth = np.asarray(y_true, dtype=float)
    risk = np.asarray(scores, dtype=float)
    died = truth == 1
    deaths, alive = int(died.sum()), int((truth == 0).sum())
    binary = truth.ndim == 1 and truth.shape == risk.shape and deaths + alive == len(truth)
    if not binary or np.isnan(risk).any():
        return _by_pairs(truth, risk)
    if not (deaths and alive):
        raise _one_outcome(len(truth))
    # Ranks start at 1, and equal scores share the mean of theirs.
    above = float(rankdata(risk)[died].sum()) - deaths * (deaths + 1) / 2
    return above / (deaths * alive)


def _by_pairs(truth: NDArray[Any], risk: NDArray[Any]) -> float:
    try:
        return float(concordance_index(truth, risk))
    except ZeroDivisionError:
        raise _one_outcome(len(truth)) from None


def _one_outcome(people: int) -> ValueError:
    return ValueError(
        "cindex compares people who died with people who did not; "
        f"y_true holds {people} people with one and the same outcome."
    )
