"""Targets of the network, and which figures miss them."""

from dataclasses import dataclass

from datagen.radiographs.cases import CENTRAL_MASS, CLEAR_MASS, EDEMA_LARGE_HEART, NEITHER

from .measure import Figures

MACRO_AREA = 0.92
LEAST_AREA = 0.78
PEAKS = {"Mass": 0.85}
OTHER_PEAKS = 0.70
"""Least share of detected findings whose Grad-CAM peaks on them, for all but Mass."""


@dataclass(frozen=True)
class Expectation:
    """What the lesson states about a case: the bounds of one probability."""

    image: str
    finding: str
    least: float
    most: float

    def holds(self, probability: float) -> bool:
        """Return whether a probability lies within the bounds, both included."""
        return self.least <= probability <= self.most

    def __str__(self) -> str:
        return f"at least {self.least}" if self.most >= 1 else f"at most {self.most}"


STORY = (
    Expectation(CLEAR_MASS.image, "Mass", 0.9, 1),
    Expectation(NEITHER.image, "Mass", 0, 0.5),
    Expectation(NEITHER.image, "Edema", 0, 0.5),
    Expectation(CENTRAL_MASS.image, "Mass", 0.5, 1),
    Expectation(EDEMA_LARGE_HEART.image, "Edema", 0.5, 1),
    Expectation(EDEMA_LARGE_HEART.image, "Cardiomegaly", 0.5, 1),
)
"""The four cases, in the order of the lesson."""


def peak_target(finding: str) -> float:
    """Return the least share of peaks on a finding."""
    return PEAKS.get(finding, OTHER_PEAKS)


def misses(figures: Figures) -> list[str]:
    """List every figure that misses its target; an empty list means that all are reached."""
    found = []
    if figures.macro.value < MACRO_AREA:
        found.append(f"macro AUC {figures.macro.value:.3f}, target {MACRO_AREA}")
    for name, area in figures.areas.items():
        if area.value < LEAST_AREA:
            found.append(f"{name}: AUC {area.value:.3f}, target {LEAST_AREA}")
    for name, peaks in figures.peaks.items():
        if peaks.hits < peak_target(name) * peaks.detected or not peaks.detected:
            found.append(
                f"{name}: the Grad-CAM peaks on {peaks.hits} of {peaks.detected} detected "
                f"findings, target {peak_target(name):.0%}"
            )
    for told in STORY:
        probability = figures.cases[told.image][told.finding]
        if not told.holds(probability):
            found.append(f"case {told.image}: {told.finding} {probability:.2f}, target {told}")
    return found
