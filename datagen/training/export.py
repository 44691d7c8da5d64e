"""Export of a checkpoint to the weights file that the lesson ships."""

from pathlib import Path

import keras
import numpy as np

from util.images import normalize
from util.model import add_head, build_base
from util.weights import load_weights, named_weights, save_weights

from .cache import Shard, open_shards

MAX_BYTES = 16_000_000
MAX_CHANGE = 0.01
"""Largest change of a probability that float16 may cause."""
CHECKED = 50
"""Number of radiographs for this check."""


def export(checkpoint: Path, validation: Path, target: Path) -> float:
    """Write the last weights of a checkpoint in float16 and check them.

    The learning rate ends at zero, so the weights have settled. A running average of the weights
    was tried, but at the end of the training it still reflected the previous picture size.

    Args:
        checkpoint: Checkpoint of the training.
        validation: Cache of radiographs to check on.
        target: The ``.npz`` to write; not written if a check fails.

    Returns:
        The largest change of a probability due to rounding.

    Raises:
        FileNotFoundError: If there is no checkpoint or no radiograph.
        ValueError: If the file gets too large or a probability changes too much.
    """
    shards = open_shards(validation)
    if not checkpoint.is_file() or not shards:
        raise FileNotFoundError(
            f"{checkpoint} or the radiographs of {validation} are not there: run python -m "
            "datagen.training draw and train first, with the same --work."
        )
    model = stored_network(checkpoint)
    images = _images(shards[0], checkpoint)
    exact = model.predict(images, batch_size=5, verbose=0)
    partial = target.with_name("unchecked-" + target.name)
    try:
        save_weights(model, partial)
        load_weights(model, partial)
        worst = float(np.abs(model.predict(images, batch_size=5, verbose=0) - exact).max())
        size = partial.stat().st_size
        if worst > MAX_CHANGE or size > MAX_BYTES:
            raise ValueError(
                f"Float16 moves a probability by {worst:.4f} (limit {MAX_CHANGE}) in {size} bytes "
                f"(limit {MAX_BYTES}): train on with a lower learning rate, or ship float32."
            )
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return worst


def stored_network(checkpoint: Path) -> keras.Model:
    """Return the lesson's network with the last weights of a checkpoint, in float32."""
    model = add_head(build_base())
    with np.load(checkpoint, allow_pickle=False) as stored:
        for name, weight in named_weights(model).items():
            weight.assign(stored[f"weight/{name}"])
    return model


def _images(shard: Shard, checkpoint: Path) -> np.ndarray:
    with np.load(checkpoint, allow_pickle=False) as stored:
        mean, std = stored["statistics"]
    return normalize(shard.images[:CHECKED], float(mean), float(std))
