"""The training state and the training step: gradient and AdamW."""

from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from util.weights import named_weights

from .batches import Batch
from .losses import balanced_loss, class_maps, location_loss
from .network import build_training_network

WEIGHT_DECAY = 1e-4
"""Weight decay of kernels per unit of learning rate (Loshchilov and Hutter, ICLR 2019)."""
CLIP_NORM = 1.0
"""Maximum global norm of the gradient."""


class Trainer:
    """A network in training.

    Args:
        precision: Keras dtype policy of the arithmetic.
        seed: Seed of the initial kernels.
        statistics: Mean and standard deviation of grey levels.
        shares: Share of radiographs with each finding, shape (14,).

    Attributes:
        network: The network with its current weights.
        steps: Number of steps taken.
    """

    def __init__(
        self, precision: str, seed: int, statistics: tuple[float, float], shares: np.ndarray
    ) -> None:
        self.network = build_training_network(precision, seed)
        self.steps = 0
        self._statistics = statistics
        self._shares = tf.constant(shares, tf.float32)
        self._features = keras.Model(self.network.input, self.network.get_layer("bn").output)
        self._head = self.network.get_layer("dense")
        self._optimizer = keras.optimizers.AdamW(1e-3, weight_decay=WEIGHT_DECAY)
        self._optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
        self._optimizer.build(self.network.trainable_variables)
        self._step = tf.function(self._raw_step)
        self._maps = tf.function(self._raw_maps)

    def step(self, batch: Batch, learning_rate: float, location: float) -> tuple[float, float]:
        """Take one step.

        Args:
            batch: The batch to train on.
            learning_rate: Learning rate of AdamW.
            location: Weight of the location term.

        Returns:
            The weighted loss and the location term (unweighted) before the step.

        Raises:
            FloatingPointError: If the loss is not finite; the weights are then useless.
        """
        self._optimizer.learning_rate = learning_rate
        losses = self._step(
            tf.constant(batch.images),
            tf.constant(batch.labels),
            tf.constant(batch.masks),
            tf.constant(location, tf.float32),
        )
        weighted, located = (float(value) for value in losses)
        if not np.isfinite(weighted + located):
            raise FloatingPointError(f"The loss in step {self.steps} is {weighted}, {located}.")
        self.steps += 1
        return weighted, located

    def class_maps(self, images: np.ndarray) -> np.ndarray:
        """Return the class maps of pictures, uint8 (n, size, size), with the current weights."""
        return self._maps(tf.constant(images)).numpy()

    def save(self, file: Path) -> None:
        """Write everything that a resumed training needs; the file is replaced atomically."""
        arrays = {name: variable.numpy() for name, variable in self._state().items()}
        partial = file.with_name(file.name + ".partial")
        with partial.open("wb") as stream:
            np.savez(stream, steps=self.steps, statistics=self._statistics, **arrays)
        partial.replace(file)

    def restore(self, file: Path) -> None:
        """Read what `save` wrote."""
        with np.load(file, allow_pickle=False) as stored:
            for name, variable in self._state().items():
                variable.assign(stored[name])
            self.steps = int(stored["steps"])

    def _state(self) -> dict[str, tf.Variable]:
        state = {
            f"weight/{name}": weight.value for name, weight in named_weights(self.network).items()
        }
        for number, variable in enumerate(self._optimizer.variables):
            state[f"optimizer/{number}"] = variable.value
        return state

    def _raw_maps(self, images: tf.Tensor, training: bool = False) -> tf.Tensor:
        mean, std = self._statistics
        grey = (tf.cast(images, tf.float32) - mean) / std
        features = self._features(tf.repeat(grey[..., tf.newaxis], 3, -1), training=training)
        return class_maps(features, self._head.kernel.value, self._head.bias.value)

    def _raw_step(
        self,
        images: tf.Tensor,
        labels: tf.Tensor,
        masks: tf.Tensor,
        location: tf.Tensor,
    ) -> tuple[tf.Tensor, tf.Tensor]:
        variables = self.network.trainable_variables
        with tf.GradientTape() as tape:
            maps = self._raw_maps(images, training=True)
            weighted = balanced_loss(labels, tf.reduce_mean(maps, axis=(1, 2)), self._shares)
            located = location_loss(maps, masks)
            loss = weighted + location * located
        gradients = tape.gradient(loss, [variable.value for variable in variables])
        gradients, _ = tf.clip_by_global_norm(gradients, CLIP_NORM)
        self._optimizer.apply(gradients, variables)
        return weighted, located
