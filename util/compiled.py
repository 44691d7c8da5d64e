"""The part of a large model that several functions of ``K`` compute, compiled when it comes again.

Step by step, a DenseNet121 takes several times as long for a picture as when TensorFlow has
compiled it, and compiling takes as long as a few pictures. Each call of the lesson's ``grad_cam``
makes a new function; what they have in common is the way from the model's input to a layer. That
part is compiled when it is computed for the second time. Small models never are.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

MIN_OPERATIONS = 100
"""Compiling a smaller model takes longer than it saves."""
_KEPT = 4

Key = tuple[tuple[int, ...], tuple[int, ...]]


class SharedPart:
    """The way from a model's inputs to some of its layers.

    Attributes:
        inputs: The placeholders that are fed.
        outputs: The placeholders of the layers.
    """

    def __init__(
        self, inputs: Sequence[keras.KerasTensor], outputs: Sequence[keras.KerasTensor]
    ) -> None:
        self.inputs = list(inputs)
        self.outputs = list(outputs)
        self._graph = keras.Function(self.inputs, self.outputs)
        self._compiled: Any = None
        self._used = False

    @property
    def is_large(self) -> bool:
        """Whether compiling it pays."""
        return len(self._graph.operations) >= MIN_OPERATIONS

    @property
    def is_compiled(self) -> bool:
        """Whether it has been compiled."""
        return self._compiled is not None

    def __call__(self, values: Sequence[tf.Tensor]) -> list[tf.Tensor]:
        """Compute the layers' outputs; the model's weights are those of this moment.

        Args:
            values: One tensor per input.
        """
        if not self._used:
            self._used = True
            return list(self._graph(list(values)))
        if self._compiled is None:
            fed = [tf.TensorSpec(one.shape, one.dtype) for one in self.inputs]
            self._compiled = tf.function(lambda *given: self._graph(list(given)), fed)
        return list(self._compiled(*values))


_parts: OrderedDict[Key, SharedPart] = OrderedDict()


def shared_part(
    inputs: Sequence[keras.KerasTensor], layers: Sequence[keras.KerasTensor]
) -> SharedPart | None:
    """Return the part between these placeholders, the same one each time; None for a small model.

    Args:
        inputs: The placeholders that are fed.
        layers: Outputs of layers.
    """
    key = tuple(map(id, inputs)), tuple(map(id, layers))
    # A part holds its placeholders, so that no other can have their ids meanwhile.
    part = _parts.pop(key, None) or SharedPart(inputs, layers)
    if not part.is_large:
        return None
    _parts[key] = part
    while len(_parts) > _KEPT:
        _parts.popitem(last=False)
    return part
