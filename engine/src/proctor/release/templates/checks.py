"""Hidden tests of NAME. Students never see them, and no student code runs beside them."""

import numpy as np

from proctor.checks import close, reference_check


def cases(rng):
    """The arguments of some calls, others for each student."""
    for length in (1, 2, 50):
        yield rng.normal(size=length), rng.normal(size=length)


mean_absolute_error = reference_check(
    "mean_absolute_error",
    cell="UNQ_C1",
    solution=lambda measured, predicted: float(np.abs(measured - predicted).mean()),
    inputs=cases,
    compare=close(1e-6),
    mistakes={
        "not_absolute": lambda measured, predicted: float((measured - predicted).mean()),
        "squared": lambda measured, predicted: float(((measured - predicted) ** 2).mean()),
    },
    messages={
        "not_absolute": "Differences of both signs cancel: take their absolute values first.",
        "squared": "That is the mean of the squares; the absolute values are asked for.",
    },
)
