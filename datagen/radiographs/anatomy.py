"""Parameters of one patient and one exposure; every length in mm.

Typical values follow radiology texts (Felson's Principles of Chest Roentgenology; Fraser and
Pare): inner thoracic width 28 to 31 cm in men, right dome 1 to 2 cm above the left, heart at most
half of the thoracic width, ten posterior ribs above the right dome in a good inspiration.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.random import Generator


@dataclass
class Anatomy:
    """Parameters of the drawing functions. Findings may change them before anything is drawn."""

    age: int
    sex: str
    build: float  # -1 slight .. +1.5 heavy
    half_width: float  # inner half width of the rib cage, mm
    dome: float  # y of the right dome, mm below the apex
    dome_left: float  # how much lower the left dome is, mm
    dome_drop: float  # from dome to costophrenic angle, mm
    dome_side: list[float]  # extra height of the right and left dome, mm (volume loss)
    depth: float  # greatest front-to-back depth of the rib cage inside, mm
    chest_ap: float  # front-to-back thickness of the body, mm
    wall: float  # soft tissue lateral to the ribs, mm
    ctr: float  # cardiothoracic ratio
    globular: float  # 0 normal heart .. 1 round heart
    aorta: float  # size of the aortic knob, about 1
    rotation: float  # radians about the vertical axis
    shoulder: float  # height of the shoulders, mm
    arms: float  # abduction, radians
    rib_slope: float  # about 1; lower is more horizontal
    rib_phase: float
    breast: float  # thickness of a breast, mm; 0 in men
    breast_low: float  # y of the breast's lower border, mm
    scoliosis: float
    bone: float  # mineral, about 1
    lung_density: float  # about 1; hyperinflated lung is lighter
    vessel_gain: float
    upper_vessels: float  # calibre of upper relative to lower lobe vessels
    mediastinal_shift: float
    # The exposure.
    field_share: float  # rib cage width as a share of the picture width
    centre: tuple[float, float]
    lean: float
    exposure: float
    contrast: float
    noise: float
    scatter: float
    equalise: float  # strength of the detector's dynamic range compression
    sharpen: float
    extras: dict[str, float] = field(default_factory=dict)


def _body(rng: Generator) -> dict[str, Any]:
    """Sample the patient's parameters."""
    sex = "F" if rng.random() < 0.46 else "M"
    age = int(np.clip(rng.normal(50, 17), 18, 90))
    build = float(np.clip(rng.normal(0.15, 0.6), -1, 1.6))
    size = float(np.clip(rng.normal(1.0, 0.04), 0.9, 1.1)) * (0.93 if sex == "F" else 1.0)
    old = max(0.0, (age - 45) / 45)
    return {
        "age": age,
        "sex": sex,
        "build": build,
        "half_width": (139 + 4 * build) * size,
        "dome": float(rng.normal(226 - 7 * build, 13)) * size,
        "dome_left": float(rng.normal(11, 5)),
        "dome_drop": float(rng.uniform(38, 62)) * size,
        "dome_side": [0.0, 0.0],
        "depth": float(rng.normal(172, 8)) * size,
        "chest_ap": float(rng.normal(206 + 22 * build, 8)) * size,
        "wall": float(rng.uniform(15, 21) + 11 * max(build, -0.4)),
        "ctr": float(np.clip(rng.normal(0.445 + 0.015 * build + 0.012 * old, 0.022), 0.39, 0.495)),
        "globular": float(rng.uniform(0, 0.25)),
        "aorta": float(rng.normal(0.9 + 0.35 * old, 0.1)),
        "shoulder": float(rng.normal(0, 8)),
        "arms": float(rng.uniform(0.06, 0.5)),
        "rib_slope": float(rng.normal(1.0, 0.12)),
        "rib_phase": float(rng.uniform(-0.4, 0.4)),
        "breast": float(np.clip(rng.normal(17 + 9 * build, 6), 5, 38)) if sex == "F" else 0.0,
        "breast_low": float(rng.normal(212, 16)) * size,
        "scoliosis": float(rng.normal(0, 3.0)),
        "bone": float(np.clip(rng.normal(1.05 - 0.25 * old, 0.1), 0.6, 1.3)),
        "vessel_gain": float(rng.normal(1.0, 0.1)),
    }


def sample_anatomy(rng: Generator) -> Anatomy:
    """Sample one patient and one exposure."""
    return Anatomy(
        **_body(rng),
        rotation=float(np.clip(rng.normal(0, 0.045), -0.11, 0.11)),
        lung_density=float(rng.normal(1.0, 0.07)),
        upper_vessels=float(rng.uniform(0.55, 0.72)),
        mediastinal_shift=float(rng.normal(0, 1.5)),
        field_share=float(rng.uniform(0.71, 0.83)),
        centre=(float(rng.normal(0, 7)), float(rng.uniform(28, 46))),
        lean=float(rng.normal(0, 0.018)),
        exposure=float(np.clip(rng.normal(0, 0.10), -0.22, 0.22)),
        contrast=float(rng.normal(1.0, 0.07)),
        noise=float(rng.uniform(0.5, 1.1)),
        scatter=float(rng.uniform(0.12, 0.22)),
        equalise=float(rng.uniform(0.0, 0.3)),
        sharpen=float(rng.uniform(0.3, 1.0)),
    )
