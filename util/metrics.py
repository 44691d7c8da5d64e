"""The score for comparing the lesson's risk models."""

import numpy as np
from lifelines.utils import concordance_index
from numpy.typing import ArrayLike


def cindex(y_true: ArrayLike, scores: ArrayLike) -> float:
    """Concordance index of risk scores for a binary outcome.

    Among all pairs of one person with the outcome and one without, the share in which the person
    with the outcome has the higher score; equal scores count half. For a 0/1 outcome this is the
    area under the ROC curve. 1 is perfect, 0.5 is guessing.

    lifelines counts a pair as concordant when the *longer time* has the higher score. Here the
    outcome is passed as the time, so that 1 (died) ranks above 0 (alive) and a higher risk for
    those who died gives a value above 0.5. No minus sign is needed, unlike with real survival
    times.

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
    try:
        return float(concordance_index(truth, risk))
    except ZeroDivisionError:
        raise ValueError(
            "cindex compares people who died with people who did not; "
            f"y_true holds {len(truth)} people with one and the same outcome."
        ) from None
