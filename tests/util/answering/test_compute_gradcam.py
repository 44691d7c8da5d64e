"""Exercise 2's answer: the calls of grad_cam, what was printed, and the panels."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from util.answering.compute_gradcam import answer
from util.images import load_image_normalize

DATA = {
    "labels": ["Mass", "Edema"],
    "selected": ["Edema"],
    "truth": {"Mass": 0, "Edema": 1},
    "layer": "maps",
    "model": "net",
    "image": "one.png",
    "mean": 100.0,
    "std": 50.0,
}
ARRAYS = {
    "picture": np.arange(64, dtype=np.uint8).reshape(8, 8),
    "predictions": np.array([[0.25, 0.5]], dtype=np.float32),
    "maps": np.array([np.eye(4), np.ones((4, 4))], dtype=np.float32),
}


def compute_gradcam(model, img, mean, std, data_dir, df, labels, selected, layer_name):
    image = load_image_normalize(data_dir + img, mean, std)
    present = [label for label in labels if df.loc[df["Image"] == img, label].item()]
    print("Truth", present, model.predict(image, verbose=0)[0])
    cam = grad_cam(model, image, labels.index(selected[0]), layer_name)  # noqa: F821 - the spy
    plt.figure()
    plt.title("Edema: 0.5")
    plt.imshow(cam)
    plt.figure()
    plt.imshow(1 - cam)
    plt.show()


def test_calls_print_and_panels_are_written_down(capsys):
    said, arrays = answer(compute_gradcam, {}, DATA, ARRAYS)
    assert said == {
        "calls": [{"model": "net", "category": 1, "layer": "maps", "image": True}],
        "printed": "Truth ['Edema'] [0.25 0.5 ]\n",
        "panels": [
            {"title": "Edema: 0.5", "images": 1, "map": 1},
            {"title": "", "images": 1, "map": None},
        ],
    }
    assert arrays == {}
    assert capsys.readouterr().out == ""


def test_figures_that_were_open_before_stay_and_do_not_count():
    mine = plt.figure()
    try:
        said, _ = answer(compute_gradcam, {}, DATA, ARRAYS)
        assert len(said["panels"]) == 2
        assert plt.get_fignums() == [mine.number]
    finally:
        plt.close(mine)


def test_another_image_is_seen():
    def other(model, img, mean, std, data_dir, df, labels, selected, layer_name):
        grad_cam(model, np.zeros((1, 320, 320, 3)), 0, layer_name)  # noqa: F821 - the spy
        grad_cam(input_model=None, image=1, category_index=True, layer_name=3)  # noqa: F821

    said, _ = answer(other, {}, DATA, ARRAYS)
    assert [call["image"] for call in said["calls"]] == [False, False]
    assert [call["model"] for call in said["calls"]] == ["net", "None"]


def test_changing_a_map_changes_no_other():
    def other(model, img, mean, std, data_dir, df, labels, selected, layer_name):
        first = grad_cam(model, None, 0, layer_name)  # noqa: F821 - the spy
        first[:] = 7

    before = ARRAYS["maps"].copy()
    answer(other, {}, DATA, ARRAYS)
    np.testing.assert_array_equal(ARRAYS["maps"], before)


def test_a_flood_of_calls_and_words_is_cut():
    def flood(model, img, mean, std, data_dir, df, labels, selected, layer_name):
        for _ in range(1000):
            grad_cam(model, None, 0, layer_name)  # noqa: F821 - the spy
        print("x" * 1_000_000)

    said, _ = answer(flood, {}, DATA, ARRAYS)
    assert (len(said["calls"]), len(said["printed"])) == (100, 10_000)


def test_an_impossible_category_raises_as_in_the_lesson():
    def other(model, img, mean, std, data_dir, df, labels, selected, layer_name):
        grad_cam(model, None, 99, layer_name)  # noqa: F821 - the spy

    with pytest.raises(IndexError):
        answer(other, {}, DATA, ARRAYS)
