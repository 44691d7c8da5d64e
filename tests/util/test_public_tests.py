"""The visible tests: what they print, and what they tell a student who is not there yet."""

import re

import cv2
import matplotlib.pyplot as plt
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
    "pass": "call grad_cam for the selected ones: it was not called",
    "[grad_cam(model, image, i, layer) for i in range(4)]": "maps were computed for .*'Hernia'",
    "[grad_cam(model, image, i, layer) for i in range(2)]": "position in labels.*'Edema', 'Mass'",
    "[grad_cam(model, image, i, 'conv') for i in (1, 3)]": "the right layer",
    "[grad_cam(model, image[0], i, layer) for i in (1, 3)]": "the right image",
    "[grad_cam('model', image, i, layer) for i in (1, 3)]": "the right model",
    "[i for i in None]": "Replace each None.*NoneType",
    "cam = None; plt.imshow(cam)": "Replace each None: cam is None.*grad_cam was not called before",
    "image = df.loc[0, 'no such column']": "Does f use its own arguments",
}


@pytest.mark.parametrize("line", SAYS)
def test_compute_gradcam_says_what_is_wrong(line):
    namespace = {"load_image_normalize": load_image_normalize, "plt": plt}
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


def shuffled_with_none(df, feature):
    done = df.copy(deep=True)
    done[feature] = np.random.shuffle(done[feature].to_numpy())
    return done


def both_columns(df, feature):
    return df.apply(lambda column: np.random.permutation(column))


PERMUTE_SAYS = [
    (lambda df, f: None, "Return a DataFrame: a NoneType came back"),
    (lambda df, f: df.assign(**{f: None}), "not filled in yet"),
    (shuffled_with_none, "shuffle works in place and returns None"),
    (lambda df, f: df[[f]], "Keep all rows and columns"),
    (in_place, "Work on the copy"),
    (lambda df, f: df.assign(col1=[0, 2, 1], col2=["B", "A", "C"]), "col2 changed"),
    (both_columns, "col2 changed"),
    (lambda df, f: df.sample(frac=1), "col2 changed"),
    (lambda df, f: df.copy(), "not random"),
    (lambda df, f: df.assign(**{f: np.random.choice(df[f], 3)}), "same values"),
    (lambda df, f: df.assign(**{f: [1, 1, 1]}), "same values"),
    (lambda df, f: len(None), "Replace each None"),
    (lambda df, f: df.assign(**{f: df["Age"]}), "Does <lambda> use its own arguments"),
]


@pytest.mark.parametrize(("function", "says"), PERMUTE_SAYS)
def test_permute_feature_says_what_is_wrong(function, says):
    np.random.seed(4)
    with pytest.raises(ExerciseError, match=says):
        permute_feature_test(function)


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (in_place, "Work on the copy"),
        (both_columns, "col2 changed"),
        (lambda df, f: df.sample(frac=1), "col2 changed"),
    ],
)
def test_permute_feature_is_no_lottery(function, says):
    """One call in six leaves three rows as they are, whatever the function does."""
    calls = []

    def lucky(df, feature):
        calls.append(1)
        return df.copy() if len(calls) == 1 else function(df, feature)

    with pytest.raises(ExerciseError, match=says):
        permute_feature_test(lucky)


def test_permutation_importance_prints_the_lessons_lines(ada, capsys):
    permutation_importance_test(ada["permutation_importance"], cindex)
    printed = capsys.readouterr().out
    assert printed.startswith("Test Case\n\nYou check your answers on a Logistic Regression")
    assert "Computed Importances:" in printed
    assert printed.count(" All tests passed.") == 2


def frame(values, **form):
    return pd.DataFrame([values], columns=["important", "unimportant"], index=["importance"])


IMPORTANCE_SAYS = [
    (lambda *_, **__: None, r"Return a DataFrame of shape \(1, 2\): a NoneType"),
    (lambda *_, **__: frame([0.5, 0.0]).T, r"a column per feature: the result has shape \(2, 1\)"),
    (lambda *_, **__: pd.DataFrame([[0.5, 0.0]]), "a column per feature"),
    (lambda *_, **__: frame([None, None]), "not filled in yet"),
    (lambda *_, **__: frame([-0.5, 0.0]), "are -0.500 and 0.000; expected about 0.5 and 0"),
    (lambda *_, **__: frame([0.5, 0.2]), "expected about 0.5 and 0"),
    (lambda *_, **__: [feature for feature in None], "Replace each None"),
]


