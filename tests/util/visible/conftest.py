"""The lesson's cells as a student has them: released, filled in, or half of each."""

import itertools
import linecache

import cv2
import jupytext
import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from proctor.release.strip import strip_solution
from util import K, cindex, load_image, load_image_normalize

EXERCISES = ("grad_cam", "compute_gradcam", "permute_feature", "permutation_importance")
_COUNT = itertools.count()


class Cell:
    """An exercise's cell: solved, and as it is released."""

    def __init__(self, solved, exercise):
        self.name = exercise
        self.solved = solved
        self.released = strip_solution(solved, where=exercise)

    def with_none(self, line):
        """Return the solved cell in which one line, counted from 1, is as it is released."""
        lines = self.solved.split("\n")
        lines[line - 1] = self.released.split("\n")[line - 1]
        return "\n".join(lines)

    def blank_lines(self):
        """Return the numbers of the lines that students fill in, and these lines as released."""
        pairs = zip(self.solved.split("\n"), self.released.split("\n"), strict=True)
        return {
            number: blank.strip()
            for number, (line, blank) in enumerate(pairs, start=1)
            if line != blank and "START CODE" not in line
        }


@pytest.fixture(scope="session")
def cells(root):
    """Return the exercises' cells by name."""
    script = jupytext.read(root / "lessons/C3M3/C3_W3_Assignment.py")
    sources = [cell.source for cell in script.cells]
    return {
        name: Cell(next(s for s in sources if s.startswith(f"# UNQ_C{number} ")), name)
        for number, name in enumerate(EXERCISES, start=1)
    }


@pytest.fixture
def run():
    """Return a function that runs a cell as a notebook does, so that its text can be found."""

    def ran(cell, source, *changes):
        for old, new in changes:
            assert old in source, old
            source = source.replace(old, new)
        name = f"<student-{next(_COUNT)}>"
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        namespace = {
            "K": K, "np": np, "pd": pd, "plt": plt, "cv2": cv2, "tf": tf, "keras": keras,
            "cindex": cindex, "load_image": load_image,
            "load_image_normalize": load_image_normalize,
        }  # fmt: skip
        exec(compile(source, name, "exec"), namespace)  # noqa: S102 - the lesson's own
        return namespace[cell.name]

    return ran


@pytest.fixture(scope="session")
def tiny():
    """Return a network of the lesson's form, names included, that costs next to nothing.

    Of its map for Mass the negative part is large, so that a forgotten ReLU shows.
    """
    rng = np.random.default_rng(26)
    inputs = keras.Input((None, None, 3))
    convolution = keras.layers.Conv2D(
        16, 32, strides=32, activation="tanh", name="conv5_block16_concat"
    )
    norm = keras.layers.BatchNormalization(name="bn")
    pooled = keras.layers.GlobalAveragePooling2D()(norm(convolution(inputs)))
    model = keras.Model(inputs, keras.layers.Dense(14, activation="sigmoid")(pooled))
    convolution.set_weights([0.02 * rng.normal(size=(32, 32, 3, 16)), rng.normal(size=16)])
    norm.set_weights([rng.uniform(0.5, 1.5, 16), *rng.normal(size=(2, 16)), rng.uniform(1, 2, 16)])
    model.layers[-1].set_weights([rng.normal(size=(16, 14)), np.zeros(14)])
    return model


@pytest.fixture(scope="session")
def picture(tmp_path_factory):
    """Return the file of a small picture."""
    path = tmp_path_factory.mktemp("picture") / "picture.png"
    cv2.imwrite(str(path), np.random.default_rng(0).integers(0, 256, (64, 64)).astype("uint8"))
    return path
