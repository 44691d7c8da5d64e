import keras
import numpy as np
import pytest

from util.errors import LessonDataError
from util.weights import COURSE_WEIGHTS, OWN_WEIGHTS, find_weights, load_weights, save_weights


def small(units=3):
    model = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            keras.layers.Conv2D(4, 3, name="conv"),
            keras.layers.BatchNormalization(name="norm"),
            keras.layers.Flatten(),
            keras.layers.Dense(units, name="dense"),
        ]
    )
    rng = np.random.default_rng(units)
    for weight in model.weights:
        weight.assign(rng.uniform(0.5, 1.5, weight.shape))
    return model


def test_float16_there_and_back(tmp_path):
    model, other = small(), small()
    save_weights(model, tmp_path / "deep/w.npz")
    for weight in other.weights:
        weight.assign(np.zeros(weight.shape))
    load_weights(other, tmp_path / "deep/w.npz")
    for before, after in zip(model.weights, other.weights, strict=True):
        np.testing.assert_array_equal(before.numpy().astype(np.float16), after.numpy())
    assert [file.name for file in (tmp_path / "deep").iterdir()] == ["w.npz"]


def test_weights_beyond_float16_are_refused(tmp_path):
    model = small()
    model.weights[0].assign(np.full(model.weights[0].shape, 1e6))
    with pytest.raises(ValueError, match="conv/kernel cannot be stored"):
        save_weights(model, tmp_path / "w.npz")
    assert list(tmp_path.iterdir()) == []


def test_legacy_file_is_loaded_by_topology(tmp_path, write_legacy_h5):
    model, other = small(), small()
    write_legacy_h5(model, tmp_path / "w.h5")
    for weight in other.weights:
        weight.assign(np.zeros(weight.shape))
    load_weights(other, tmp_path / "w.h5")
    for before, after in zip(model.weights, other.weights, strict=True):
        np.testing.assert_array_equal(before.numpy(), after.numpy())


@pytest.mark.parametrize("suffix", [".npz", ".h5"])
def test_another_networks_weights(tmp_path, suffix, write_legacy_h5):
    file = tmp_path / f"w{suffix}"
    (save_weights if suffix == ".npz" else write_legacy_h5)(small(units=5), file)
    with pytest.raises(LessonDataError, match=r"(?s)shape.*where: .*w\.") as caught:
        load_weights(small(), file)
    assert "\n  what to do: copy" in str(caught.value)


@pytest.mark.parametrize("suffix", [".npz", ".h5"])
@pytest.mark.parametrize("keep", [0.0, 0.3, 0.9])
def test_damaged_files(tmp_path, suffix, keep, write_legacy_h5):
    file = tmp_path / f"w{suffix}"
    (save_weights if suffix == ".npz" else write_legacy_h5)(small(), file)
    raw = file.read_bytes()
    file.write_bytes(raw[: int(len(raw) * keep)])
    with pytest.raises(LessonDataError, match="damaged"):
        load_weights(small(), file)


def test_one_bad_array_leaves_the_network_as_it_was(tmp_path):
    save_weights(small(), tmp_path / "w.npz")
    with np.load(tmp_path / "w.npz") as stored:
        arrays = dict(stored)
    arrays["dense/bias"][0] = np.nan
    np.savez(tmp_path / "w.npz", **arrays)
    model = small(units=3)
    for weight in model.weights:
        weight.assign(np.zeros(weight.shape))
    with pytest.raises(LessonDataError, match="dense/bias has values that are not finite"):
        load_weights(model, tmp_path / "w.npz")
    assert not model.weights[0].numpy().any()


def test_missing_and_surplus_arrays(tmp_path):
    save_weights(small(), tmp_path / "w.npz")
    with np.load(tmp_path / "w.npz") as stored:
        arrays = dict(stored)
    bias = arrays.pop("dense/bias")
    np.savez(tmp_path / "w.npz", **arrays)
    with pytest.raises(LessonDataError, match=r"no array dense/bias \(1 of 8 missing\)"):
        load_weights(small(), tmp_path / "w.npz")
    np.savez(tmp_path / "w.npz", **arrays, **{"dense/bias": bias, "extra/kernel": bias})
    with pytest.raises(LessonDataError, match="extra/kernel that the network does not use"):
        load_weights(small(), tmp_path / "w.npz")


def test_no_pickle_is_opened(tmp_path):
    save_weights(small(), tmp_path / "w.npz")
    with np.load(tmp_path / "w.npz") as stored:
        arrays = dict(stored)
    arrays["dense/bias"] = np.array([{"a": 1}], dtype=object)
    np.savez(tmp_path / "w.npz", **arrays)
    with pytest.raises(LessonDataError, match="allow_pickle"):
        load_weights(small(), tmp_path / "w.npz")


@pytest.mark.parametrize("place", COURSE_WEIGHTS)
def test_the_courses_file_comes_first(tmp_path, place):
    for file in (tmp_path / OWN_WEIGHTS, tmp_path / place):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    assert find_weights(tmp_path) == tmp_path / place


def test_no_weights(tmp_path):
    with pytest.raises(LessonDataError, match="not found in any of the known folders"):
        find_weights(tmp_path)
