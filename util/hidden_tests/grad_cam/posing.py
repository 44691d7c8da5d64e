"""Draw the cases of exercise 1, so that no known mistake looks right or like another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from util.answering.record import Record
from util.hidden_tests.grad_cam.enlarging import least_difference
from util.hidden_tests.grad_cam.finishing import TOLERANCE, errors_of, right_ways
from util.hidden_tests.grad_cam.mistakes import SEEN, VARIANTS, mistaken_scene
from util.hidden_tests.grad_cam.nearby import nearby
from util.hidden_tests.grad_cam.scene import Scene, set_scene
from util.hidden_tests.grad_cam.targets import LEAST_CLASSES
from util.hidden_tests.grad_cam.worked import Array

MARGIN = 0.08
"""Mean squared error that each known mistake must reach in some case, so that noise can't save
it."""

VISIBLE = 2e-3
"""Mean squared difference from every way of enlarging the right map that each misconception of
`nearby` must reach in some case; over four cases that exceeds the threshold of `explaining`."""

AGREED = 0.9 * TOLERANCE
"""Mean squared error that correct ways of enlarging a map stay below, so that none of them
fails."""

APART = 0.05
"""Difference that some pixel of two mistakes must have in some case, or they'd be confused."""

_OWNERS = np.array([name for name, count in VARIANTS.items() for _ in range(count)])
_NEED_NOT_DIFFER = (
    (_OWNERS[:, None] == _OWNERS) | np.isin(_OWNERS, SEEN) | np.isin(_OWNERS, SEEN)[:, None]
)
"""Variants of one mistake share a message, and what a map's values reveal is detected
beforehand."""

_HEADS = ("pooled", "flat", "pooled", "flat")
_LAYERS = ("second", "second", "first", "first")


@dataclass(frozen=True)
class Kind:
    """The fixed properties of a case; the rest is drawn.

    Attributes:
        head: ``pooled`` or ``flat``.
        layer: ``first`` or ``second``.
        names: Names of both layers.
        zero: Whether category 0 is requested; other cases never request it.
        tall: Whether the picture is taller than wide.
    """

    head: str
    layer: str
    names: tuple[str, str]
    zero: bool
    tall: bool


@dataclass(frozen=True)
class Drawn:
    """A case that was drawn, and the mistakes that it reveals.

    Attributes:
        case: Its JSON in the challenge.
        weights: Its arrays.
        scene: The case, worked out.
        wrong: Whether each variant of each mistake is off by more than the margin (variants,).
        points: The variants' maps at every fourth pixel (variants, points).
    """

    case: dict[str, Any]
    weights: dict[str, Array]
    scene: Scene
    wrong: Array
    points: Array

    @cached_property
    def visible(self) -> Array:
        """Whether each of `nearby` is visible (variants,)."""
        return least_difference(nearby(self.scene), self.scene) > VISIBLE

    @cached_property
    def apart(self) -> Array:
        """Whether two variants differ, (variants, variants)."""
        return np.abs(self.points[:, None] - self.points[None]).max(axis=2) > APART


def pose(rng: np.random.Generator) -> Record:
    """Draw cases: pooled and flat heads, both layers, images that are not square.

    Cases are drawn until every known mistake is off by more than the margin in at least one of
    them, and differs from every other mistake in at least one. Some mistakes show in few cases
    only, so earlier cases are kept and tried together with later ones.
    """
    names = _layer_names(rng)
    zero = int(rng.integers(len(_HEADS)))
    # Two of each: a hard-coded size is wrong for some of them.
    tall = rng.permutation([True, True, False, False])
    kinds = [
        Kind(head, layer, names, place == zero, bool(tall[place]))
        for place, (head, layer) in enumerate(zip(_HEADS, _LAYERS, strict=True))
    ]
    cases = _draw_together(rng, kinds)
    arrays = {
        f"{name}{number}": array
        for number, drawn in enumerate(cases)
        for name, array in drawn.weights.items()
    }
    return Record({"cases": [drawn.case for drawn in cases]}, arrays)


def _draw_together(rng: np.random.Generator, kinds: list[Kind]) -> Sequence[Drawn]:
    """Draw cases of each kind in turn, until one of each together reveal all mistakes."""
    drawn: list[list[Drawn]] = [[] for _ in kinds]
    while True:
        place = sum(map(len, drawn)) % len(kinds)
        new = _draw_case(rng, kinds[place])
        drawn[place].append(new)
        # Only combinations with the new case are new.
        pools = [[new] if number == place else pool for number, pool in enumerate(drawn)]
        for chosen in _all_wrong_somewhere(pools):
            if _all_visible_somewhere(chosen) and _all_apart_somewhere(chosen):
                return chosen


