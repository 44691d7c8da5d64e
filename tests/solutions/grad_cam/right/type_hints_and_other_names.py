"""Annotates the function and calls everything by other names, by position as before."""

from typing import Any


def grad_cam(net: Any, x: np.ndarray, idx: int, where: str) -> np.ndarray:
    """Return the heat map of class ``idx``."""
    hook: keras.Model = keras.Model(net.input, [net.get_layer(where).output, net.output])
    with tf.GradientTape() as tape:
        feats, probs = hook(tf.constant(x))
        prob = probs[0, idx]
    slope = tape.gradient(prob, feats).numpy()[0]
    importance = slope.mean(axis=(0, 1))
    heat = np.clip(feats.numpy()[0] @ importance, 0, None)
    heat = cv2.resize(heat, dsize=(x.shape[2], x.shape[1]))
    return heat / (heat.max() + 1e-12)
