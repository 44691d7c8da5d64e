"""The lesson's chest radiograph network: construction, loss and weights."""

import os
from pathlib import Path

import keras

from .labels import LABELS
from .loss import LABEL_TABLE, loss_weights, read_label_table, weighted_loss
from .weights import find_weights, load_weights


def load_C3M3_model(path: str | os.PathLike[str] = "./") -> keras.Model:  # noqa: N802
    """Load the network that predicts fourteen findings from a chest radiograph.

    Prints a line after each step.

    Args:
        path: The lesson's folder, which holds ``data/`` and ``models/``.

    Returns:
        A compiled model from float32 (batch, H, W, 3), normalised with `load_image_normalize`,
        to probabilities of shape (batch, 14) in the order of `LABELS`.

    Raises:
        LessonDataError: If the training table or the weights are missing or damaged.
    """
    table = read_label_table(Path(path) / LABEL_TABLE)
    positive_weights, negative_weights = loss_weights(table)
    print("Got loss weights")
    base = build_base()
    print("Loaded DenseNet")
    model = add_head(base)
    print("Added layers")
    model.compile(optimizer="adam", loss=weighted_loss(positive_weights, negative_weights))
    print("Compiled Model")
    load_weights(model, find_weights(path))
    print("Loaded Weights")
    return model


def build_base() -> keras.Model:
    """Build a DenseNet121 without its top and without weights (all kernels are zero).

    Keras would spend a second drawing random kernels, only for them to be overwritten. While the
    network is built, the name of its layers' kernel initializer therefore stands for zeros. If a
    later Keras uses another name, building gets slower and nothing else changes.

    Huang et al., "Densely Connected Convolutional Networks", CVPR 2017.
    """
    with keras.utils.custom_object_scope({"glorot_uniform": keras.initializers.Zeros}):
        return keras.applications.DenseNet121(
            weights=None, include_top=False, input_shape=(None, None, 3)
        )


def add_head(base: keras.Model) -> keras.Model:
    """Add average pooling and a probability per finding to the network.

    They are attached to the layer ``bn``, *before* the last ReLU of Keras's application: this is
    how the course trained the network, and it makes the mapping from the last feature maps to the
    logits linear.

    Args:
        base: As `build_base` returns it.

    Returns:
        A model from (batch, H, W, 3) to (batch, 14), 428 layers and 7,051,854 parameters.
    """
    maps = base.get_layer("bn").output
    pooled = keras.layers.GlobalAveragePooling2D(name="global_average_pooling2d")(maps)
    dense = keras.layers.Dense(
        len(LABELS), activation="sigmoid", kernel_initializer="zeros", name="dense"
    )
    return keras.Model(base.input, dense(pooled), name="chest_radiograph")
