"""Exercise 1: what its visible test prints, draws and says."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from util import load_image_normalize
from util.class_activation import reference_cam
from util.public_tests import ExerciseError, grad_cam_test
from util.visible import grad_cam as visible

LAYER = "conv5_block16_concat"


@pytest.fixture
def stand_in(monkeypatch):
    """Let a fixed ramp stand for the reference, so that no network is needed."""
    ramp = np.tile(np.linspace(0, 1, 320), (320, 1))
    others = np.random.default_rng(0).uniform(size=(14, 320, 320))
    others[5] = ramp
    monkeypatch.setattr(visible, "reference_cams", lambda *_: others)
    return ramp


def test_it_prints_the_lessons_lines_and_gives_the_map(stand_in, picture, capsys):
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


def test_it_passes_on_the_lessons_network(network, picture, cells, run, capsys):
    # The random head saturates the sigmoid, whose gradient is then zero in float32.
    kernel, bias = network.layers[-1].get_weights()
    network.layers[-1].set_weights([kernel / 1000, bias])
    try:
        cell = cells["grad_cam"]
        cam = grad_cam_test(run(cell, cell.solved), network, picture, 120.0, 50.0)
        image = load_image_normalize(picture, 120.0, 50.0)
        reference = reference_cam(network, image, 5, LAYER)
    finally:
        network.layers[-1].set_weights([kernel, bias])
    np.testing.assert_allclose(cam, reference, atol=1e-3)
    assert " All tests passed." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("returned", "says"),
    [
        (lambda ramp: None, "Return the map: grad_cam returned None"),
        (lambda ramp: ramp[:10, :10], r"shape \(10, 10\); expected \(320, 320\).*step 6"),
        (lambda ramp: ramp[None], r"shape \(1, 320, 320\); expected \(320, 320\).*batch axis"),
        (lambda ramp: (ramp, 1), "a tuple came back; expected an array of shape"),
        (lambda ramp: "map", "a str came back"),
        (lambda ramp: ramp * np.nan, "NaN.*expected values from 0 to 1"),
        (lambda ramp: 1 - ramp, "mirror image.*differs from the reference by 0.33"),
        (lambda ramp: ramp * 0, "no position speaks for.*differs from the reference"),
    ],
)
def test_it_says_what_is_wrong(returned, says, stand_in, picture):
    with pytest.raises(ExerciseError, match=says):
        grad_cam_test(lambda *_: returned(stand_in), None, picture, 120.0, 50.0)


def test_an_error_of_0_05_is_too_much_and_less_is_enough(stand_in, picture):
    grad_cam_test(lambda *_: stand_in + np.sqrt(0.0499), None, picture, 120.0, 50.0)
    with pytest.raises(ExerciseError, match=r"less than 0\.05"):
        grad_cam_test(lambda *_: stand_in + np.sqrt(0.0501), None, picture, 120.0, 50.0)


def test_a_wrong_map_is_drawn_beside_the_reference(stand_in, picture, monkeypatch):
    shown = []
    monkeypatch.setattr(plt, "show", lambda: shown.extend(a.get_title() for a in plt.gcf().axes))
    with pytest.raises(ExerciseError):
        grad_cam_test(lambda *_: stand_in * 255, None, picture, 120.0, 50.0)
    assert shown == ["Picture", "Your map\nfrom 0 to 255", "Reference map\nfrom 0 to 1"]


def test_a_right_map_is_not_drawn(stand_in, picture, monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: pytest.fail("a figure was shown"))
    grad_cam_test(lambda *_: stand_in, None, picture, 120.0, 50.0)


WEIGHTS = "weights = np.mean(grads_val, axis=(0, 1))"
DOT = "cam = np.dot(spatial_map_val, weights)"
VALUES = "spatial_map_and_gradient_function([image])"
CALL = "K.function([input_model.input], [spatial_map_layer, grads])"
NEED = r"Steps 4 and 5 need activations of shape \(H, W, C\) and one weight per channel, \(C,\)"
MISTAKES = {
    "over the channels": (
        [(WEIGHTS, "weights = np.mean(grads_val, axis=2)")],
        NEED + r".*line 54: cam = np\.dot.*weights has shape \(10, 10\)",
    ),
    "over the rows": (
        [(WEIGHTS, "weights = np.mean(grads_val, axis=0)")],
        NEED + r".*weights has shape \(10, 16\)",
    ),
    "one weight": (
        [(WEIGHTS, "weights = np.mean(grads_val)")],
        "Step 6 needs one number per position.*OpenCV|Return a map as large as the picture",
    ),
    "the batch kept": (
        [("spatial_map_val = spatial_map_all_dims[0]", "spatial_map_val = spatial_map_all_dims")],
        r"Return a map as large as the picture: shape \(320, 320, 10\); expected \(320, 320\)",
    ),
    "the list of gradients": (
        [("grads = grads_l[0]", "grads = grads_l")],
        "K.gradients returns a list: take its one item",
    ),
    "no batch index": (
        [("= output_with_batch_dim[0]", "= output_with_batch_dim")],
        "Take the first of the batch before you take the category",
    ),
    "a layer, not its output": (
        [("get_layer(layer_name).output", "get_layer(layer_name)")],
        "Placeholders first, numbers later",
    ),
    "arguments exchanged": (
        [("K.gradients(y_c, spatial_map_layer)", "K.gradients(spatial_map_layer, y_c)")],
        "Give K.gradients first the value",
    ),
    "no list of inputs": (
        [(VALUES, "spatial_map_and_gradient_function(image)")],
        "Call the function that K.function made with a list",
    ),
    "one output": (
        [(CALL, "K.function([input_model.input], [grads])")],
        "Ask one K.function for two things",
    ),
    "a placeholder for a number": (
        [(WEIGHTS, "weights = K.mean(grads, axis=(0, 1, 2))")],
        "A placeholder holds no numbers",
    ),
    "another layer's name": (
        [("get_layer(layer_name)", "get_layer('layer_name')")],
        "Does grad_cam use its own arguments.*No such layer",
    ),
    "a misspelt variable": (
        [(WEIGHTS, "weights = np.mean(grad_val, axis=(0, 1))")],
        "Use names that are set before.*NameError: name 'grad_val'",
    ),
    "an argument lost": (
        [("category_index, layer_name):", "category_index):"), ("(layer_name)", "('bn')")],
        "Keep the arguments as they were given",
    ),
    "no return": ([("    return cam", "    pass")], "Return the map: grad_cam returned None"),
    "category 0": (
        [("output_all_categories[category_index]", "output_all_categories[0]")],
        r"Use category_index: your map is that of Cardiomegaly \(number 0\)",
    ),
    "no ReLU": (
        [("cam = np.maximum(cam, 0)", "cam = cam")],
        "Keep the ReLU of step 6.*values go from -",
    ),
    "not scaled": (
        [("cam = cam / cam.max()", "pass")],
        "Divide by the largest value at the end of step 6.*expected 0 to 1",
    ),
    "a division by zero": (
        [("    return cam", "    return 1 / 0")],
        "Look at the line at which grad_cam stops.*line 64: ",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_usual_mistake_ends_in_one_sentence(mistake, tiny, picture, cells, run):
    changes, says = MISTAKES[mistake]
    cell = cells["grad_cam"]
    with pytest.raises(ExerciseError, match=f"^({says})") as caught:
        grad_cam_test(run(cell, cell.solved, *changes), tiny, picture, 120.0, 50.0)
    assert caught.value.__suppress_context__
    assert "\n" not in str(caught.value)


TAPE = """
def grad_cam(input_model, image, category_index, layer_name):
    both = keras.Model(input_model.inputs, [input_model.get_layer(layer_name).output,
                                            input_model.output])
    with tf.GradientTape() as tape:
        maps, scores = both([image])
        SCORE
    gradients = tape.gradient(score, maps)
    weights = tf.reduce_mean(gradients, axis=(0, 1, 2)).numpy()
    cam = np.maximum(maps[0].numpy() @ weights, 0)
    return cv2.resize(cam / cam.max(), (image.shape[2], image.shape[1]))
"""


def test_a_gradient_tape_is_as_right_as_k_function(tiny, picture, cells, run):
    source = TAPE.replace("SCORE", "score = scores[:, category_index]")
    grad_cam_test(run(cells["grad_cam"], source), tiny, picture, 120.0, 50.0)


def test_a_tape_without_a_gradient_is_told_so(tiny, picture, cells, run):
    source = TAPE.replace("SCORE", "score = both([image])[1][:, category_index]")
    with pytest.raises(ExerciseError, match=r"^Compute the score inside the tape"):
        grad_cam_test(run(cells["grad_cam"], source), tiny, picture, 120.0, 50.0)


def test_a_layer_of_another_model_leads_to_the_arguments(stand_in, picture, network):
    def grad_cam(input_model, image, category, layer):
        return network.get_layer("no_such_layer").output

    with pytest.raises(ExerciseError, match=r"^Does grad_cam use its own arguments.*No such layer"):
        grad_cam_test(grad_cam, None, picture, 120.0, 50.0)
