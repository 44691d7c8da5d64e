"""The fourteen findings: how each changes the anatomy (shape) and the layers (sign).

A *shape* takes ``(anatomy, severity, rng)`` and changes the anatomy before anything is drawn. A
*sign* takes ``(scene, severity, rng)``, changes the scene's layers and returns its mask, 0..1.
The signs follow Felson's Principles of Chest Roentgenology, Fraser and Pare, and the Fleischner
Society's glossary (Hansell et al., Radiology 2008); each function's docstring names its sign.
"""

from collections.abc import Callable

from numpy.random import Generator

from datagen.radiographs.anatomy import Anatomy
from datagen.radiographs.findings import (
    airspace,
    atelectasis,
    cardiac,
    emphysema,
    interstitial,
    masses,
    pleura,
    pneumothorax,
)
from datagen.radiographs.grid import Field
from datagen.radiographs.scene import Scene
from util.labels import LABELS

Shape = Callable[[Anatomy, float, Generator], None]
Sign = Callable[[Scene, float, Generator], Field]


def _unchanged(a: Anatomy, severity: float, rng: Generator) -> None:
    """Leave the anatomy unchanged."""


_NOTHING: dict[str, Shape] = dict.fromkeys(LABELS, _unchanged)
SHAPES: dict[str, Shape] = _NOTHING | {
    "Cardiomegaly": cardiac.enlarge_heart,
    "Emphysema": emphysema.inflate,
    "Atelectasis": atelectasis.lose_volume,
    "Fibrosis": interstitial.shrink_bases,
    "Edema": interstitial.congest,
    "Pneumothorax": pneumothorax.shift,
}

SIGNS: dict[str, Sign] = {
    "Emphysema": emphysema.sign,
    "Fibrosis": interstitial.fibrosis,
    "Edema": interstitial.edema,
    "Infiltration": airspace.infiltration,
    "Pneumonia": airspace.pneumonia,
    "Consolidation": airspace.consolidation,
    "Atelectasis": atelectasis.sign,
    "Pneumothorax": pneumothorax.sign,
    "Nodule": masses.nodules,
    "Mass": masses.mass,
    "Pleural_Thickening": pleura.thickening,
    "Effusion": pleura.effusion,
    "Cardiomegaly": cardiac.sign,
    "Hernia": cardiac.hernia,
}

ORDER: tuple[str, ...] = tuple(SIGNS)
"""Diffuse lung disease first, then local opacities, then findings in front of or below the lung."""
