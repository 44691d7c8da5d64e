"""Exercise 2: which maps are asked for, and whether each is shown under its own label."""

from __future__ import annotations

from typing import Any

import numpy as np

from proctor.contract import Verdict
from proctor.packet import Packet

_NAMES = (
    "Cardiomegaly", "Effusion", "Mass", "Nodule", "Edema", "Fibrosis", "Hernia",
    "Granuloma", "Fracture", "Abscess", "Cavity", "Calcification",
)  # fmt: skip

_CALLS_SHARE = 0.7
"""Share of the points for asking for the right maps; the rest is for showing them."""


def pose(rng: np.random.Generator) -> Packet:
    """Draw labels in an order of their own, a selection in another, a picture and maps."""
    labels = [str(name) for name in rng.choice(_NAMES, size=int(rng.integers(6, 9)), replace=False)]
    count = int(rng.integers(2, 4))
    # The first label is never selected and never neighbours only: an index that is hard-coded,
    # or counted within the selection, meets the wrong category.
    selected = [labels[place] for place in rng.choice(range(1, len(labels)), count, replace=False)]
    truth = {label: int(rng.integers(0, 2)) for label in labels}
    token = "".join(rng.choice(list("abcdefghij"), size=6))
    return Packet(
        {
            "labels": labels,
            "selected": selected,
            "truth": truth,
            "layer": f"layer_{token[:3]}",
            "model": f"model_{token[3:]}",
            "image": f"case_{token}.png",
            "mean": float(rng.uniform(90, 150)),
            "std": float(rng.uniform(40, 70)),
        },
        {
            "picture": rng.integers(0, 256, size=(48, 64)).astype(np.uint8),
            "predictions": rng.uniform(0.05, 0.95, size=(1, len(labels))).astype(np.float32),
            "maps": rng.uniform(size=(len(labels), 24, 24)).astype(np.float32),
        },
    )


def judge(challenge: Packet, answer: Packet) -> Verdict:
    """Marks for the calls, and for the panels."""
    labels, selected = list(challenge.data["labels"]), list(challenge.data["selected"])
    wanted = {labels.index(label) for label in selected}
    calls = list(answer.data["calls"])
    if not calls:
        return Verdict(0.0, "grad_cam was not called at all.", "no_call")
    problem = _call_problem(challenge, calls, wanted, len(labels))
    if problem is not None:
        return problem
    missing = [
        label
        for label in selected
        if not any(_shows(panel, label, labels.index(label)) for panel in answer.data["panels"])
    ]
    if missing:
        return Verdict(
            _CALLS_SHARE,
            f"The right maps were computed, but {len(missing)} of {len(selected)} selected labels "
            "have no panel that bears the label as its title and shows its map.",
            "panels",
        )
    return Verdict(1.0, f"All {len(selected)} selected labels are computed and shown.")


def _call_problem(
    challenge: Packet, calls: list[dict[str, Any]], wanted: set[int], classes: int
) -> Verdict | None:
    asked = {int(call["category"]) for call in calls}
    if asked == set(range(classes)) and asked != wanted:
        text = "A map was computed for every label; only the selected labels need one."
        return Verdict(0.0, text, "all_labels")
    if asked != wanted:
        places = set(range(len(wanted)))
        position = " The category index is the label's position in labels, not in selected_labels."
        hint = position if asked == places else ""
        return Verdict(
            0.0,
            f"{len(wanted)} labels were selected; maps were asked for {len(asked)} "
            f"{'category' if len(asked) == 1 else 'categories'}, "
            f"{len(asked & wanted)} of them right.{hint}",
            "category",
        )
    for key, expected, sentence in (
        ("layer", challenge.data["layer"], "grad_cam was not given the layer_name."),
        ("model", challenge.data["model"], "grad_cam was not given the model."),
        ("image", True, "grad_cam was not given the preprocessed image."),
    ):
        if any(call[key] != expected for call in calls):
            return Verdict(0.0, sentence, key)
    return None


def _shows(panel: dict[str, Any], label: str, category: int) -> bool:
    return label.lower() in str(panel["title"]).lower() and panel["map"] == category
