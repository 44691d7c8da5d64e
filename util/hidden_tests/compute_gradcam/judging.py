"""The verdict on exercise 2, combined from the calls and the figure."""

from __future__ import annotations

from proctor.checks import Verdict
from util.answering.record import Record
from util.hidden_tests.compute_gradcam.calls import call_problem
from util.hidden_tests.compute_gradcam.panels import (
    PANELS,
    missing_labels,
    panel_problem,
    read_panels,
)
from util.hidden_tests.compute_gradcam.selections import wanted_of
from util.hidden_tests.reading import short_text

_MAX_CALLS, _MAX_PANELS = 100, 50
"""Limits of what `util.answering.compute_gradcam` records; a longer list does not come from it."""

_CALLS_SHARE = 0.7
"""Share of the points for requesting the right maps; the rest is for showing them."""


def judge(challenge: Record, answer: Record) -> Verdict:
    """Award points for the calls, and for the panels."""
    labels, selected = list(challenge.data["labels"]), list(challenge.data["selected"])
    calls = list(answer.data["calls"])
    said = list(answer.data["panels"])
    if len(calls) > _MAX_CALLS or len(said) > _MAX_PANELS:
        raise ValueError("More calls or panels than an answer holds.")
    broke_off = "raised" in answer.data
    problem = call_problem(challenge, calls, broke_off=broke_off)
    if broke_off and (problem is None or problem.misconception == "category"):
        raised, message = (short_text(answer.data[part], 500) for part in ("raised", "message"))
        return Verdict(0.0, f"compute_gradcam raised {raised}: {message}"[:500])
    if problem is not None:
        return problem
    panels = read_panels(said, labels)
    missing = missing_labels(panels, wanted_of(labels, selected))
    if not missing:
        return Verdict(1.0, f"All {len(selected)} selected labels are computed and shown.")
    name = panel_problem(panels, wanted_of(labels, selected))
    return Verdict(
        _CALLS_SHARE,
        f"The right maps were computed, but {len(missing)} of {len(selected)} selected labels "
        f"have no panel that bears the label as its title and shows its map. {PANELS[name]}",
        name,
    )
