"""Measurement of the network: from radiographs to figures."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from datagen.radiographs.cases import CASES
from util.images import load_image_normalize, normalize
from util.labels import LABELS

from .gradcam import GradCam
from .localisation import peak_hits
from .sample import LOCALISED, Drawn
from .statistics import area_under_curve, bootstrap_areas

THRESHOLD = 0.5
"""Lowest probability at which a finding counts as detected."""

BATCH = 16


@dataclass(frozen=True)
class Area:
    """An area under the ROC curve with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Peaks:
    """How often the Grad-CAM of a detected finding peaks on it."""

    present: int
    detected: int
    hits: int


@dataclass(frozen=True)
class Figures:
    """All figures of one measurement.

    Attributes:
        count: Number of radiographs.
        positives: Number of radiographs with each finding, by name.
        areas: Areas by name of the finding.
        macro: Mean of the areas.
        peaks: Peaks by name of the finding.
        cases: Probabilities of all findings, by file name of the lesson's four cases.
    """

    count: int
    positives: dict[str, int]
    areas: dict[str, Area]
    macro: Area
    peaks: dict[str, Peaks]
    cases: dict[str, dict[str, float]]


def measure(
    gradcam: GradCam, sample: Iterable[Drawn], statistics: tuple[float, float], pictures: Path
) -> Figures:
    """Measure a network.

    Args:
        gradcam: The network.
        sample: Radiographs it has never seen.
        statistics: Mean and standard deviation of grey levels, as the lesson computes them.
        pictures: The folder with the lesson's four cases.

    Raises:
        ValueError: If all radiographs of the sample have one of the findings, or none has it.
    """
    labels: list[Any] = []
    scores: list[Any] = []
    counts = {name: [0, 0, 0] for name in LOCALISED}
    for drawn in _batches(sample):
        p, maps = gradcam(normalize(np.stack([one.image for one in drawn]), *statistics))
        labels.extend(one.labels for one in drawn)
        scores.extend(p)
        for one, probabilities, cams in zip(drawn, p, maps, strict=True):
            _count_peaks(one, probabilities, cams, counts)
    areas, macro = _areas(np.array(labels), np.array(scores))
    return Figures(
        count=len(labels),
        positives=dict(zip(LABELS, map(int, np.sum(labels, axis=0)), strict=True)),
        areas=areas,
        macro=macro,
        peaks={name: Peaks(*values) for name, values in counts.items()},
        cases=_cases(gradcam, statistics, pictures),
    )


def _batches(sample: Iterable[Drawn]) -> Iterator[Sequence[Drawn]]:
    rest = iter(sample)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _count_peaks(
    one: Drawn, probabilities: np.ndarray, cams: np.ndarray, counts: dict[str, list[int]]
) -> None:
    for name, mask in one.masks.items():
        index = LABELS.index(name)
        detected = bool(probabilities[index] >= THRESHOLD)
        hit = detected and peak_hits(cams[..., index], mask)
        for at, value in enumerate((True, detected, hit)):
            counts[name][at] += value


def _areas(labels: np.ndarray, scores: np.ndarray) -> tuple[dict[str, Area], Area]:
    values = area_under_curve(labels, scores)
    for name, value in zip(LABELS, values, strict=True):
        if np.isnan(value):
            raise ValueError(f"All radiographs are alike in {name}: measure on more of them.")
    again = bootstrap_areas(labels, scores)
    low, high = np.nanpercentile(again, (2.5, 97.5), axis=0)
    areas = {
        name: Area(*map(float, figures))
        for name, *figures in zip(LABELS, values, low, high, strict=True)
    }
    macro = np.nanpercentile(np.nanmean(again, axis=1), (2.5, 97.5))
    return areas, Area(float(values.mean()), *map(float, macro))


def _cases(
    gradcam: GradCam, statistics: tuple[float, float], pictures: Path
) -> dict[str, dict[str, float]]:
    result = {}
    for case in CASES:
        p, _ = gradcam(load_image_normalize(pictures / case.image, *statistics))
        result[case.image] = dict(zip(LABELS, map(float, p[0]), strict=True))
    return result
