"""The tiny course's hidden tests: pose and judge."""

import numpy as np

from proctor.contract import Check, Verdict
from proctor.packet import Packet


def pose(rng: np.random.Generator) -> Packet:
    return Packet({"repeats": 1}, {"values": rng.integers(1, 100, size=6)})


def judge_double(challenge: Packet, answer: Packet) -> Verdict:
    wanted, given = challenge.arrays["values"] * 2, answer.arrays["result"]
    if np.array_equal(given, wanted):
        return Verdict(1.0, "All values are doubled.")
    if np.array_equal(given, challenge.arrays["values"]):
        return Verdict(0.5, "The values came back as they were.", "unchanged")
    return Verdict(0.0, "The values are not doubled.")


def judge_total(challenge: Packet, answer: Packet) -> Verdict:
    right = int(challenge.arrays["values"].sum()) == int(answer.arrays["result"])
    return Verdict(1.0, "Right.") if right else Verdict(0.0, "That is not the total.")


CHECKS = {
    "double": Check("double", "UNQ_C1", pose, judge_double),
    "total": Check("total", "UNQ_C2", pose, judge_total),
}
