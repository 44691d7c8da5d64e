"""Exercise 2's judge: which maps are asked for, and whether each is shown under its label."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from proctor.seeds import generator
from util.answering.record import Record
from util.hidden_tests import compute_gradcam, judged

CHECK = compute_gradcam
SEEDS = range(20)

CODE = """
def compute_gradcam(model, img, mean, std, data_dir, df,
                    labels, selected_labels, layer_name="conv5_block16_concat"):
    path = data_dir + img
    image = load_image_normalize(path, mean, std)
    predictions = model.predict(image)
    plt.figure()
    plt.imshow(load_image(path, df, preprocess=False))
    for i in RANGE:
        if CONDITION:
            cam = grad_cam(MODEL, IMAGE, INDEX, LAYER)
            plt.subplot(1, len(labels), i + 1)
            plt.title(TITLE)
            plt.imshow(SHOWN)
"""
RIGHT = {
    "RANGE": "range(len(labels))",
    "CONDITION": "labels[i] in selected_labels",
    "MODEL": "model",
    "IMAGE": "image",
    "INDEX": "i",
    "LAYER": "layer_name",
    "TITLE": "f'{labels[i]} {predictions[0][i]}'",
    "SHOWN": "cam",
}


def write(namespace, **changed):
    """Define the function with some parts written in another way."""
    code = CODE
    for part, text in {**RIGHT, **changed}.items():
        code = code.replace(part, text)
    exec(code, namespace)  # noqa: S102 - our own solutions
    return namespace


@pytest.mark.parametrize("name", ["ada", "ben"])
def test_reference_solutions_pass(name, student, sit):
    namespace = student(name, "UNQ_C2")
    verdicts = [sit("compute_gradcam", namespace, seed).verdict for seed in SEEDS]
    assert [verdict.score for verdict in verdicts] == [1.0] * len(SEEDS), verdicts
    assert not plt.get_fignums()


def test_a_terse_solution_passes(student, sit):
    namespace = write(student("ada", "UNQ_C1"))
    assert sit("compute_gradcam", namespace).verdict.score == 1.0


def test_maps_in_the_order_of_the_selection_pass(student, sit):
    namespace = write(
        student("ada", "UNQ_C1"),
        RANGE="[labels.index(name) for name in selected_labels]",
        CONDITION="True",
    )
    assert sit("compute_gradcam", namespace).verdict.score == 1.0


WRONG = {
    "positions in the selection": ({"RANGE": "range(len(selected_labels))", "CONDITION": "True"},
                                   "selection_position"),
    "all labels": ({"CONDITION": "True"}, "all_labels"),
    "those that were not selected": ({"CONDITION": "labels[i] not in selected_labels"},
                                     "unselected"),
    "those that are present": ({"CONDITION": "df.iloc[0][labels[i]] == 1"}, "present"),
    "the next one": ({"INDEX": "(i + 1) % len(labels)"}, "category"),
    "the one before": ({"INDEX": "i - 1"}, "previous_label"),
    "always the first": ({"INDEX": "0"}, "first_label"),
    "only the first": ({"CONDITION": "labels[i] == selected_labels[0]"}, "only_one"),
    "none": ({"CONDITION": "None"}, "no_call"),
    "names against positions": ({"CONDITION": "i in selected_labels"}, "no_call"),
    "a name": ({"INDEX": "labels[i]"}, "no_position"),
    "the raw picture": ({"IMAGE": "load_image(path, df, preprocess=False)"}, "raw_image"),
    "without the batch axis": ({"IMAGE": "image[0]"}, "image_axes"),
    "the name of the file": ({"IMAGE": "path"}, "no_picture"),
    "another picture": ({"IMAGE": "image + 1"}, "image"),
    "a layer by heart": ({"LAYER": "'conv5_block16_concat'"}, "layer"),
    "another model": ({"MODEL": "None"}, "model"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", WRONG)
def test_each_wrong_solution_earns_nothing(mistake, student, sit, leaks):
    changed, name = WRONG[mistake]
    namespace = write(student("ada", "UNQ_C1"), **changed)
    for seed in range(5):
        sitting = sit("compute_gradcam", namespace, seed)
        assert sitting.verdict.score == 0.0
        assert sitting.verdict.misconception == name
        assert not leaks(sitting.verdict.message, sitting.challenge)


def test_a_map_that_was_left_none_is_told_as_no_call(student, sit):
    namespace = write(student("ada", "UNQ_C1"))
    code = CODE.replace("grad_cam(MODEL, IMAGE, INDEX, LAYER)", "None")
    for part, text in RIGHT.items():
        code = code.replace(part, text)
    exec(code, namespace)  # noqa: S102 - our own solutions
    message = sit("compute_gradcam", namespace).verdict.message
    assert "cam is None where used. grad_cam was not called before." in message


def test_one_category_is_counted_in_the_singular(student, sit):
    namespace = write(student("ada", "UNQ_C1"), INDEX="np.argsort(predictions[0])[7]")
    assert " 1 category, 0 of them right." in sit("compute_gradcam", namespace).verdict.message


PARTLY = {
    "titles of the next label": ({"TITLE": "labels[(i + 1) % len(labels)]"}, "other_titles"),
    "titles of the selection": ({"TITLE": "selected_labels[sum(n in selected_labels "
                                          "for n in labels[:i])]"}, "titles_exchanged"),
    "one title": ({"TITLE": "selected_labels[0]"}, "same_title"),
    "all labels in each title": ({"TITLE": "' '.join(selected_labels)"}, "same_title"),
    "no titles": ({"TITLE": "''"}, "no_titles"),
    "the picture instead of the map": ({"SHOWN": "load_image(path, df, preprocess=False)"},
                                       "no_map_shown"),
    "the map the other way round": ({"SHOWN": "1 - cam"}, "no_map_shown"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", PARTLY)
def test_right_maps_shown_wrongly_earn_part_of_the_points(mistake, student, sit, leaks):
    changed, name = PARTLY[mistake]
    namespace = write(student("ada", "UNQ_C1"), **changed)
    for seed in range(3):
        sitting = sit("compute_gradcam", namespace, seed)
        assert (sitting.verdict.score, sitting.verdict.misconception) == (0.7, name)
        assert not leaks(sitting.verdict.message, sitting.challenge)


@pytest.mark.parametrize("grad_cam", [None, lambda *_: 1 / 0, "absent"])
def test_exercise_1_need_not_be_right(grad_cam, student, sit):
    namespace = student("ada", "UNQ_C2")
    if grad_cam != "absent":
        namespace["grad_cam"] = grad_cam
    before = dict(namespace)
    assert sit("compute_gradcam", namespace).verdict.score == 1.0
    assert namespace == before


def test_the_stand_in_is_gone_even_when_the_function_raises(student, sit_with):
    def raising(*_, **__):
        plt.figure()
        raise RuntimeError

    namespace = raising.__globals__
    assert sit_with(raising, "compute_gradcam").verdict.score == 0.0
    assert "grad_cam" not in namespace
    assert not plt.get_fignums()


def test_what_is_raised_after_right_calls_is_told(student, sit):
    """After the first of them, which by itself would look like a loop that ends too early."""
    namespace = write(student("ada", "UNQ_C1"), TITLE="no_such_name")
    verdict = sit("compute_gradcam", namespace).verdict
    assert (verdict.score, verdict.misconception) == (0.0, None)
    assert verdict.message.startswith("compute_gradcam raised NameError: name 'no_such_name'")


def test_a_mistake_is_named_though_its_figure_broke_off(student, sit):
    namespace = write(student("ada", "UNQ_C1"), CONDITION="i < 5 or 1 / 0")
    verdict = sit("compute_gradcam", namespace).verdict
    assert (verdict.score, verdict.misconception) == (0.0, "all_labels")


CALL = {
    "model": "m", "category": 1, "layer": "l", "image": True, "shape": [1, 2, 2, 3], "kind": "f",
}  # fmt: skip
MALFORMED = {
    "nothing": Record(),
    "no panels": Record({"calls": []}),
    "calls are text": Record({"calls": "calls", "panels": []}),
    "calls are numbers": Record({"calls": [1, 2], "panels": []}),
    "a call without category": Record({"calls": [{}], "panels": []}),
    "a category of text": Record({"calls": [{**CALL, "category": "x"}], "panels": []}),
    "an infinite category": Record({"calls": [{**CALL, "category": np.inf}], "panels": []}),
    "a category that is not a number": Record({"calls": [{**CALL, "category": np.nan}]}),
    "null": Record({"calls": None, "panels": None}),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_answer_is_worth_nothing(name):
    verdict = judged(CHECK.judge, CHECK.pose(generator(0)), MALFORMED[name])
    assert verdict.score == 0.0
    assert verdict.message


@pytest.mark.parametrize(
    "panels",
    [None, [1], ["Mass"], [{}], [{"title": 3, "maps": []}], [{"title": "Mass", "maps": 1}]],
)
def test_malformed_panels_never_earn_full_points(panels):
    challenge = CHECK.pose(generator(0))
    labels = challenge.data["labels"]
    calls = [
        {"model": challenge.data["model"], "category": labels.index(label),
         "layer": challenge.data["layer"], "image": True, "shape": [1, 320, 320, 3], "kind": "f"}
        for label in challenge.data["selected"]
    ]  # fmt: skip
    answer = Record({"calls": calls, "panels": panels})
    assert judged(CHECK.judge, challenge, answer).score < 1.0
