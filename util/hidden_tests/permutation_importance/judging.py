"""The verdict on exercise 4: the result's form, the measured frames, and the importances."""

from __future__ import annotations

import numpy as np

from proctor.checks import Verdict
from util.answering.record import Record
from util.hidden_tests.permutation_importance.form import content_problem, form_problem
from util.hidden_tests.permutation_importance.frames import check_seen, measured_frames
from util.hidden_tests.permutation_importance.mistakes import expected, is_near, wrong_values
from util.hidden_tests.permutation_importance.stand_ins import Measurement

_RIGHT = Verdict(1.0, "All importances are right.")


def judge(challenge: Record, answer: Record) -> Verdict:
    """Pass if the importances are exact for the permutations that were measured."""
    problem = form_problem(challenge, answer)
    if problem is not None:
        return problem
    check_seen(challenge, answer)
    problem = content_problem(answer)
    if problem is not None:
        return problem
    values = np.asarray(answer.arrays["values"][0], dtype=np.float64)
    permuted = [int(count) for count in answer.data["permuted"]]
    if len(permuted) != values.size:
        raise ValueError("There is one count per feature.")
    # For the posed orders there is no need to analyse the model's inputs.
    as_posed = all(count == int(challenge.data["num_samples"]) for count in permuted)
    if as_posed and is_near(values, expected(challenge)):
        return _RIGHT
    problem, frames = measured_frames(challenge, answer)
    if problem is not None:
        return problem
    measurement = Measurement(challenge, frames)
    return _RIGHT if is_near(values, measurement.right) else wrong_values(measurement, values)