def _all_wrong_somewhere(pools: list[list[Drawn]]) -> Iterator[tuple[Drawn, ...]]:
    """Yield the choices of one case from each pool in which each mistake is off in some case."""
    shown = np.array([False])
    for number, pool in enumerate(pools):
        if not pool:
            return
        # One axis per pool, and the variants last.
        wrong = np.array([drawn.wrong for drawn in pool])
        shape = [1] * len(pools)
        shape[number] = len(pool)
        shown = shown | wrong.reshape(*shape, -1)
    for choice in np.argwhere(shown.all(axis=-1)):
        yield tuple(pool[place] for pool, place in zip(pools, choice, strict=True))


def _all_visible_somewhere(cases: Sequence[Drawn]) -> bool:
    """Return whether each of `nearby` is visible in at least one case."""
    return bool(np.any([drawn.visible for drawn in cases], axis=0).all())


def _all_apart_somewhere(cases: Sequence[Drawn]) -> bool:
    """Return whether each mistake differs from every other in at least one case."""
    return bool((np.any([drawn.apart for drawn in cases], axis=0) | _NEED_NOT_DIFFER).all())


def _draw_case(rng: np.random.Generator, kind: Kind) -> Drawn:
    while True:
        case, weights = _draw_weights(rng, kind)
        scene = set_scene(case, weights)
        if _is_sound(scene.right, *scene.worked.image.shape[:2]):
            return Drawn(case, weights, scene, *_show(scene))


def _is_sound(raw: Array, height: int, width: int) -> bool:
    """Return whether correct solutions agree on a map, however they enlarge it."""
    # The positive part must be a substantial part of the map, or scaling by its peak is fragile.
    if not (0.25 < (raw > 0).mean() < 0.75 and raw.max() > 0.3 * abs(raw.min())):
        return False
    return bool(errors_of(right_ways(raw, height, width), raw).max() < AGREED)


def _draw_weights(rng: np.random.Generator, kind: Kind) -> tuple[dict[str, Any], dict[str, Array]]:
    size, classes = 4, int(rng.integers(LEAST_CLASSES, LEAST_CLASSES + 3))
    height, width = (7, 5) if kind.tall else (5, 7)
    # Numbers of channels differ from those of rows and columns, and between the layers, so that
    # arrays that do not belong together do not fit together.
    first, second = 4, int(rng.choice([6, 8]))
    pooled = kind.head == "pooled"
    positions = 1 if pooled else int(height * width)
    weights = {
        # Colours of different brightness, or a subtracted mean would go unnoticed.
        "image": rng.normal(size=(height * size, width * size, 3)) + rng.normal(scale=0.6, size=3),
        "patch": rng.normal(scale=0.8 / size, size=(size, size, 3, first)),
        "mix": rng.normal(scale=3.0, size=(first, second)) * _strengths(first)[:, None],
        "dense": rng.normal(scale=1.0 if pooled else 0.15, size=(positions * second, classes))
        * np.tile(_strengths(second), positions)[:, None],
        "bias": rng.normal(scale=0.2, size=classes),
    }
    case = {
        "layers": list(kind.names),
        "layer": kind.names[0] if kind.layer == "first" else kind.names[1],
        "head": kind.head,
        "category": 0 if kind.zero else int(rng.integers(1, classes)),
        "classes": classes,
    }
    return case, {name: array.astype(np.float32) for name, array in weights.items()}


def _strengths(channels: int) -> Array:
    """Return each channel's strength: larger for the outer ones, whose loss must show in a sum."""
    return np.array([1.5, *[0.4] * (channels - 2), 1.5])


def _show(scene: Scene) -> tuple[Array, Array]:
    """Return which mistakes a case distinguishes from the right answer, and their maps."""
    maps = np.concatenate(list(mistaken_scene(scene).values()))
    wrong = errors_of(maps, scene.right) > MARGIN
    return wrong, maps[:, 2::4, 2::4].reshape(len(maps), -1)


def _layer_names(rng: np.random.Generator) -> tuple[str, str]:
    letters = "".join(rng.choice(list("abcdefghijklmnop"), size=8))
    return f"maps_{letters[:4]}", f"maps_{letters[4:]}x"
