"""Judge the calls of ``grad_cam``: the requested categories, and the other arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from proctor.checks import Verdict
from util.answering.record import Record
from util.hidden_tests.compute_gradcam.selections import (
    SELECTIONS,
    mistaken_selections,
    wanted_of,
)

Call = Mapping[str, Any]

_NO_CALL = "grad_cam was not called at all: is the condition ever true, and the loop ever entered?"
_NO_POSITION = (
    "grad_cam was given something else than a whole number as category_index, such as a label's "
    "name; it takes the label's position in labels."
)
_SWAPPED = "The arguments of grad_cam are in another order than it takes them: first the model."
_IMAGES = {
    "no_picture": "grad_cam was not given a picture, but its name or something else; it takes "
    "the preprocessed image.",
    "raw_image": "grad_cam was given the picture as it is shown; it takes the preprocessed image, "
    "the one that the predictions were made from.",
    "image_axes": "The image given to grad_cam has lost its batch axis, or has another shape than "
    "(1, H, W, 3); pass on the preprocessed image as it is.",
    "image": "grad_cam was not given the preprocessed image: its values are others, as if it were "
    "normalised with another mean and standard deviation, or twice.",
}


def call_problem(challenge: Record, calls: Sequence[Call], *, broke_off: bool) -> Verdict | None:
    """Return what is wrong with the calls, if anything.

    Args:
        challenge: The challenge.
        calls: Arguments of `grad_cam`, call by call.
        broke_off: Whether the function raised after the last call.

    Returns:
        A verdict, or None if all calls are right.
    """
    if not calls:
        return Verdict(0.0, _NO_CALL, "no_call")
    return (
        _order_problem(calls)
        or _category_problem(challenge, calls, broke_off=broke_off)
        or _argument_problem(challenge, calls)
    )


def _order_problem(calls: Sequence[Call]) -> Verdict | None:
    # An array as the model and a non-array as the image: the two were swapped.
    if all(call["model"] == "None" and call["kind"] == "O" for call in calls):
        return Verdict(0.0, _SWAPPED, "swapped")
    if any(call["category"] is None for call in calls):
        return Verdict(0.0, _NO_POSITION, "no_position")
    return None


def _category_problem(
    challenge: Record, calls: Sequence[Call], *, broke_off: bool
) -> Verdict | None:
    labels, selected = list(challenge.data["labels"]), list(challenge.data["selected"])
    wanted = wanted_of(labels, selected)
    # A negative index counts from the end, as in any list.
    asked = [_from_start(int(call["category"]), len(labels)) for call in calls]
    # Missing calls are not held against a function that broke off.
    if set(asked) == wanted or (broke_off and set(asked) <= wanted):
        return None
    known = mistaken_selections(
        labels, selected, challenge.data["truth"], challenge.arrays["predictions"][0]
    )
    # A loop that ends too early stops at the first label, which is always selected.
    if asked == [0]:
        return Verdict(0.0, SELECTIONS["only_one"], "only_one")
    for name, variants in known.items():
        if any(_fits(asked, variant, broke_off=broke_off) for variant in variants):
            return Verdict(0.0, SELECTIONS[name], name)
    right = len(set(asked) & wanted)
    return Verdict(
        0.0,
        f"{len(wanted)} labels were selected; maps were asked for {len(set(asked))} "
        f"{'category' if len(set(asked)) == 1 else 'categories'}, {right} of them right.",
        "category",
    )


def _from_start(category: int, count: int) -> int:
    return category + count if -count <= category < 0 else category


def _fits(asked: Sequence[int], variant: set[int], *, broke_off: bool) -> bool:
    """Return whether calls match a mistake or, if the loop broke off, its beginning."""
    if set(asked) == variant:
        return True
    # Two calls are too few to identify a mistake.
    return broke_off and len(asked) > 2 and list(asked) == sorted(variant)[: len(asked)]


def _argument_problem(challenge: Record, calls: Sequence[Call]) -> Verdict | None:
    if any(call["layer"] != challenge.data["layer"] for call in calls):
        text = (
            "grad_cam was given another layer than layer_name: a layer is written into the code, "
            "or layer_name is not passed on."
        )
        return Verdict(0.0, text, "layer")
    if any(call["model"] != challenge.data["model"] for call in calls):
        text = "grad_cam was not given the model: it takes the one that is passed in."
        return Verdict(0.0, text, "model")
    wrong = [call for call in calls if call["image"] is not True]
    if wrong:
        name = _image_problem(wrong[0])
        return Verdict(0.0, _IMAGES[name], name)
    return None


def _image_problem(call: Call) -> str:
    shape, kind = list(call["shape"]), str(call["kind"])
    if not shape or kind not in "biuf":
        return "no_picture"
    if kind in "iu":
        return "raw_image"
    if len(shape) != 4 or shape[0] != 1:
        return "image_axes"
    return "image"
