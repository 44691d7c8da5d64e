"""The visible tests: what they print, and what they tell a student who is not there yet."""

import cv2
import numpy as np
import pandas as pd
import pytest

from demo.filling import read_sample
from util import K, cindex, load_image, load_image_normalize, public_tests
from util.class_activation import reference_cam
from util.public_tests import (
    ExerciseError,
    compute_gradcam_test,
    grad_cam_test,
    permutation_importance_test,
    permute_feature_test,
)

LAYER = "conv5_block16_concat"


@pytest.fixture
def ada(root):
    """Return the notebook's globals of a student who got everything right."""
    import matplotlib.pyplot as plt

    namespace = {
        "np": np, "pd": pd, "plt": plt, "cv2": cv2, "K": K,
        "load_image": load_image, "load_image_normalize": load_image_normalize,
    }  # fmt: skip
    for cell in read_sample(root / "demo/sample_class/ada.py").cells.values():
        exec(cell, namespace)  # noqa: S102 - our own sample solution
    return namespace


@pytest.fixture
def picture(tmp_path):
    """Return the file of a small picture."""
    path = tmp_path / "picture.png"
    cv2.imwrite(str(path), np.random.default_rng(0).integers(0, 256, (64, 64)).astype("uint8"))
    return path


@pytest.fixture
def stand_in(monkeypatch):
    """Let a fixed ramp stand for the reference, so that no network is needed."""
    ramp = np.tile(np.linspace(0, 1, 320), (320, 1))
    monkeypatch.setattr(public_tests, "reference_cam", lambda *_: ramp)
    return ramp


def test_grad_cam_prints_the_lessons_lines_and_gives_the_map(stand_in, picture, capsys):
    asked = []

    def grad_cam(model, image, category, layer):
        asked.append((model, image.shape, category, layer))
        return stand_in + 0.1

    cam = grad_cam_test(grad_cam, "network", picture, 120.0, 50.0)
    np.testing.assert_allclose(cam, stand_in + 0.1)
    assert asked == [("network", (1, 320, 320, 3), 5, LAYER)]
    first, second, _, third = capsys.readouterr().out.splitlines()
    assert first == "Error from reference should be less than 0.05"
    assert second.startswith("Your error from reference:  0.01")
    assert third == " All tests passed."


def test_grad_cam_passes_on_the_lessons_network(network, picture, ada, capsys):
    # The random head saturates the sigmoid, whose gradient is then zero in float32.
    kernel, bias = network.layers[-1].get_weights()
    network.layers[-1].set_weights([kernel / 1000, bias])
    try:
        cam = grad_cam_test(ada["grad_cam"], network, picture, 120.0, 50.0)
        image = load_image_normalize(picture, 120.0, 50.0)
        reference = reference_cam(network, image, 5, LAYER)
    finally:
        network.layers[-1].set_weights([kernel, bias])
    np.testing.assert_allclose(cam, reference, atol=1e-3)
    assert " All tests passed." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("returned", "says"),
    [
        (lambda ramp: None, "not filled in yet"),
        (lambda ramp: ramp[:10, :10], r"shape \(10, 10\); expected \(320, 320\)"),
        (lambda ramp: ramp * np.nan, "NaN"),
        (lambda ramp: 1 - ramp, "differs from the reference by 0.33"),
        (lambda ramp: ramp * 0, "differs from the reference"),
    ],
)
def test_grad_cam_says_what_is_wrong(returned, says, stand_in, picture):
    with pytest.raises(ExerciseError, match=says):
        grad_cam_test(lambda *_: returned(stand_in), None, picture, 120.0, 50.0)


def test_an_error_of_0_05_is_too_much_and_less_is_enough(stand_in, picture):
    grad_cam_test(lambda *_: stand_in + np.sqrt(0.0499), None, picture, 120.0, 50.0)
    with pytest.raises(ExerciseError, match=r"less than 0\.05"):
        grad_cam_test(lambda *_: stand_in + np.sqrt(0.0501), None, picture, 120.0, 50.0)


def test_compute_gradcam_passes_and_needs_no_right_exercise_1(ada, capsys):
    del ada["grad_cam"]
    compute_gradcam_test(ada["compute_gradcam"])
    assert capsys.readouterr().out.splitlines() == [
        "Selected labels: ['Mass', 'Nodule']",
        "Maps computed for: ['Mass', 'Nodule']",
        "",
        " All tests passed.",
    ]


