"""Exercise 2's answer: the calls of grad_cam, what was printed, and the panels."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from util.answering.compute_gradcam import answer, watch
from util.answering.notebook import Here
from util.answering.record import Record
from util.images import load_image_normalize


def tell(function, data, arrays):
    """Return what is written down of a function, as data and arrays."""
    found = answer(Here(function), Record(data, arrays))
    return found.data, found.arrays


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
    "maps": np.array([np.eye(4), np.eye(4)[::-1]], dtype=np.float32),
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
    said, arrays = tell(compute_gradcam, DATA, ARRAYS)
    assert said == {
        "calls": [
            {
                "model": "net",
                "category": 1,
                "layer": "maps",
                "image": True,
                "shape": [1, 320, 320, 3],
                "kind": "f",
            }
        ],
        "panels": [
            {"title": "Edema: 0.5", "images": 1, "maps": [1]},
            {"title": "", "images": 1, "maps": []},
        ],
    }
    assert arrays == {}
    assert capsys.readouterr().out == ""


def test_figures_that_were_open_before_stay_and_do_not_count():
    mine = plt.figure()
    try:
        said, _ = tell(compute_gradcam, DATA, ARRAYS)
        assert len(said["panels"]) == 2
        assert plt.get_fignums() == [mine.number]
    finally:
        plt.close(mine)


def test_another_image_is_seen():
    def other(model, img, mean, std, data_dir, df, labels, selected, layer_name):
        grad_cam(model, np.zeros((1, 320, 320, 3)), 0, layer_name)  # noqa: F821 - the spy
        grad_cam(input_model=None, image=1, category_index=True, layer_name=3)  # noqa: F821

    said, _ = tell(other, DATA, ARRAYS)
    assert [call["image"] for call in said["calls"]] == [False, False]
    assert [call["model"] for call in said["calls"]] == ["net", "None"]


def test_changing_a_map_changes_no_other():
    def other(model, img, mean, std, data_dir, df, labels, selected, layer_name):
        first = grad_cam(model, None, 0, layer_name)  # noqa: F821 - the spy
        first[:] = 7

    before = ARRAYS["maps"].copy()
    tell(other, DATA, ARRAYS)
    np.testing.assert_array_equal(ARRAYS["maps"], before)


def test_a_flood_of_calls_is_cut():
    def flood(model, img, mean, std, data_dir, df, labels, selected, layer_name):
        for _ in range(1000):
            grad_cam(model, None, 0, layer_name)  # noqa: F821 - the spy

    said, _ = tell(flood, DATA, ARRAYS)
    assert len(said["calls"]) == 100


def test_what_is_raised_after_a_call_is_written_down_with_the_call():
    def other(model, img, mean, std, data_dir, df, labels, selected, layer_name):
        plt.figure()
        grad_cam(model, None, 99, layer_name)  # noqa: F821 - the spy

    said, _ = tell(other, DATA, ARRAYS)
    assert [call["category"] for call in said["calls"]] == [99]
    assert said["raised"] == "IndexError"
    assert "99" in said["message"]
    assert said["panels"] == []
    assert not plt.get_fignums()
    _, error = watch(Here(other), Record(DATA, ARRAYS))
    assert isinstance(error, IndexError)


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt])
def test_figures_are_closed_though_the_function_leaves_for_good(kind):
    def other(*_, **__):
        plt.figure()
        raise kind

    with pytest.raises(kind):
        tell(other, DATA, ARRAYS)
    assert not plt.get_fignums()


def test_what_is_raised_before_any_call_is_raised():
    with pytest.raises(ZeroDivisionError):
        tell(lambda *_, **__: 1 / 0, DATA, ARRAYS)


@pytest.mark.parametrize("category", ["Edema", "1", None, [1], np.array([0, 1])])
def test_what_is_no_position_gives_a_blank_map(category):
    given = []

    def other(model, img, mean, std, data_dir, df, labels, selected, layer_name):
        given.append(grad_cam(model, None, category, layer_name))  # noqa: F821 - the spy

    said, _ = tell(other, DATA, ARRAYS)
    assert [call["category"] for call in said["calls"]] == [None]
    assert given[0].shape == (320, 320)
    assert not given[0].any()


def test_a_map_is_as_large_as_the_picture_and_found_again_whatever_became_of_it():
    shown = {
        "scaled": lambda cam: 255 * cam,
        "small": lambda cam: cam[::4, ::4],
        "bytes": lambda cam: np.uint8(255 * cam),
        "in colours": lambda cam: plt.get_cmap("magma")(cam),
        "in jet": lambda cam: plt.get_cmap("jet")(cam),
        "masked": lambda cam: np.ma.masked_less(cam, 0.5),
    }

    def other(model, img, mean, std, data_dir, df, labels, selected, layer_name):
        for change in shown.values():
            plt.figure()
            plt.imshow(change(grad_cam(model, None, 0, layer_name)))  # noqa: F821 - the spy

    maps = np.random.default_rng(0).uniform(size=(2, 24, 24)).astype("float32")
    said, _ = tell(other, DATA, {**ARRAYS, "maps": maps})
    assert [panel["maps"] for panel in said["panels"]] == [[0]] * len(shown)


def test_maps_over_one_another_are_written_down_from_below_to_above():
    def other(model, img, mean, std, data_dir, df, labels, selected, layer_name):
        plt.figure()
        for category in (1, 0):
            plt.imshow(grad_cam(model, None, category, layer_name))  # noqa: F821 - the spy
            plt.imshow(np.zeros((320, 320)))
        plt.title("left", loc="left")

    said, _ = tell(other, DATA, ARRAYS)
    assert said["panels"] == [{"title": "left", "images": 4, "maps": [1, 0]}]


def test_the_model_gives_predictions_in_every_way_of_asking():
    given = []

    def other(model, img, mean, std, data_dir, df, labels, selected, layer_name):
        grad_cam(model, None, 0, layer_name)  # noqa: F821 - the spy
        image = np.zeros((1, 320, 320, 3))
        given.extend([model.predict(image), model.predict_on_batch(image), model(image).numpy()])

    tell(other, DATA, ARRAYS)
    for predictions in given:
        np.testing.assert_array_equal(predictions, ARRAYS["predictions"])
