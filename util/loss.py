"""The weighted loss of the chest radiograph model, and its weights, computed from a table.

Most findings are rare. With the plain binary cross-entropy a network that always predicts "healthy"
is already nearly right, so for each finding the positive term is weighted by the share of negatives
and vice versa: both then contribute equally (Rajpurkar et al., "CheXNet", 2017, use the same
weights).
"""

import os
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pandas as pd

from .errors import LessonDataError
from .labels import LABELS

LABEL_TABLE = Path("data/nih_new/train-small.csv")
"""The training table, relative to the folder of the lesson."""

Loss = Callable[[keras.KerasTensor, keras.KerasTensor], keras.KerasTensor]


def read_label_table(file: str | os.PathLike[str]) -> pd.DataFrame:
    """Read a table of pictures and findings.

    Args:
        file: A CSV file with the columns ``Image`` and the fourteen findings, each 0 or 1, in
            any order and among any others.

    Returns:
        The unmodified table.

    Raises:
        LessonDataError: If the file is missing, is not a table, lacks a column, has no rows or
            has a value other than 0 and 1.
    """
    rule = "the training table has a column Image and a column of 0 and 1 for each finding"

    def problem(text: str, remedy: str) -> LessonDataError:
        return LessonDataError(text, why=rule, where=str(file), remedy=remedy)

    restore = "put the table that came with the lesson back in its place"
    try:
        table = pd.read_csv(file)
    except OSError as error:
        raise problem(f"the table can't be opened ({error.strerror})", restore) from error
    except ValueError as error:  # includes parser errors, empty files, wrong encodings
        raise problem(f"the file is not a table ({error})", restore) from error
    missing = [name for name in ("Image", *LABELS) if name not in table.columns]
    if missing:
        raise problem(f"the table has no column {', '.join(missing)}", restore)
    if table.empty:
        raise problem("the table has no rows", restore)
    for label in LABELS:
        wrong = table.index[~table[label].isin([0, 1])]
        if len(wrong):
            raise problem(
                f"{table.loc[wrong[0], label]!r} under {label} in line {wrong[0] + 2}",
                "correct that line, or " + restore,
            )
    return table


def loss_weights(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Compute the weights of the positive and the negative terms of the loss.

    Args:
        table: As `read_label_table` returns it.

    Returns:
        The weights of the positive terms (shares of negatives) and of the negative terms (shares
        of positives), float32, shape (14,) each.
    """
    positive_share = table[list(LABELS)].to_numpy(dtype=np.float32).mean(axis=0)
    return 1 - positive_share, positive_share


def weighted_loss(positive_weights: np.ndarray, negative_weights: np.ndarray) -> Loss:
    """Make a binary cross-entropy with a weight per finding and outcome.

    Args:
        positive_weights: Weight of a finding that is present, shape (14,).
        negative_weights: Weight of a finding that is absent, shape (14,).

    Returns:
        A Keras loss: (labels, probabilities), both of shape (batch, 14), to shape (batch,), the
        sum over the findings.
    """
    positive_weights = np.asarray(positive_weights, dtype=np.float32)
    negative_weights = np.asarray(negative_weights, dtype=np.float32)

    def loss(y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
        y_true = keras.ops.cast(y_true, y_pred.dtype)
        # A logarithm of zero would make the whole batch infinite.
        probability = keras.ops.clip(y_pred, keras.config.epsilon(), 1 - keras.config.epsilon())
        present = positive_weights * y_true * keras.ops.log(probability)
        absent = negative_weights * (1 - y_true) * keras.ops.log(1 - probability)
        return -keras.ops.sum(present + absent, axis=-1)

    return loss
