"""Judge the figure: whether each selected label has a panel with its title and its map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from util.hidden_tests.reading import short_text

PANELS: Mapping[str, str] = {
    "no_map_shown": "No panel shows a map: show what grad_cam returned, unchanged, over the "
    "picture.",
    "stacked": "Several maps lie in one panel, one over the other; each map needs a panel of its "
    "own, so the number of the panel must change.",
    "one_shown": "Only one of the maps is shown; each of them needs a panel while the loop has it.",
    "same_map": "The same map is shown in several panels; each panel shows the map that was "
    "computed for its own label.",
    "titles_exchanged": "The maps stand under one another's titles: labels and selected_labels do "
    "not have the same order.",
    "same_title": "All maps have the same title; each needs the name of its own label.",
    "no_titles": "The maps have no label in their titles; each needs the name of its own label.",
    "other_titles": "The maps are titled with labels that were not selected; each needs the name "
    "of its own label.",
    "panels": "The figure does not show each map in a panel of its own under its label.",
}
"""Messages to a student, by the mistake's identifier."""


@dataclass(frozen=True)
class Panel:
    """One panel as a viewer sees it.

    Attributes:
        named: The positions of all labels that its title names.
        maps: The categories whose maps it shows, from bottom to top.
    """

    named: frozenset[int]
    maps: tuple[int, ...]

    @property
    def shown(self) -> int | None:
        """The category of the map on top, if there is one."""
        return self.maps[-1] if self.maps else None


def missing_labels(panels: Sequence[Panel], wanted: set[int]) -> set[int]:
    """Return the selected categories without a panel that has only their title, and their map."""
    return {
        category
        for category in wanted
        if not any(panel.named == {category} and panel.shown == category for panel in panels)
    }


def panel_problem(panels: Sequence[Panel], wanted: set[int]) -> str:
    """Return the known mistake that a figure with missing labels shows, or ``panels``."""
    with_map = [panel for panel in panels if panel.maps]
    if not with_map:
        return "no_map_shown"
    if any(len(set(panel.maps)) > 1 for panel in with_map):
        return "stacked"
    shown = [panel.shown for panel in with_map]
    if len(with_map) == 1:
        return "one_shown"
    if len(set(shown)) == 1:
        return "same_map"
    if not set(shown) >= wanted:
        return "panels"
    return _title_problem(with_map, wanted)


def _title_problem(panels: Sequence[Panel], wanted: set[int]) -> str:
    titles = [panel.named for panel in panels]
    if not any(titles):
        return "no_titles"
    if len(set(titles)) == 1:
        return "same_title"
    if all(len(title) == 1 and title <= wanted for title in titles):
        return "titles_exchanged"
    if any(title - wanted for title in titles):
        return "other_titles"
    return "panels"


_MAX_LETTERS, _MAX_MAPS = 1000, 20
"""Maximum number of characters read of a title, and of maps read of a panel."""


def read_panels(said: Sequence[Mapping[str, Any]], labels: Sequence[str]) -> list[Panel]:
    """Read an answer's panels.

    Raises:
        TypeError: A title is not a string.
    """
    return [
        Panel(_named(panel["title"], labels), tuple(map(int, panel["maps"][:_MAX_MAPS])))
        for panel in said
    ]


def _named(title: Any, labels: Sequence[str]) -> frozenset[int]:
    """Return the positions of the labels that a title names."""
    plain = _plain(short_text(title, _MAX_LETTERS))
    return frozenset(place for place, label in enumerate(labels) if _plain(label) in plain)


def _plain(text: str) -> str:
    """Normalise what may be written in more than one way: case and underscores."""
    return text.lower().replace("_", " ")
