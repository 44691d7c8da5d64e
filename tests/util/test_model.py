import shutil

import keras
import numpy as np
import pandas as pd
import pytest

from util.backend import K
from util.errors import LessonDataError
from util.labels import LABELS
from util.loss import loss_weights, read_label_table, weighted_loss
from util.model import load_C3M3_model
from util.weights import COURSE_WEIGHTS, OWN_WEIGHTS

TABLE = "data/nih_new/train-small.csv"


def test_the_lines_of_the_lesson(lesson_folder, capsys):
    load_C3M3_model(f"{lesson_folder}/")
    assert capsys.readouterr().out.splitlines() == [
        "Got loss weights",
        "Loaded DenseNet",
        "Added layers",
        "Compiled Model",
        "Loaded Weights",
    ]


def test_the_network_is_the_lessons(network):
    assert network.count_params() == 7_051_854
    assert sum(int(np.prod(w.shape)) for w in network.trainable_weights) == 6_968_206
    assert len(network.layers) == 428
    assert network.input.shape == (None, None, None, 3)
    assert network.output.shape == (None, 14)
    assert network.get_layer("dense").activation is keras.activations.sigmoid


def test_the_last_maps_at_full_size(network):
    maps = network.get_layer("conv5_block16_concat").output
    (values,) = K.function([network.input], [maps])([np.zeros((1, 320, 320, 3))])
    assert values.shape == (1, 10, 10, 1024)


def test_weights_are_those_of_the_file(network, lesson_folder):
    with np.load(lesson_folder / OWN_WEIGHTS) as stored:
        kernel = stored["conv2_block1_1_conv/kernel"]
    loaded = network.get_layer("conv2_block1_1_conv").kernel.numpy()
    np.testing.assert_array_equal(loaded, kernel)
    assert loaded.std() > 0.01


def test_kernels_are_not_drawn(monkeypatch, lesson_folder):
    def refuse(*args, **kwargs):
        raise AssertionError("random kernels were drawn")

    monkeypatch.setattr(keras.initializers.GlorotUniform, "__call__", refuse)
    load_C3M3_model(lesson_folder)


def test_the_courses_legacy_weights_give_the_same_predictions(
    network, lesson_folder, tmp_path, write_legacy_h5
):
    shutil.copytree(lesson_folder, tmp_path / "lesson")
    own = tmp_path / "lesson" / OWN_WEIGHTS
    own.write_bytes(b"must not be opened")
    course = tmp_path / "lesson" / COURSE_WEIGHTS[0]
    write_legacy_h5(network, course)
    x = np.random.default_rng(0).standard_normal((2, 64, 64, 3)).astype(np.float32)
    np.testing.assert_allclose(
        load_C3M3_model(tmp_path / "lesson")(x), network(x), rtol=1e-5, atol=1e-7
    )


def test_the_loss_has_its_closed_form():
    rng = np.random.default_rng(0)
    positive, negative = rng.uniform(0, 1, (2, 14))
    labels = rng.integers(0, 2, (5, 14))
    p = rng.uniform(0.01, 0.99, (5, 14))
    expected = -(positive * labels * np.log(p) + negative * (1 - labels) * np.log(1 - p))
    result = weighted_loss(positive, negative)(labels, keras.ops.convert_to_tensor(p, "float32"))
    np.testing.assert_allclose(result, expected.sum(axis=1), rtol=1e-5)


def test_a_certain_mistake_costs_a_finite_amount():
    ones = np.ones(14)
    result = weighted_loss(ones, ones)(np.ones((1, 14)), keras.ops.zeros((1, 14)))
    assert np.isfinite(result).all()


def test_loss_weights_are_the_shares_of_the_other_answer():
    table = pd.DataFrame(np.zeros((4, 14), dtype=int), columns=list(LABELS))
    table.loc[0, "Mass"] = 1
    positive, negative = loss_weights(table)
    at = LABELS.index("Mass")
    assert (positive[at], negative[at]) == (0.75, 0.25)
    assert (positive[0], negative[0]) == (1, 0)


def broken_tables():
    good = pd.DataFrame(np.zeros((2, 14), dtype=int), columns=list(LABELS))
    good.insert(0, "Image", ["a.png", "b.png"])
    odd, gap = good.copy(), good.astype({"Mass": float})
    odd.loc[1, "Mass"] = 2
    gap.loc[0, "Mass"] = np.nan
    return {
        "the table has no column Mass, Edema": good.drop(columns=["Mass", "Edema"]),
        "the table has no column Image": good.drop(columns="Image"),
        "the table has no rows": good.iloc[:0],
        "2.* under Mass in line 3": odd,
        "nan.* under Mass in line 2": gap,
    }


@pytest.mark.parametrize(("message", "table"), broken_tables().items())
def test_tables_that_do_not_fit(tmp_path, message, table):
    table.to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(LessonDataError, match=message):
        read_label_table(tmp_path / "t.csv")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x01\x80", b'"open\n1,2,3\n4,5'])
def test_files_that_are_no_table(tmp_path, content):
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(LessonDataError):
        read_label_table(tmp_path / "t.csv")


def test_nothing_there(tmp_path):
    with pytest.raises(LessonDataError, match="can't be opened"):
        load_C3M3_model(tmp_path)


def test_table_without_weights(tmp_path, lesson_folder):
    (tmp_path / TABLE).parent.mkdir(parents=True)
    shutil.copy(lesson_folder / TABLE, tmp_path / TABLE)
    with pytest.raises(LessonDataError, match="not found in any of the known folders"):
        load_C3M3_model(tmp_path)
