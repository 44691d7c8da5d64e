"""A chest as layers, before the exposure; findings change these layers."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from datagen.radiographs import bones, heart
from datagen.radiographs.anatomy import Anatomy
from datagen.radiographs.body import breasts, muscle_and_fat, soft_tissue
from datagen.radiographs.chest import Chest, lung_mask, open_chest
from datagen.radiographs.grid import Field, Grid, ramp
from datagen.radiographs.materials import AERATION, LUNG, SOFT
from datagen.radiographs.texture import fractal, octave, stream
from datagen.radiographs.vessels import vessel_tree


@dataclass
class Scene:
    """Layers, each (size, size).

    Attributes:
        grid: the detector.
        anatomy: the patient, including the changes made by findings.
        chest: the empty cavity's maps.
        air: path length through aerated lung, mm.
        vessels: path length through pulmonary vessels, mm.
        base: attenuation of everything that is not lung, unitless.
        extra: attenuation that findings add (or take away), unitless.
        free_air: path length through gas without lung tissue (pneumothorax), mm.
        density: lung tissue relative to normal.
        heart: the heart's silhouette, 0..1.
        lungs: lung fields above the diaphragm, 0..1.
    """

    grid: Grid
    anatomy: Anatomy
    chest: Chest
    air: Field
    vessels: Field
    base: Field
    extra: Field
    free_air: Field
    density: Field
    heart: Field
    lungs: Field

    def lung(self, sign: int) -> Field:
        """One lung field: -1 right lung (image left), +1 left lung."""
        return self.lungs * (self.chest.side == sign)

    def flood(self, share: Field, clear_vessels: float = 1.0) -> None:
        """Replace a share of each ray's air by fluid or cells, which obscures the vessels.

        Args:
            share: 0 (nothing) .. 1 (no air left on this ray).
            clear_vessels: how completely the vessels lose their outline, 0..1.
        """
        share = np.clip(share, 0, 1)
        self.vessels *= 1 - np.float32(clear_vessels) * share
        self.air = self.air * (1 - share)

    def attenuation(self) -> Field:
        """Sum over the layers: thickness times coefficient."""
        a = self.anatomy
        lit = np.clip(self.air / 85, 0, 1)
        lung = -(SOFT - LUNG * self.density * np.float32(a.lung_density)) * self.air
        return (
            self.base
            + lung.astype(np.float32)
            + np.float32(AERATION) * self.vessels * lit
            + self.extra
            - np.float32(SOFT) * self.free_air
        )


def build(seed: int, grid: Grid, a: Anatomy) -> Scene:
    """Build the layers of a normal chest with this anatomy.

    Args:
        seed: the anatomy's seed; each organ uses its own random stream.
        grid: the detector.
        a: the patient.
    """
    chest = open_chest(grid, a)
    thickness, skin = soft_tissue(grid, a, stream(seed, 10))
    vital, heart_fill = heart.mediastinum(grid, a, stream(seed, 11))
    room = chest.cavity
    # The heart rests on the diaphragm: below the dome both border on liver, without a contour.
    vital *= ramp(grid.Y - chest.dome, 34, 0)
    # Lung wraps around heart and vessels, front and back, unless they fill the cavity.
    air = np.maximum(room - vital, 0.10 * room) * (1 - 0.6 * np.clip(vital / 90, 0, 1))
    air = np.minimum(air, 0.86 * thickness)
    lungs = lung_mask(grid, chest, a) * np.clip(1 - vital / 60, 0, 1)
    base = np.float32(SOFT) * (thickness + breasts(grid, a, stream(seed, 12)))
    base += muscle_and_fat(grid, a, skin, stream(seed, 13))
    base += bones.ribs(grid, a, stream(seed, 14)) + bones.clavicles(grid, a, stream(seed, 15))
    base += bones.shoulders(grid, a, stream(seed, 16)) + bones.spine(grid, a, stream(seed, 17))
    base += bones.sternum(grid, a)
    base += np.float32(SOFT) * heart.descending_aorta(grid, a)
    base += heart.airways(grid, a, stream(seed, 18)) + heart.stomach_bubble(
        grid, a, stream(seed, 19)
    )
    zero = np.zeros_like(base)
    scene = Scene(
        grid, a, chest, air.astype(np.float32), vessel_tree(grid, a, stream(seed, 20)), base,
        zero.copy(), zero.copy(), np.ones_like(base), heart_fill, lungs.astype(np.float32),
    )  # fmt: skip
    _parenchyma(scene, stream(seed, 21))
    return scene


def _parenchyma(scene: Scene, rng: Generator) -> None:
    """Add vessels and septa too fine to draw one by one, as noise proportional to the air path."""
    grid = scene.grid
    mesh = 0.6 * octave(rng, grid, 9) + octave(rng, grid, 5) + 0.9 * octave(rng, grid, 2.6)
    cloud = fractal(rng, grid, 90, 15, 0.7)
    scene.extra += scene.air * np.float32(1 / 130) * (0.020 * mesh + 0.06 * cloud)