@pytest.mark.parametrize(("function", "says"), IMPORTANCE_SAYS)
def test_permutation_importance_says_what_is_wrong(function, says):
    with pytest.raises(ExerciseError, match=says):
        permutation_importance_test(function, cindex)


IMPORTANCE = """
def permutation_importance(X, y, model, metric, num_samples=100):
    importances = pd.DataFrame(index=["importance"], columns=X.columns)
    baseline = metric(y, model.predict_proba(X)[:, 1])
    for feature in importances.columns:
        values = np.zeros(num_samples)
        for i in range(num_samples):
            shuffled = permute_feature(X, feature)
            values[i] = MEASURED
        importances.loc["importance", feature] = RESULT
    return importances
"""
MEASURED, RESULT = "metric(y, model.predict_proba(shuffled)[:, 1])", "abs(baseline - values.mean())"
IMPORTANCE_MISTAKES = {
    "Take the absolute value": (MEASURED, "baseline - values.mean()"),
    "Take the mean of the performances first": (MEASURED, "abs(baseline - values).mean()"),
    "Use predict_proba": ("metric(y, model.predict(shuffled))", RESULT),
    "difference from the baseline, not the ratio": (MEASURED, "baseline / values.mean()"),
    "Average over all samples": (MEASURED, "abs(baseline - values[-1])"),
    "Look at the two formulas again": (MEASURED, "abs(baseline - values.max())"),
}


def importance(measured, result, **more):
    namespace = {"np": np, "pd": pd, **more}
    code = IMPORTANCE.replace("MEASURED", measured).replace("RESULT", result)
    exec(code, namespace)  # noqa: S102 - written above
    return namespace["permutation_importance"]


@pytest.mark.parametrize("says", IMPORTANCE_MISTAKES)
def test_permutation_importance_knows_the_usual_mistakes(says, capsys):
    with pytest.raises(ExerciseError, match=f"^[^(]*{says}"):
        permutation_importance_test(importance(*IMPORTANCE_MISTAKES[says]), cindex)
    assert "All tests passed" not in capsys.readouterr().out


@pytest.mark.parametrize("third", [None, lambda df, feature: df, lambda *_: 1 / 0])
def test_permutation_importance_passes_without_a_right_exercise_3(third):
    function = importance(MEASURED, RESULT, permute_feature=third)
    permutation_importance_test(function, cindex)
    assert function.__globals__["permute_feature"] is third


def test_permutation_importance_passes_for_one_that_shuffles_by_itself():
    own = importance(MEASURED, RESULT)
    by_itself = own.__globals__
    code = IMPORTANCE.replace("permute_feature(X, feature)", "shuffle_one(X, feature)")
    code = code.replace("MEASURED", MEASURED).replace("RESULT", RESULT)
    exec(code, by_itself)  # noqa: S102 - written above
    by_itself["shuffle_one"] = lambda X, f: X.assign(**{f: np.random.permutation(X[f])})
    permutation_importance_test(by_itself["permutation_importance"], cindex)


def test_an_error_of_unknown_reason_comes_through_as_it_is():
    def wrong(df, feature):
        raise TypeError("unsupported operand")

    with pytest.raises(TypeError, match="unsupported operand") as caught:
        permute_feature_test(wrong)
    assert not isinstance(caught.value, ExerciseError)


def test_the_advice_comes_first_and_the_students_own_line_with_it():
    def unfilled(df, feature):
        weights = None
        return df.to_numpy() @ weights

    with pytest.raises(ExerciseError) as caught:
        permute_feature_test(unfilled)
    message = str(caught.value)
    # Validate shows no more than 80 columns, the error's type among them.
    assert "Replace each None: weights is None" in f"ExerciseError: {message}"[:80]
    assert re.search(r"line \d+: return df.to_numpy\(\) @ weights raised ", message)
    # Nothing is shown below the advice, nor above it: it is the last line and the only error.
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_layer_of_another_model_leads_to_the_arguments(stand_in, picture, network):
    def grad_cam(input_model, image, category, layer):
        return network.get_layer("no_such_layer").output

    with pytest.raises(ExerciseError, match=r"^Does grad_cam use its own arguments.*No such layer"):
        grad_cam_test(grad_cam, None, picture, 120.0, 50.0)
