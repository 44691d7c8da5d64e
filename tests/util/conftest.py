"""A lesson's folder with random stand-in weights, and the network loaded from it, once."""

import h5py
import keras
import numpy as np
import pandas as pd
import pytest

from util.labels import LABELS
from util.model import add_head, build_base, load_C3M3_model
from util.weights import OWN_WEIGHTS, save_weights


def randomize(model, seed=0):
    """Give a network's kernels random values of the usual size."""
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        shape = tuple(weight.shape)
        if weight.name == "kernel":
            scale = np.sqrt(2 / np.prod(shape[:-1]))
            weight.assign((rng.standard_normal(shape) * scale).astype(np.float32))
        elif weight.name in ("gamma", "moving_variance"):
            weight.assign(rng.uniform(0.5, 1.5, shape).astype(np.float32))
        else:
            weight.assign((0.1 * rng.standard_normal(shape)).astype(np.float32))
    return model


@pytest.fixture(scope="session")
def lesson_folder(tmp_path_factory):
    """Return a folder with a training table and random weights, as the lesson's folder."""
    folder = tmp_path_factory.mktemp("lesson")
    rng = np.random.default_rng(1)
    table = pd.DataFrame(rng.integers(0, 2, (50, 14)), columns=list(LABELS))
    table.insert(0, "Image", [f"{number:08d}_000.png" for number in range(50)])
    table["PatientId"] = range(50)
    (folder / "data/nih_new").mkdir(parents=True)
    table.to_csv(folder / "data/nih_new/train-small.csv", index=False)
    save_weights(randomize(add_head(build_base())), folder / OWN_WEIGHTS)
    return folder


@pytest.fixture(scope="session")
def network(lesson_folder) -> keras.Model:
    """Return the network with random weights; do not change it."""
    return load_C3M3_model(lesson_folder)


def _write_legacy_h5(model, file):
    """Write weights as Keras 2 did: groups by layer, names in attributes, Keras 2's spelling."""
    with h5py.File(file, "w") as root:
        root.attrs["keras_version"] = b"2.1.6"
        root.attrs["backend"] = b"tensorflow"
        names = [f"layer/{number}" for number in range(len(model.layers))]
        root.attrs["layer_names"] = [name.encode() for name in names]
        for name, layer in zip(names, model.layers, strict=True):
            group = root.create_group(name)
            # Keras 2 stored what is trained before what is not.
            weights = layer.trainable_weights + layer.non_trainable_weights
            group.attrs["weight_names"] = [f"{name}/{w.name}:0".encode() for w in weights]
            for weight in weights:
                group.create_dataset(f"{name}/{weight.name}:0", data=weight.numpy())


@pytest.fixture(scope="session")
def write_legacy_h5():
    """Return a function that writes a network's weights as Keras 2 did."""
    return _write_legacy_h5
