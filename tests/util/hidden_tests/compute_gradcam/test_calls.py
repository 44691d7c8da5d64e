"""What is said of calls, given as the answer writes them down."""

import pytest

from proctor.seeds import generator
from util.hidden_tests import compute_gradcam
from util.hidden_tests.compute_gradcam.calls import call_problem


@pytest.fixture(scope="module")
def challenge():
    """Return one challenge."""
    return compute_gradcam.pose(generator(0))


@pytest.fixture
def calls(challenge):
    """Return the right calls."""
    data = challenge.data
    return [
        {
            "model": data["model"],
            "category": data["labels"].index(label),
            "layer": data["layer"],
            "image": True,
            "shape": [1, 320, 320, 3],
            "kind": "f",
        }
        for label in data["selected"]
    ]


def named(challenge, calls, *, broke_off=False):
    verdict = call_problem(challenge, calls, broke_off=broke_off)
    return verdict and (verdict.score, verdict.misconception)


def test_right_calls_are_no_problem_in_any_order_and_number(challenge, calls):
    assert named(challenge, calls) is None
    assert named(challenge, [*calls[::-1], *calls]) is None


def test_an_index_from_the_end_is_the_same_category(challenge, calls):
    count = len(challenge.data["labels"])
    assert (
        named(challenge, [call | {"category": call["category"] - count} for call in calls]) is None
    )


def test_no_call_is_told(challenge):
    assert named(challenge, []) == (0.0, "no_call")


def test_one_call_for_the_first_label_is_a_loop_that_ends_too_early(challenge, calls):
    first = calls[0] | {"category": 0}
    assert named(challenge, [first]) == (0.0, "only_one")
    assert named(challenge, [first] * 4) == (0.0, "first_label")


@pytest.mark.parametrize("broke_off", [False, True])
def test_the_beginning_of_a_mistake_counts_only_where_the_function_broke_off(
    broke_off, challenge, calls
):
    begun = [calls[0] | {"category": place} for place in range(5)]
    expected = "all_labels" if broke_off else "category"
    assert named(challenge, begun, broke_off=broke_off) == (0.0, expected)
    assert named(challenge, begun[1:2], broke_off=broke_off) == (0.0, "category")


def test_right_calls_that_broke_off_are_no_problem(challenge, calls):
    for count in range(1, len(calls)):
        assert named(challenge, calls[:count], broke_off=True) is None
    assert named(challenge, calls[:1]) == (0.0, "only_one")


IMAGES = {
    "no_picture": [("U", []), ("O", []), ("O", [2])],
    "raw_image": [("u", [320, 320, 3]), ("i", [1, 320, 320, 3])],
    "image_axes": [("f", [320, 320, 3]), ("f", [2, 320, 320, 3]), ("f", [1, 1, 320, 320, 3])],
    "image": [("f", [1, 320, 320, 3]), ("f", [1, 224, 224, 3])],
}


@pytest.mark.parametrize("name", IMAGES)
def test_another_image_is_told_by_its_shape_and_kind(name, challenge, calls):
    for kind, shape in IMAGES[name]:
        wrong = [call | {"image": False, "kind": kind, "shape": shape} for call in calls]
        assert named(challenge, wrong) == (0.0, name)


def test_arguments_in_another_order_are_told(challenge, calls):
    wrong = [call | {"model": "None", "image": False, "kind": "O", "shape": []} for call in calls]
    assert named(challenge, wrong) == (0.0, "swapped")
    assert named(challenge, [call | {"category": None} for call in calls]) == (0.0, "no_position")


@pytest.mark.parametrize("key", ["layer", "model"])
def test_one_wrong_argument_is_enough(key, challenge, calls):
    assert named(challenge, [*calls[1:], calls[0] | {key: "other"}]) == (0.0, key)


@pytest.mark.parametrize("said", [1, "True", [True], None])
def test_the_image_is_right_only_where_the_answer_says_true(said, challenge, calls):
    assert named(challenge, [call | {"image": said} for call in calls]) == (0.0, "image")
