"""Exercise 1's judge: right solutions pass, each known mistake fails and is named."""

import cv2
import keras
import numpy as np
import pytest
import tensorflow as tf

from proctor.seeds import generator
from tests.strength.corpus import read_corpus
from util.answering.record import Record
from util.hidden_tests import grad_cam, judged

CHECK = grad_cam
SEEDS = range(20)


@pytest.mark.parametrize("name", ["ada", "ben"])
def test_reference_solutions_pass(name, student, sit, same_models):
    namespace = student(name, "UNQ_C1")
    verdicts = [sit("grad_cam", namespace, seed).verdict for seed in SEEDS]
    assert [verdict.score for verdict in verdicts] == [1.0] * len(SEEDS), verdicts


def inside(model, image, category, layer):
    """Activations and gradients of one case, without the batch axis."""
    both = keras.Model(model.inputs, [model.get_layer(layer).output, model.outputs[0]])
    with tf.GradientTape() as tape:
        maps, scores = both(tf.convert_to_tensor(image))
        score = scores[0, category % scores.shape[1]]
    return maps[0].numpy(), tape.gradient(score, maps)[0].numpy()


def finished(raw, image, *, relu=True, scale=True):
    cam = np.maximum(raw, 0) if relu else raw
    cam = cv2.resize(cam, (image.shape[2], image.shape[1]))
    return cam / cam.max() if scale and cam.max() > 0 else cam


def weighted(maps, gradients):
    return maps @ gradients.mean(axis=(0, 1))


def weighted_by(change, maps, gradients):
    return maps @ change(gradients.mean(axis=(0, 1)))


def other(model, layer):
    """The name of the other convolution."""
    return next(
        one.name
        for one in model.layers
        if isinstance(one, keras.layers.Conv2D) and one.name != layer
    )


