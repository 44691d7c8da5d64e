"""The scene from which a mistake is computed, and the definition of a known mistake."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from util.hidden_tests.grad_cam.worked import Array, Worked, cam_of, work_out_case


@dataclass(frozen=True)
class Scene:
    """A worked-out case with its requested category and layer.

    Attributes:
        worked: Activations and gradients.
        category: The requested category.
        layer: Name of the requested layer.
        layers: Names of both layers, in the order of the network.
        faint: The case worked out for the picture divided by 255, as if it held grey levels.
    """

    worked: Worked
    category: int
    layer: str
    layers: tuple[str, str]
    faint: Worked

    @property
    def maps(self) -> Array:
        """Activations (h, w, C) of the requested layer."""
        return self.worked.maps[self.layer]

    @property
    def gradients(self) -> Array:
        """Gradients (h, w, C) of the requested category at the requested layer."""
        return self.worked.gradients[self.layer][self.category]

    @property
    def weights(self) -> Array:
        """The right weights (C,)."""
        return self.gradients.mean(axis=(0, 1))

    @property
    def right(self) -> Array:
        """The right map (h, w) before ReLU, resizing and scaling."""
        return self.cam(self.category)

    def cam(self, category: int, layer: str | None = None) -> Array:
        """Grad-CAM (h, w) of any category and layer before ReLU, resizing and scaling."""
        return cam_of(self.worked, category, layer or self.layer)

    def weighted(self, gradients: Array) -> Array:
        """Return the map (h, w) that other gradients (h, w, C) yield when averaged correctly."""
        return self.maps @ gradients.mean(axis=(0, 1))


def set_scene(case: Mapping[str, Any], weights: Mapping[str, Array]) -> Scene:
    """Work out a case as it is, and with the picture rescaled as some learners do."""
    faint = {**weights, "image": weights["image"] / 255}
    return Scene(
        work_out_case(case, weights),
        case["category"],
        case["layer"],
        tuple(case["layers"]),
        work_out_case(case, faint),
    )


@dataclass(frozen=True)
class Mistake:
    """A mistake that learners are known to make.

    Attributes:
        name: Its identifier.
        sentence: What was found, what was expected, and which idea to go back to.
        variants: Functions of a case, each of which returns a map (h, w) before ReLU, resizing and
            scaling. Different ways of making the same mistake may yield different maps.
    """

    name: str
    sentence: str
    variants: Sequence[Callable[[Scene], Array]]
