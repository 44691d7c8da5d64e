"""The examiner in one process: nothing for full points, a number for part, an error for none."""

import pytest

from util.hidden_tests import CHECKS, POINTS
from util.hidden_tests.examiner import NotPassed, examine


@pytest.mark.parametrize("exercise", CHECKS)
def test_full_points_return_nothing(exercise, student):
    assert examine(exercise, student("ada")) is None


def test_part_of_the_points_is_a_number(student):
    namespace = student("ada")
    plain = namespace["load_image"]
    # The maps are asked for as they should be, but none of them is shown.
    namespace["plt"] = Unshown(namespace["plt"])
    assert namespace["load_image"] is plain
    assert examine("compute_gradcam", namespace) == 0.7 * POINTS


class Unshown:
    """matplotlib.pyplot without pictures."""

    def __init__(self, pyplot):
        self._pyplot = pyplot

    def __getattr__(self, name):
        return getattr(self._pyplot, name)

    def imshow(self, *_, **__):
        pass


@pytest.mark.parametrize(
    ("name", "exercise", "says"),
    [
        ("dan", "grad_cam", "averaged over the channels"),
        ("eva", "compute_gradcam", "position in labels"),
        ("finn", "permute_feature", "was changed"),
        ("gia", "permutation_importance", "absolute difference"),
    ],
)
def test_no_points_raise_with_the_judges_sentence(name, exercise, says, student):
    cells = {"grad_cam": "UNQ_C1", "compute_gradcam": "UNQ_C2"}
    cells |= {"permute_feature": "UNQ_C3", "permutation_importance": "UNQ_C4"}
    with pytest.raises(NotPassed, match=says):
        examine(exercise, student(name, cells[exercise]))


@pytest.mark.parametrize("exercise", CHECKS)
@pytest.mark.parametrize("value", ["absent", None, 3])
def test_what_is_no_function_is_undefined(exercise, value):
    namespace = {} if value == "absent" else {exercise: value}
    with pytest.raises(NotPassed, match=f"does not define {exercise}"):
        examine(exercise, namespace)


@pytest.mark.parametrize("exercise", CHECKS)
def test_what_the_function_raises_is_told(exercise):
    def fails(*_, **__):
        raise LookupError("a sentence of the student's")

    with pytest.raises(NotPassed, match=f"{exercise} raised LookupError: a sentence"):
        examine(exercise, {exercise: fails})


def test_leaving_the_program_is_told_too():
    def leaves(*_):
        raise SystemExit(3)

    with pytest.raises(NotPassed, match="raised SystemExit: 3"):
        examine("permute_feature", {"permute_feature": leaves})


def test_an_unknown_exercise_is_an_error_of_the_course():
    with pytest.raises(KeyError, match="no_such"):
        examine("no_such", {})


def test_points_and_cells_are_those_of_the_lesson():
    assert POINTS == 10.0
    assert [check.cell for check in CHECKS.values()] == ["UNQ_C1", "UNQ_C2", "UNQ_C3", "UNQ_C4"]
    assert [check.id for check in CHECKS.values()] == list(CHECKS)
