import keras
import numpy as np
import pytest
import tensorflow as tf

from util.backend import K


@pytest.fixture
def pooled():
    """A network small enough for a closed form: convolution, pooling, one sigmoid per class."""
    image = keras.Input((None, None, 2))
    maps = keras.layers.Conv2D(3, 1, name="maps")(image)
    pooled = keras.layers.GlobalAveragePooling2D()(maps)
    model = keras.Model(image, keras.layers.Dense(4, activation="sigmoid", name="dense")(pooled))
    rng = np.random.default_rng(0)
    for weight in model.weights:
        weight.assign(rng.standard_normal(weight.shape))
    return model


@pytest.fixture
def image():
    return np.random.default_rng(1).standard_normal((1, 5, 7, 2)).astype(np.float32)


def test_values_of_layers_come_as_numpy_arrays(pooled, image):
    f = K.function([pooled.input], [pooled.get_layer("maps").output, pooled.output])
    maps, output = f([image])
    assert isinstance(maps, np.ndarray)
    kernel, bias = (weight.numpy() for weight in pooled.get_layer("maps").weights)
    np.testing.assert_allclose(maps, image @ kernel[0, 0] + bias, rtol=1e-5)
    np.testing.assert_allclose(output, pooled(image), rtol=1e-5)


@pytest.mark.parametrize("category", range(4))
def test_gradient_has_its_closed_form(pooled, image, category):
    maps = pooled.get_layer("maps").output
    gradients = K.gradients(pooled.output[0][category], maps)
    assert isinstance(gradients, list)
    assert len(gradients) == 1
    (result,) = K.function([pooled.input], gradients)([image])
    p = pooled(image).numpy()[0, category]
    weights = pooled.get_layer("dense").kernel.numpy()[:, category]
    expected = np.broadcast_to(p * (1 - p) * weights / (5 * 7), (1, 5, 7, 3))
    np.testing.assert_allclose(result, expected, rtol=1e-4)


def test_maps_and_gradient_from_one_function(pooled, image):
    maps = pooled.get_layer("maps").output
    gradient = K.gradients(pooled.output[0][1], maps)[0]
    values = K.function([pooled.input], [maps, gradient])([image])
    assert isinstance(values, list)
    assert [value.shape for value in values] == [(1, 5, 7, 3)] * 2


def test_gradient_placeholders_can_be_computed_with(pooled, image):
    gradient = K.gradients(pooled.output[0][1], pooled.get_layer("maps").output)[0]
    weights = keras.ops.mean(gradient[0], axis=(0, 1))
    whole, pooled_value = K.function([pooled.input], [gradient, weights])([image])
    np.testing.assert_allclose(pooled_value, whole[0].mean(axis=(0, 1)), rtol=1e-5)


def test_mean_pools_gradients_as_in_the_textbook(pooled, image):
    gradient = K.gradients(pooled.output[0][1], pooled.get_layer("maps").output)[0]
    whole, weights = K.function([pooled.input], [gradient, K.mean(gradient, axis=(0, 1, 2))])(
        [image]
    )
    assert weights.shape == (3,)
    np.testing.assert_allclose(weights, whole.mean(axis=(0, 1, 2)), rtol=1e-5)


@pytest.mark.parametrize("axis", [None, 1, (0, 2), [0, 1]])
@pytest.mark.parametrize("keepdims", [False, True])
def test_mean_of_values_is_numpys(axis, keepdims, image):
    expected = image.mean(axis=tuple(axis) if isinstance(axis, list) else axis, keepdims=keepdims)
    np.testing.assert_array_equal(K.mean(image, axis=axis, keepdims=keepdims), expected)


def test_each_of_several_gradients_is_total(image):
    source = keras.Input((None, None, 2))
    first = keras.layers.Rescaling(3.0, name="first")(source)
    second = keras.ops.square(first)
    loss = keras.ops.sum(second) + keras.ops.sum(first)
    f = K.function([source], K.gradients(loss, [first, second, source]))
    by_first, by_second, by_source = f([image])
    np.testing.assert_allclose(by_first, 2 * 3 * image + 1, rtol=1e-5)
    np.testing.assert_allclose(by_second, np.ones_like(image))
    np.testing.assert_allclose(by_source, 3 * (6 * image + 1), rtol=1e-5)


def test_a_path_around_the_variable_is_held_constant(image):
    source = keras.Input((None, None, 2))
    side = keras.layers.Rescaling(2.0)(source)
    loss = keras.ops.sum(side * source)
    (by_side,) = K.function([source], K.gradients(loss, side))([image])
    np.testing.assert_allclose(by_side, image)