WRONG = {
    "zeros": lambda m, x, c, n: np.zeros(x.shape[1:3]),
    "uniform": lambda m, x, c, n: np.ones(x.shape[1:3]),
    "no_relu": lambda m, x, c, n: finished(weighted(*inside(m, x, c, n)), x, relu=False),
    "unnormalised": lambda m, x, c, n: finished(weighted(*inside(m, x, c, n)), x, scale=False),
    "other_class": lambda m, x, c, n: finished(weighted(*inside(m, x, c + 1, n)), x),
    "other_layer": lambda m, x, c, n: finished(weighted(*inside(m, x, c, other(m, n))), x),
    "no_weights": lambda m, x, c, n: finished(inside(m, x, c, n)[0].sum(axis=2), x),
    "channel_pooled": lambda m, x, c, n: finished(
        np.prod([part.mean(axis=2) for part in inside(m, x, c, n)], axis=0), x
    ),
    "elementwise": lambda m, x, c, n: finished(np.prod(inside(m, x, c, n), axis=0).sum(axis=2), x),
    "maximum": lambda m, x, c, n: finished(
        inside(m, x, c, n)[0] @ inside(m, x, c, n)[1].max(axis=(0, 1)), x
    ),
    "median": lambda m, x, c, n: finished(
        inside(m, x, c, n)[0] @ np.median(inside(m, x, c, n)[1], axis=(0, 1)), x
    ),
    "weight_signs": lambda m, x, c, n: finished(weighted_by(np.sign, *inside(m, x, c, n)), x),
    "weight_relu": lambda m, x, c, n: finished(
        weighted_by(lambda weights: np.maximum(weights, 0), *inside(m, x, c, n)), x
    ),
    "relu_first": lambda m, x, c, n: finished(
        weighted(np.maximum(inside(m, x, c, n)[0], 0), inside(m, x, c, n)[1]), x
    ),
    "gradient_only": lambda m, x, c, n: finished(inside(m, x, c, n)[1].mean(axis=2), x),
    "transposed": lambda m, x, c, n: finished(weighted(*inside(m, x, c, n)).T, x),
    "not_resized": lambda m, x, c, n: weighted(*inside(m, x, c, n)),
    "not_finite": lambda m, x, c, n: np.full(x.shape[1:3], np.nan),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_each_known_mistake_is_named(mistake, sit_with, same_models, leaks):
    for seed in (1, 2, 3):
        sitting = sit_with(WRONG[mistake], "grad_cam", seed)
        assert (sitting.verdict.score, sitting.verdict.misconception) == (0.0, mistake)
        assert not leaks(sitting.verdict.message, sitting.challenge)


@pytest.mark.slow
def test_no_known_mistake_passes_by_luck_and_the_right_maps_do():
    for seed in range(20):
        challenge = CHECK.pose(generator(seed))
        known = [grad_cam.mistaken(challenge, number) for number in range(4)]
        for mistake in grad_cam.MISTAKES:
            # Another variant of each mistake for each student.
            variant = seed % len(known[0][mistake])
            maps = {f"cam{n}": maps[mistake][variant] for n, maps in enumerate(known)}
            verdict = CHECK.judge(challenge, Record({"cases": SAID}, maps))
            assert (verdict.score, verdict.misconception) == (0.0, mistake), (seed, variant)
        right = {f"cam{number}": right_map(challenge, number) for number in range(4)}
        assert CHECK.judge(challenge, Record({"cases": SAID}, right)).score == 1.0


def right_map(challenge, number):
    case = challenge.data["cases"][number]
    raw = grad_cam.cam_of(grad_cam.work_out(challenge, number), case["category"], case["layer"])
    return grad_cam.finish(raw, *challenge.arrays[f"image{number}"].shape[:2])


def test_one_wrong_map_is_counted_in_the_singular():
    challenge = CHECK.pose(generator(3))
    maps = {f"cam{number}": right_map(challenge, number) for number in range(4)}
    maps["cam2"] = 1 - maps["cam2"]
    message = CHECK.judge(challenge, Record({"cases": SAID}, maps)).message
    assert message.startswith("1 of 4 map is off")


def test_a_none_that_is_left_is_told(student, sit):
    namespace = student("ada", "UNQ_C1")
    code = """
def grad_cam(input_model, image, category_index, layer_name):
    weights = None
    maps = K.function([input_model.input], [input_model.get_layer(layer_name).output])([image])[0]
    return maps[0] @ weights
"""
    exec(code, namespace)  # noqa: S102 - written above
    said = sit("grad_cam", namespace).verdict
    assert "Replace each None: weights is None" in said.message


def test_all_mistakes_that_the_judge_knows_are_tried():
    """By a learner's code, in the corpus; the corpus is tried on many students' inputs."""
    tried = {s.misconception for s in read_corpus() if s.exercise == "grad_cam"}
    assert set(grad_cam.MISTAKES) <= tried | set(WRONG)
    assert set(grad_cam.MISTAKES) - tried <= {"other_layer"}


def test_a_mistake_without_a_name_fails_all_the_same(sit_with, leaks):
    def upside_down(model, x, category, layer):
        return finished(weighted(*inside(model, x, category, layer))[::-1], x)

    sitting = sit_with(upside_down, "grad_cam", 4)
    assert (sitting.verdict.score, sitting.verdict.misconception) == (0.0, None)
    assert "The brightest place of a map is not where it should be." in sitting.verdict.message
    assert "six steps" in sitting.verdict.message
    assert not leaks(sitting.verdict.message, sitting.challenge)


@pytest.mark.parametrize(
    ("cut", "sentence"),
    [
        (lambda cam: cam.T, "exchanged"),
        (lambda cam: cam[..., None], "3 axes"),
        (lambda cam: cam[None], "3 axes; it needs two, height and width. The first is the batch"),
        (lambda cam: cam.ravel(), "one axis left"),
        (lambda cam: None, "single number or nothing came back"),
        (lambda cam: np.zeros((32, 32)), "same size, whatever the size of the picture"),
        (lambda cam: cam[:-1], "height and width of the image"),
    ],
)
def test_a_wrong_shape_is_told_in_words(cut, sentence, student, sit_with, leaks):
    right = student("ben", "UNQ_C1")["grad_cam"]
    sitting = sit_with(lambda *case: cut(right(*case)), "grad_cam", 5)
    assert sentence in sitting.verdict.message
    assert not leaks(sitting.verdict.message, sitting.challenge)


def test_one_case_that_raises_is_told_as_it_was_raised(student, sit_with):
    right = student("ben", "UNQ_C1")["grad_cam"]

    def sometimes(model, image, category, layer):
        if model.layers[-2].name.startswith("flatten"):
            raise LookupError("no pooling here")
        return right(model, image, category, layer)

    verdict = sit_with(sometimes, "grad_cam").verdict
    first, second = verdict.message.splitlines()
    assert (verdict.score, verdict.misconception) == (0.0, "some_cases")
    assert first == "grad_cam raised LookupError: no pooling here"
    assert second.startswith("That was in 2 of 4 cases: it must work for any model")


def test_a_map_enlarged_by_repetition_passes_too(student, sit_with):
    """The printed original resizes with what it takes for INTER_NEAREST."""

    def repeated(model, image, category, layer):
        raw = np.maximum(weighted(*inside(model, image, category, layer)), 0)
        size = image.shape[2], image.shape[1]
        return cv2.resize(raw / raw.max(), size, interpolation=cv2.INTER_NEAREST)

    assert sit_with(repeated, "grad_cam", 6).verdict.score == 1.0


SAID = [{"returned": True, "shape": [1, 1]}] * 4
MALFORMED = {
    "nothing": Record(),
    "no arrays": Record({"cases": SAID}),
    "too few cases": Record({"cases": SAID[:1]}, {"cam0": np.zeros((20, 28))}),
    "cases are text": Record({"cases": "raised"}),
    "cases are numbers": Record({"cases": [1, 2, 3, 4]}),
    "maps of text": Record({"cases": SAID}, {f"cam{n}": np.full((20, 28), "a") for n in range(4)}),
    "empty maps": Record({"cases": SAID}, {f"cam{n}": np.zeros((0, 0)) for n in range(4)}),
    "no axes": Record({"cases": SAID}, {f"cam{n}": np.array(1.0) for n in range(4)}),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_answer_is_worth_nothing(name):
    verdict = judged(CHECK.judge, CHECK.pose(generator(0)), MALFORMED[name])
    assert verdict.score == 0.0
    assert verdict.message


@pytest.mark.parametrize("dtype", ["U3", "complex128", "datetime64[s]", "bool", "int8", "V4"])
def test_maps_of_another_dtype_are_worth_nothing(dtype):
    challenge = CHECK.pose(generator(0))
    shapes = [challenge.arrays[f"image{n}"].shape[:2] for n in range(4)]
    maps = {f"cam{n}": np.zeros(shape, dtype) for n, shape in enumerate(shapes)}
    assert judged(CHECK.judge, challenge, Record({"cases": SAID}, maps)).score == 0.0


@pytest.mark.parametrize("mistake", ["maximum", "other_layer", "relu_first"])
def test_a_mistake_is_named_however_its_map_was_enlarged(mistake):
    challenge = CHECK.pose(generator(2))
    maps = {
        f"cam{n}": grad_cam.mistaken(challenge, n, cv2.INTER_NEAREST)[mistake][0] for n in range(4)
    }
    verdict = CHECK.judge(challenge, Record({"cases": SAID}, maps))
    assert (verdict.score, verdict.misconception) == (0.0, mistake)


def test_a_mistake_left_unscaled_is_not_taken_for_another():
    """Tiny values are near zero, and near those of any other map that is not scaled."""
    challenge = CHECK.pose(generator(2))
    maps = {f"cam{n}": grad_cam.mistaken(challenge, n)["maximum"][0] / 1000 for n in range(4)}
    verdict = CHECK.judge(challenge, Record({"cases": SAID}, maps))
    assert (verdict.score, verdict.misconception) == (0.0, None)
    assert "largest value of a map is below 1" in verdict.message