ASKS = "grad_cam(model, image, {index}, {layer})"
SAYS = {
    "pass": "grad_cam was not called",
    "[grad_cam(model, image, i, layer) for i in range(4)]": "Maps were computed for .*'Hernia'",
    "[grad_cam(model, image, i, layer) for i in range(2)]": "'Edema', 'Mass'.*position in labels",
    "[grad_cam(model, image, i, 'conv') for i in (1, 3)]": "the right layer",
    "[grad_cam(model, image[0], i, layer) for i in (1, 3)]": "the right image",
    "[grad_cam('model', image, i, layer) for i in (1, 3)]": "the right model",
    "[i for i in None]": "compute_gradcam met a None.*one None is left",
}


@pytest.mark.parametrize("line", SAYS)
def test_compute_gradcam_says_what_is_wrong(line):
    namespace = {"load_image_normalize": load_image_normalize}
    code = (
        "def f(model, img, mean, std, data_dir, df, labels, selected, layer_name):\n"
        "    image, layer = load_image_normalize(data_dir + img, mean, std), layer_name\n"
        f"    {line}\n"
    )
    exec(code, namespace)  # noqa: S102 - written above
    with pytest.raises(ExerciseError, match=SAYS[line]):
        compute_gradcam_test(namespace["f"])


def test_permute_feature_prints_the_lessons_lines(ada, capsys):
    permute_feature_test(ada["permute_feature"])
    lines = [line for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert lines[:3] == ["Test Case", "Original dataframe:", "   col1 col2"]
    assert lines[6:8] == ["col1 permuted:", "   col1 col2"]
    assert lines[11] == "Average values after computing over 1000 runs:"
    assert lines[12].startswith("Average of col1: [")
    assert lines[13:] == [" All tests passed."]


def in_place(df, feature):
    df[feature] = np.random.permutation(df[feature])
    return df


PERMUTE_SAYS = [
    (lambda df, f: None, "A NoneType came back"),
    (lambda df, f: df.assign(**{f: None}), "not filled in yet"),
    (in_place, "work on the copy"),
    (lambda df, f: df.assign(col1=[0, 2, 1], col2=["B", "A", "C"]), "col2 changed"),
    (lambda df, f: df.copy(), "not random"),
    (lambda df, f: df.assign(**{f: np.random.choice(df[f], 3)}), "same values"),
    (lambda df, f: df.assign(**{f: [1, 1, 1]}), "same values"),
    (lambda df, f: len(None), "permute_feature met a None"),
]


@pytest.mark.parametrize(("function", "says"), PERMUTE_SAYS)
def test_permute_feature_says_what_is_wrong(function, says):
    np.random.seed(4)
    with pytest.raises(ExerciseError, match=says):
        permute_feature_test(function)


def test_permutation_importance_prints_the_lessons_lines(ada, capsys):
    permutation_importance_test(ada["permutation_importance"], cindex)
    printed = capsys.readouterr().out
    assert printed.startswith("Test Case\n\nYou check your answers on a Logistic Regression")
    assert "Computed Importances:" in printed
    assert printed.count(" All tests passed.") == 2


def frame(values, **form):
    return pd.DataFrame([values], columns=["important", "unimportant"], index=["importance"])


IMPORTANCE_SAYS = [
    (lambda *_, **__: None, "NoneType; expected a DataFrame"),
    (lambda *_, **__: frame([0.5, 0.0]).T, r"\(2, 1\); expected a DataFrame of shape \(1, 2\)"),
    (lambda *_, **__: frame([None, None]), "not filled in yet"),
    (lambda *_, **__: frame([-0.5, 0.0]), "-0.500 and 0.000; expected about 0.5 and 0"),
    (lambda *_, **__: frame([0.5, 0.2]), "expected about 0.5 and 0"),
    (lambda *_, **__: [feature for feature in None], "permutation_importance met a None"),
]


@pytest.mark.parametrize(("function", "says"), IMPORTANCE_SAYS)
def test_permutation_importance_says_what_is_wrong(function, says):
    with pytest.raises(ExerciseError, match=says):
        permutation_importance_test(function, cindex)


def test_an_error_that_no_none_made_comes_through_as_it_is():
    def wrong(df, feature):
        raise TypeError("unsupported operand")

    with pytest.raises(TypeError, match="unsupported operand") as caught:
        permute_feature_test(wrong)
    assert not isinstance(caught.value, ExerciseError)


def test_the_students_own_line_stays_in_the_traceback():
    def unfilled(df, feature):
        for _ in None:
            pass

    with pytest.raises(ExerciseError) as caught:
        permute_feature_test(unfilled)
    assert isinstance(caught.value.__cause__, TypeError)
