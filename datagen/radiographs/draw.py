"""Draw a radiograph from a seed."""

from collections.abc import Mapping

import numpy as np

from datagen.radiographs import findings as signs
from datagen.radiographs.anatomy import Anatomy, sample_anatomy
from datagen.radiographs.grid import Grid
from datagen.radiographs.imaging import develop, expose
from datagen.radiographs.marker import lead_letters
from datagen.radiographs.population import draw_population_findings
from datagen.radiographs.record import Radiograph
from datagen.radiographs.scene import build
from datagen.radiographs.texture import stream
from util.labels import LABELS

ANATOMY, EXPOSURE, MARKER = 1, 2, 3
SHAPE, SIGN = 100, 200
"""Stream numbers; the fourteen findings use SHAPE + index and SIGN + index."""


def detector(a: Anatomy, size: int) -> Grid:
    """Put the detector behind the patient: field of view, centring and lean."""
    mm = 2 * a.half_width / (a.field_share * size)
    left = -0.5 * size * mm + a.centre[0]
    return Grid(size, mm, left, -a.centre[1], a.lean)


def draw(
    seed: int,
    *,
    size: int = 320,
    findings: Mapping[str, float] | None = None,
    anatomy_seed: int | None = None,
) -> Radiograph:
    """Draw a synthetic frontal (PA) chest radiograph.

    Args:
        seed: determines everything that is not passed; the same seed gives the same bytes.
        size: pixels along each edge.
        findings: label -> severity in (0, 1]; None draws them from the teaching population; an
            empty mapping means a normal chest.
        anatomy_seed: determines the patient independently of exposure and findings, so that one
            patient can have several pictures; None uses ``seed``.

    Returns:
        the picture with its labels, severities and masks.

    Raises:
        ValueError: an unknown finding, or a severity outside (0, 1].
    """
    if findings is None:
        findings = draw_population_findings(seed)
    _check(findings)
    body_seed = seed if anatomy_seed is None else anatomy_seed
    a = sample_anatomy(stream(body_seed, ANATOMY))
    present = [(i, label) for i, label in enumerate(LABELS) if label in findings]
    for i, label in present:
        signs.SHAPES[label](a, float(findings[label]), stream(seed, SHAPE + i))
    grid = detector(a, size)
    scene = build(body_seed, grid, a)
    severity = np.zeros(len(LABELS), np.float32)
    masks = np.zeros((len(LABELS), size, size), np.bool_)
    for i, label in sorted(present, key=lambda item: signs.ORDER.index(item[1])):
        severity[i] = findings[label]
        masks[i] = signs.SIGNS[label](scene, float(severity[i]), stream(seed, SIGN + i)) > 0.5
    attenuation = scene.attenuation() + lead_letters(grid, stream(seed, MARKER))
    image = develop(grid, expose(grid, attenuation, a, stream(seed, EXPOSURE)), a)
    labels = (severity > 0).astype(np.uint8)
    return Radiograph(image, labels, severity, masks, a.age, a.sex)


def _check(findings: Mapping[str, float]) -> None:
    """Reject findings that cannot be drawn."""
    for label, severity in findings.items():
        if label not in LABELS:
            raise ValueError(f"Unknown finding {label!r}; expected one of {', '.join(LABELS)}.")
        if not 0 < severity <= 1:
            raise ValueError(f"Severity of {label} must lie in (0, 1], got {severity}.")
