"""Grad-CAM of all findings at once, in closed form.

Selvaraju et al., "Grad-CAM", ICCV 2017, weight the maps A_k of a layer by the mean over positions
of the gradient dy/dA_k. The layer ``conv5_block16_concat`` is followed by a batch normalisation,
an average over the positions and a dense layer with a sigmoid, so the gradient is the same at
every position:

    dy_c/dA_k = p_c (1 - p_c) / cells * w_kc * gamma_k / sqrt(variance_k + epsilon)

and no gradient tape is needed. A test compares this with the lesson's `util.backend.K`.
"""

import keras
import numpy as np

LAYER = "conv5_block16_concat"


class GradCam:
    """Probabilities and Grad-CAM maps of the lesson's network, in batches.

    Args:
        model: As `util.model.load_C3M3_model` returns it.
    """

    def __init__(self, model: keras.Model) -> None:
        self._graph = keras.Model(model.input, [model.get_layer(LAYER).output, model.output])
        norm, dense = model.get_layer("bn"), model.get_layer("dense")
        scale = norm.gamma.value.numpy() / np.sqrt(norm.moving_variance.value + norm.epsilon)
        self._weights = scale[:, np.newaxis] * dense.kernel.value.numpy()

    def __call__(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Compute probabilities and maps.

        Args:
            images: Normalised, float32 (n, H, W, 3).

        Returns:
            Probabilities (n, 14), and the maps before the ReLU, (n, H/32, W/32, 14).
        """
        features, p = self._graph.predict_on_batch(images)
        cells = features.shape[1] * features.shape[2]
        slope = p * (1 - p) / cells
        return p, (features @ self._weights) * slope[:, np.newaxis, np.newaxis]
