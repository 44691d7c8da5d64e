"""``K``: the functions of the old Keras backend that the lesson is written around.

Keras 3 dropped ``keras.backend.function`` and ``keras.backend.gradients``. Both are rebuilt here on
Keras 3 with the old interface: name *placeholders* first, compute values later. ``K.mean`` is
included because older textbooks pool gradients with it.

``K.gradients`` returns placeholders that are ordinary ``KerasTensor`` objects. Each is the output
of a graph operation that runs part of the model under a ``tf.GradientTape`` when values are fed. A
gradient can therefore be indexed, averaged or combined with other placeholders in one
``K.function``, as with static graphs.

The cost depends on which part of the model is run. If the loss depends on the model's inputs only
through the chosen tensor (the tensor *cuts* the graph), the part downstream of the tensor is
enough: for the last convolutional layer of a DenseNet121 that is a third of the work. Otherwise the
tape covers the model from its inputs on. Both give the same values.
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from util.compiled import shared_part


class K:
    """The part of the old Keras backend in use: `function`, `gradients` and `mean`."""

    @staticmethod
    def function(
        inputs: Sequence[keras.KerasTensor], outputs: Sequence[keras.KerasTensor]
    ) -> "BackendFunction":
        """Make a function that computes placeholders from values for the inputs.

        Args:
            inputs: Placeholders to be fed, for example ``[model.input]``.
            outputs: Placeholders to compute: outputs of layers, pieces of them, gradients.

        Returns:
            A function from a list of arrays, one per input, to a list of numpy arrays, one per
            output.

        Raises:
            TypeError: If something other than placeholders is passed.
            ValueError: If an output cannot be computed from these inputs.
        """
        return BackendFunction(
            _placeholders(inputs, "inputs of K.function"),
            _placeholders(outputs, "outputs of K.function"),
        )

    @staticmethod
    def gradients(
        loss: keras.KerasTensor, variables: keras.KerasTensor | Sequence[keras.KerasTensor]
    ) -> list[keras.KerasTensor]:
        """Make placeholders for the gradient of one value with respect to others.

        Args:
            loss: The value to differentiate, for example one entry of the model's output. If it
                is not a scalar, the gradient is that of the sum of its entries.
            variables: One placeholder or several, for example ``layer.output``.

        Returns:
            A list with one placeholder per variable, each with the shape of its variable. Each
            gradient is the total derivative: it includes the effect a variable has through
            another variable of the list.

        Raises:
            TypeError: If something other than placeholders is passed.
            ValueError: If the loss does not depend on one of the variables.
        """
        (loss,) = _placeholders(loss, "loss of K.gradients")
        wanted = _placeholders(variables, "variables of K.gradients")
        return [_gradient_placeholder(loss, variable) for variable in wanted]

    @staticmethod
    def mean(x: Any, axis: int | Sequence[int] | None = None, keepdims: bool = False) -> Any:
        """Take the mean of a placeholder, which yields a placeholder, or of an array.

        Args:
            x: A placeholder, such as those from `K.gradients`, or values.
            axis: The axes to average over; all of them if None.
            keepdims: Whether to keep these axes with length 1.
        """
        if isinstance(x, keras.KerasTensor):
            return keras.ops.mean(x, axis=axis, keepdims=keepdims)
        axes = tuple(axis) if isinstance(axis, Sequence) else axis
        return np.mean(x, axis=axes, keepdims=keepdims)


class BackendFunction:
    """Callable that `K.function` returns: values for the inputs in, numpy arrays out."""

    def __init__(self, inputs: list[keras.KerasTensor], outputs: list[keras.KerasTensor]) -> None:
        self.inputs = inputs
        self.outputs = outputs
        self._graph = keras.Function(inputs, outputs)
        layers = _layers_before(inputs, outputs)
        self._part = shared_part(inputs, layers) if layers else None
        if self._part is not None:
            # From the layers on, and from what is fed, where a gradient needs all of the model.
            self._rest = keras.Function([*layers, *inputs], outputs)

    def __call__(self, values: Sequence[Any]) -> list[np.ndarray]:
        """Compute the outputs for one set of input values.

        Args:
            values: One array per input, in the order of the inputs.

        Returns:
            One numpy array per output, in the order of the outputs.
        """
        if not isinstance(values, list | tuple):
            raise TypeError(
                "A function made by K.function takes one list with an array per input: call it "
                f"as f([x]), not f(x). It was called with a {type(values).__name__}."
            )
        if len(values) != len(self.inputs):
            raise ValueError(
                f"This function was made for {len(self.inputs)} input(s) and was called with "
                f"{len(values)}."
            )
        tensors = [
            keras.ops.convert_to_tensor(value, dtype=placeholder.dtype)
            for value, placeholder in zip(values, self.inputs, strict=True)
        ]
        if self._part is None:
            results = self._graph(tensors)
        else:
            results = self._rest([*self._part(tensors), *tensors])
        return [keras.ops.convert_to_numpy(result) for result in results]

    def __repr__(self) -> str:
        shapes = [
            ", ".join(str(placeholder.shape) for placeholder in side)
            for side in (self.inputs, self.outputs)
        ]
        return f"<{type(self).__module__}.Function from [{shapes[0]}] to [{shapes[1]}]>"


class _Gradient(keras.Operation):
    """An operation of the graph whose result is d(loss)/d(variable)."""

    def __init__(
        self,
        sources: list[keras.KerasTensor],
        loss: keras.KerasTensor,
        variable: keras.KerasTensor,
    ) -> None:
        super().__init__()
        self.description = f"gradient of {loss.name} with respect to {_origin(variable)}"
        # A variable that is itself a source is no output of the graph: its value is the one fed.
        self._fed = [source is variable for source in sources]
        self._graph = keras.Function(sources, [loss] if any(self._fed) else [loss, variable])
        self._spec = (variable.shape, variable.dtype)

    def call(self, *values: tf.Tensor) -> tf.Tensor:
        tensors = [tf.convert_to_tensor(value) for value in values]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(tensors)
            loss, *inner = self._graph(tensors)
        variable = inner[0] if inner else tensors[self._fed.index(True)]
        gradient = tape.gradient(loss, variable)
        if gradient is None:
            raise ValueError(
                f"There is no {self.description}: a step between them (a rounding, an argmax, a "
                "change to integers) has no derivative."
            )
        return tf.convert_to_tensor(gradient)

    def compute_output_spec(self, *sources: keras.KerasTensor) -> keras.KerasTensor:
        shape, dtype = self._spec
        return keras.KerasTensor(shape, dtype=dtype, name=self.description.replace(" ", "_"))


def _gradient_placeholder(
    loss: keras.KerasTensor, variable: keras.KerasTensor
) -> keras.KerasTensor:
    depends, roots = _trace_back(loss, variable)
    if not depends:
        raise ValueError(
            f"{loss.name} (shape {loss.shape}) does not depend on {_origin(variable)} "
            f"(shape {variable.shape}), so there is no gradient between them. Both must belong "
            "to the same model: take the layer's output from the model whose output is "
            "differentiated, and make sure the layer comes before it."
        )
    if roots:
        # Other paths bypass the variable, so the tape has to start at the inputs; the variable
        # may lie anywhere downstream of them.
        roots = _trace_back(loss, None)[1]
        return _Gradient(roots, loss, variable)(*roots)
    return _Gradient([variable], loss, variable)(variable)


def _trace_back(
    loss: keras.KerasTensor, stop: keras.KerasTensor | None
) -> tuple[bool, list[keras.KerasTensor]]:
    """Walk the graph from a tensor towards the model's inputs, no further than `stop`.

    Args:
        loss: The tensor to start from.
        stop: The tensor at which the walk stops, if any.

    Returns:
        Whether `stop` was reached, and the inputs that were reached by other paths.
    """
    met = False
    roots: list[keras.KerasTensor] = []
    seen: set[int] = set()
    to_visit = [loss]
    while to_visit:
        tensor = to_visit.pop()
        if tensor is stop:
            met = True
        elif id(tensor) not in seen:
            seen.add(id(tensor))
            parents = _parents(tensor)
            to_visit.extend(parents)
            if not parents:
                roots.append(tensor)
    return met, roots


def _layers_before(
    inputs: list[keras.KerasTensor], outputs: list[keras.KerasTensor]
) -> list[keras.KerasTensor]:
    """Return the outputs of layers that placeholders are computed from, without any other layer."""
    found: dict[int, keras.KerasTensor] = {}
    fed = {id(one) for one in inputs}
    seen: set[int] = set()
    to_visit = list(outputs)
    while to_visit:
        tensor = to_visit.pop()
        if id(tensor) in seen or id(tensor) in fed:
            continue
        seen.add(id(tensor))
        if isinstance(tensor._keras_history.operation, keras.layers.Layer):
            found[id(tensor)] = tensor
        else:
            to_visit.extend(_parents(tensor))
    return list(found.values())


def _parents(tensor: keras.KerasTensor) -> list[keras.KerasTensor]:
    """Return the placeholders that a placeholder is computed from; none for a model's input."""
    history = getattr(tensor, "_keras_history", None)
    if history is None or history.operation is None:
        return []
    node = history.operation._inbound_nodes[history.node_index]
    return list(node.input_tensors)


def _origin(tensor: keras.KerasTensor) -> str:
    """Return the name of the layer or operation that a placeholder comes from."""
    history = getattr(tensor, "_keras_history", None)
    return tensor.name if history is None or history.operation is None else history.operation.name


def _placeholders(given: object, role: str) -> list[keras.KerasTensor]:
    """Return one placeholder or a sequence of them as a list; raise a TypeError otherwise."""
    items = list(given) if isinstance(given, list | tuple) else [given]
    for item in items:
        if not isinstance(item, keras.KerasTensor):
            raise TypeError(
                f"The {role} must be placeholders such as model.input, layer.output or what "
                f"K.gradients returns; a {type(item).__name__} was given. Values go into the "
                "function that K.function returns."
            )
    return items
