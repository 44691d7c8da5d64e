"""Synthetic frontal chest radiographs by projection, with findings, labels and masks."""

from datagen.radiographs.draw import draw
from datagen.radiographs.population import draw_population_findings
from datagen.radiographs.record import Radiograph

__all__ = ["Radiograph", "draw", "draw_population_findings"]