def test_gradient_of_a_value_by_itself_is_one(pooled, image):
    output = pooled.output
    (result,) = K.function([pooled.input], K.gradients(output, output))([image])
    np.testing.assert_array_equal(result, np.ones((1, 4)))


def test_model_with_two_inputs():
    left, right = keras.Input((3,)), keras.Input((3,))
    loss = keras.ops.sum(left * right)
    f = K.function([left, right], K.gradients(loss, [left, right]))
    a, b = np.arange(3.0)[None], np.arange(3.0, 6)[None]
    by_left, by_right = f([a, b])
    np.testing.assert_allclose(by_left, b)
    np.testing.assert_allclose(by_right, a)


def test_tail_equals_the_tape_over_the_whole_densenet(network):
    x = np.random.default_rng(3).standard_normal((1, 64, 64, 3)).astype(np.float32)
    layer = network.get_layer("conv5_block16_concat").output
    maps, tail = K.function([network.input], [layer, K.gradients(network.output[0][5], layer)[0]])(
        [x]
    )
    both = keras.Function(network.input, [layer, network.output])
    with tf.GradientTape() as tape:
        source = tf.constant(x)
        tape.watch(source)
        whole_maps, output = both(source)
        score = output[0][5]
    np.testing.assert_allclose(maps, whole_maps, rtol=1e-4, atol=1e-5)
    expected = tape.gradient(score, whole_maps)
    np.testing.assert_allclose(tail, expected, rtol=1e-3, atol=1e-9)


def test_only_the_tail_is_run_when_the_variable_cuts_the_graph(network):
    cut = K.gradients(network.output[0][0], network.get_layer("conv5_block16_concat").output)[0]
    inside = K.gradients(network.output[0][0], network.get_layer("conv5_block16_2_conv").output)[0]
    assert len(cut._keras_history.operation._graph.operations) < 10
    assert len(inside._keras_history.operation._graph.operations) > 400


def test_a_layer_beside_a_skip_connection(network):
    x = np.random.default_rng(3).standard_normal((1, 32, 32, 3)).astype(np.float32)
    layer = network.get_layer("conv5_block16_2_conv").output
    concat = network.get_layer("conv5_block16_concat").output
    loss = network.output[0][5]
    by_layer, by_concat = K.function([network.input], K.gradients(loss, [layer, concat]))([x])
    # The layer is the last part of the concatenation.
    np.testing.assert_allclose(by_layer, by_concat[..., -32:], rtol=1e-3, atol=1e-9)


def test_printing_is_informative(pooled):
    maps = pooled.get_layer("maps").output
    f = K.function([pooled.input], [maps])
    assert repr(f) == (
        "<util.backend.Function from [(None, None, None, 2)] to [(None, None, None, 3)]>"
    )
    gradient = K.gradients(pooled.output[0][0], maps)[0]
    assert "gradient_of_" in repr(gradient)
    assert "with_respect_to_maps" in repr(gradient)
    assert "shape=(None, None, None, 3)" in repr(gradient)


def test_loss_that_does_not_depend_on_the_variable(pooled):
    other = keras.Input((2,), name="stranger")
    with pytest.raises(ValueError, match=r"does not depend on stranger"):
        K.gradients(pooled.output[0][0], other)
    with pytest.raises(ValueError, match="does not depend on"):
        K.gradients(pooled.get_layer("maps").output, pooled.output)


def test_step_without_derivative(pooled, image):
    loss = keras.ops.argmax(pooled.output[0])
    f = K.function([pooled.input], K.gradients(loss, pooled.get_layer("maps").output))
    with pytest.raises(ValueError, match="no derivative"):
        f([image])


@pytest.mark.parametrize(
    "call",
    [
        lambda model, x: K.gradients(x, model.output),
        lambda model, x: K.gradients(model.output, x),
        lambda model, x: K.function([x], [model.output]),
        lambda model, x: K.function([model.input], [None]),
    ],
)
def test_values_in_place_of_placeholders(pooled, image, call):
    with pytest.raises(TypeError, match="must be placeholders"):
        call(pooled, image)


def test_call_with_an_array_in_place_of_a_list(pooled, image):
    f = K.function([pooled.input], [pooled.output])
    with pytest.raises(TypeError, match=r"f\(\[x\]\), not f\(x\)"):
        f(image)
    with pytest.raises(ValueError, match="made for 1"):
        f([image, image])
