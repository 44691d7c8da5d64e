"""Analysis of the model's inputs: which feature was permuted in which frame, and how.

Every solution passes its frames to the model, whether it calls ``permute_feature`` or permutes by
itself, so its importances can be computed exactly for whatever orders it drew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from proctor.checks import Verdict
from util.answering.record import Record
from util.hidden_tests import orders as fair

Array = npt.NDArray[Any]

_MOST = 2000
"""Maximum number of frames in an answer; no more are recorded."""

_DECIMALS = 4
"""Decimals of the posed values; frames are rounded before they are compared, so that float32
suffices."""

FRAMES: Mapping[str, str] = {
    "model_unused": "The model was never asked for the probabilities of its predictions. "
    "Permutation importance tells how much worse they get.",
    "never_permuted": "The model was only shown the data as they are: no feature was ever permuted "
    "in what it predicts from. Look at what is permuted, and where that goes.",
    "permuted_unused": "permute_feature was called, and yet the model was only shown the data as "
    "they are. Look at which frame the predictions are made from.",
    "accumulated": "Permuted features stay permuted while the next ones are: more and more of the "
    "frame is out of order. Each permuted frame starts from the data as they are.",
    "whole_rows": "All features were permuted in the same order: that moves whole rows, and no "
    "feature against the others. Only one feature moves at a time.",
    "all_at_once": "All features were permuted at the same time; each is to be permuted alone, or "
    "its importance can't be told from that of the others.",
    "several_features": "More than one feature was permuted at the same time.",
    "lost": "The model was shown empty values (NaN) in place of the permuted feature: assigning a "
    "Series aligns it by its index. Permuted values have to stay values.",
    "constant": "A feature was set to one and the same value; it is to be permuted, which keeps "
    "all of its values.",
    "resampled": "A feature's values were drawn with replacement: some are missing, and others "
    "come up too often. A permutation uses each value once.",
    "replaced": "A feature's values were not permuted but replaced by others, which the data do "
    "not have.",
    "same_feature": "One and the same feature was permuted all the time; each feature is to have "
    "its turn.",
    "features_left_out": "Some features were never permuted: look at what the loop over features "
    "runs over.",
    "permuted_once": "Each feature was permuted only once, or in the same order every time; the "
    "formula averages over num_samples permutations, each drawn anew.",
    "measured_once": "Each feature was permuted several times, and only one of the permuted frames "
    "was measured: look at what is inside the loop over samples.",
    "one_too_few": "Each feature was permuted one time less than num_samples: look at where the "
    "loop over samples begins and ends.",
    "one_too_many": "Each feature was permuted one time more than num_samples: look at where the "
    "loop over samples begins and ends.",
    "num_samples": "Each feature is to be permuted num_samples times, whatever number the caller "
    "gives; the model was shown another number of permuted frames.",
    "repeated": "The same permutations came up again and again; each of the num_samples is to be "
    "drawn anew.",
    "rotated": "The permuted values keep their order, round the end. A permutation gives every "
    "value a random place of its own.",
    "few_moved": "Far more of a feature's values stayed where they were than chance leaves; a "
    "permutation moves them all to random places.",
    "not_one_by_one": "permute_feature was not called, and what predict_proba was given does not "
    "show that each feature was permuted num_samples times: call predict_proba on one permuted "
    "frame at a time.",
}  # fmt: skip
"""Messages to a student about incorrect frames, by mistake."""


def known(name: str) -> Verdict:
    """Return the verdict on a known mistake."""
    return Verdict(0.0, FRAMES[name], name)


def check_seen(challenge: Record, answer: Record) -> None:
    """Reject frames of another shape than the data, or too many, before any computation.

    Raises:
        ValueError: The frames have another shape, or there are too many.
    """
    seen, counts = answer.arrays["seen"], answer.data["frames"]
    if seen.shape[1:] != challenge.arrays["X"].shape or max(len(seen), len(counts)) > _MOST:
        raise ValueError("The model was shown frames of the shape of X.")


def measured_frames(challenge: Record, answer: Record) -> tuple[Verdict | None, Array]:
    """Return the permuted frames that were measured, or what is wrong with them.

    Returns:
        A verdict and an empty array; or None and frames (features, samples, rows, features).
    """
    X, samples = challenge.arrays["X"], int(challenge.data["num_samples"])
    calls = int(sum(int(count) for count in answer.data["permuted"]))
    shown = _arranged(X, answer)
    frames, changed = _permuted_only(X, shown)
    problem = _content_problem(X, frames, changed, calls) if len(shown) else known("model_unused")
    if problem is None:
        of = changed.argmax(axis=1)
        own = [frames[of == place] for place in range(X.shape[1])]
        distinct = [_without_repeats(some) for some in own]
        problem = _count_problem(own, distinct, samples, calls)
        if problem is None:
            problem = _order_problem(X, distinct)
    if problem is None:
        return None, np.stack(distinct)
    # Frames in an unknown arrangement can't be told apart, so a specific message could be wrong.
    if answer.data["at_once"] is not False:
        problem = known("not_one_by_one")
    return problem, np.zeros(0)


def _arranged(X: Array, answer: Record) -> Array:
    """Return the frames that the model received, (frames, rows, features).

    Several frames in one call may be stacked frame by frame or interleaved row by row; the
    arrangement in which fewer features changed is chosen.
    """
    seen = np.round(answer.arrays["seen"].astype(np.float64), _DECIMALS)
    counts = [int(count) for count in answer.data["frames"]]
    if min(counts, default=1) < 1:
        raise ValueError("The model was shown at least one frame a time.")
    arranged, start = [], 0
    for count in counts:
        block = seen[start : start + count]
        start += count
        beside = block.reshape(len(X), -1, X.shape[1]).swapaxes(0, 1) if len(block) > 1 else block
        arranged.append(min(block, beside, key=lambda some: int(_changed(X, some).sum())))
    return np.concatenate([seen[:0], *arranged])


def _changed(X: Array, frames: Array) -> Array:
    """Return which features differ from the data, (frames, features)."""
    return np.asarray((frames != X).any(axis=1))


def _permuted_only(X: Array, frames: Array) -> tuple[Array, Array]:
    """Return the frames that differ from the data, and which features changed in them."""
    changed = _changed(X, frames)
    some = changed.any(axis=1)
    return frames[some], changed[some]


def _content_problem(X: Array, frames: Array, changed: Array, calls: int) -> Verdict | None:
    """Check that one feature at a time was permuted, and its values only permuted."""
    if not len(frames):
        return known("permuted_unused" if calls else "never_permuted")
    if np.isnan(frames).any():
        return known("lost")
    if (changed.sum(axis=1) > 1).any():
        return known(_several(X, frames, changed))
    places = changed.argmax(axis=1)
    for frame, place in zip(frames, places, strict=True):
        before, after = X[:, place], frame[:, place]
        if not np.array_equal(np.sort(after), np.sort(before)):
            if (after == after[0]).all():
                return known("constant")
            return known("resampled" if np.isin(after, before).all() else "replaced")
    return None


def _several(X: Array, frames: Array, changed: Array) -> str:
    """Identify the mistake that changed more than one feature in a frame."""
    if changed.all():
        orders = np.argsort(np.argsort(X, axis=0), axis=0), np.argsort(frames, axis=1)
        moved = np.take_along_axis(orders[1], orders[0][None], axis=1)
        values_kept = np.array_equal(
            np.sort(frames, axis=1), np.broadcast_to(np.sort(X, axis=0), frames.shape)
        )
        if values_kept and (moved == moved[:, :, :1]).all():
            return "whole_rows"
        return "all_at_once"
    before, after = changed[:-1], changed[1:]
    grows = not (before & ~after).any()
    return "accumulated" if grows and changed[0].sum() == 1 else "several_features"


def _without_repeats(frames: Array) -> Array:
    """Drop frames equal to the one before: predicting twice counts as one measurement."""
    if len(frames) < 2:
        return frames
    new = np.r_[True, (frames[1:] != frames[:-1]).any(axis=(1, 2))]
    return np.asarray(frames[new])


def _count_problem(
    own: list[Array], distinct: list[Array], samples: int, calls: int
) -> Verdict | None:
    """Check that each feature was permuted num_samples times."""
    counts = np.array([len(some) for some in distinct])
    if (counts == samples).all():
        return None
    if (counts > 0).sum() == 1:
        return known("same_feature")
    if (counts == 0).any():
        return known("features_left_out")
    if (counts == 1).all():
        shown_once = all(len(some) == 1 for some in own)
        return known("measured_once" if shown_once and calls > len(own) else "permuted_once")
    for name, count in (("one_too_few", samples - 1), ("one_too_many", samples + 1)):
        if (counts == count).all():
            return known(name)
    return known("num_samples")


def _order_problem(X: Array, distinct: list[Array]) -> Verdict | None:
    """Check that the orders can be those of permutations; exercise 3 tests them in detail."""
    for some in distinct:
        if len(np.unique(some, axis=0)) < len(some):
            return known("repeated")
    columns = np.concatenate([some[:, :, place] for place, some in enumerate(distinct)])
    given = np.concatenate(
        [np.tile(X[:, place], (len(some), 1)) for place, some in enumerate(distinct)]
    )
    ranks = np.argsort(np.argsort(columns, axis=1), axis=1)
    orders = np.take_along_axis(np.argsort(given, axis=1), ranks, axis=1)
    # One order may be used for all features; it counts as one draw.
    orders = np.unique(orders, axis=0)
    if fair.all_rotations(orders):
        return known("rotated")
    return known("few_moved") if fair.too_many_stay(orders) else None
