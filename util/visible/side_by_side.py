"""A small figure of the student's map beside the reference map, for visual comparison."""

from __future__ import annotations

import contextlib
import warnings
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy.typing as npt
from matplotlib.backends.registry import BackendFilter, backend_registry

Array = npt.NDArray[Any]


def draw(picture: Array, own: Array, reference: Array) -> None:
    """Show picture, own map and reference map side by side.

    The text message is what counts; if no figure can be drawn, it is skipped.

    Args:
        picture: Grey levels on any scale, shape (H, W).
        own: The student's map, shape (H, W).
        reference: The reference map, shape (H, W).
    """
    # A notebook may have changed anything about pyplot; the message must appear regardless.
    with contextlib.suppress(Exception):
        figure, axes = plt.subplots(1, 3, figsize=(9, 3.2), layout="constrained")
        panels = (("Picture", picture), ("Your map", own), ("Reference map", reference))
        for panel, (title, values) in zip(axes, panels, strict=True):
            panel.imshow(values, cmap="gray" if values is picture else "magma")
            span = "" if values is picture else f"\nfrom {values.min():.3g} to {values.max():.3g}"
            panel.set_title(title + span)
            panel.axis("off")
        _show(figure)


def _show(figure: Any) -> None:
    with warnings.catch_warnings():
        # Without a display pyplot warns, which is of no use to a student.
        warnings.simplefilter("ignore")
        plt.show()
    # A window must stay open; other backends have drawn by now.
    interactive: list[str] = backend_registry.list_builtin(BackendFilter.INTERACTIVE)  # type: ignore[no-untyped-call]
    if mpl.get_backend() not in interactive:
        plt.close(figure)
