"""What is said of a figure, given as the answer writes it down."""

import pytest

from util.hidden_tests.compute_gradcam.panels import (
    PANELS,
    missing_labels,
    panel_problem,
    read_panels,
)

LABELS = ["Mass", "Edema", "Pleural_Thickening", "Hernia"]
WANTED = {0, 1, 2}


def figure(*panels):
    said = [{"title": title, "images": len(maps), "maps": maps} for title, maps in panels]
    return read_panels(said, LABELS)


FIGURES = {
    "no_map_shown": [("Original", []), ("Mass", []), ("Edema", [])],
    "stacked": [("Mass", [0, 1, 2])],
    "one_shown": [("Original", []), ("Mass", [0])],
    "same_map": [("Mass", [0]), ("Edema", [0]), ("Pleural_Thickening", [0])],
    "titles_exchanged": [("Edema", [0]), ("Mass", [1]), ("Pleural_Thickening", [2])],
    "same_title": [("Mass", [0]), ("Mass", [1]), ("Mass", [2])],
    "no_titles": [("0.2", [0]), ("", [1]), ("Original", [2])],
    "other_titles": [("Mass", [0]), ("Edema", [1]), ("Hernia", [2])],
    "panels": [("Mass", [0]), ("Edema", [1])],
}


@pytest.mark.parametrize("name", PANELS)
def test_each_mistake_is_named(name):
    panels = figure(*FIGURES[name])
    assert missing_labels(panels, WANTED)
    assert panel_problem(panels, WANTED) == name


def test_all_labels_in_one_title_name_none_of_them():
    everything = " ".join(LABELS)
    assert missing_labels(figure(*[(everything, [place]) for place in WANTED]), WANTED) == WANTED


def test_nothing_is_missing_from_a_right_figure():
    panels = figure(("", []), ("mass: 0.1", [0]), ("p of EDEMA", [1]), ("Pleural thickening", [2]))
    assert missing_labels(panels, WANTED) == set()


def test_only_the_map_on_top_counts():
    panels = figure(("Mass", [1, 0]), ("Edema", [1]), ("Pleural_Thickening", [2]))
    assert missing_labels(panels, WANTED) == set()
    panels = figure(("Mass", [0, 1]), ("Edema", [1]), ("Pleural_Thickening", [2]))
    assert missing_labels(panels, WANTED) == {0}


def test_every_mistake_has_a_sentence_of_its_own():
    assert len(set(PANELS.values())) == len(PANELS)
