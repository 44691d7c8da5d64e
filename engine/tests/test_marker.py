import pytest

from proctor.cells import exercise_marker


@pytest.mark.parametrize(
    ("source", "marker"),
    [
        ("# UNQ_C1 (UNIQUE CELL IDENTIFIER, DO NOT EDIT)\nx = 1", "UNQ_C1"),
        ("import os\n# UNQ_C12", "UNQ_C12"),
        ("x = 1  # UNQ_C1", None),
        ("print('# UNQ_C1')", None),
        ("", None),
    ],
)
def test_the_marker_stands_at_the_beginning_of_a_line(source, marker):
    assert exercise_marker(source) == marker
