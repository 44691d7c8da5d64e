"""Location, loading and saving of the network's weights.

Our own file is a numpy ``.npz`` of float16 arrays, one per weight, named ``layer/weight``: half the
size of float32, read without pickle (a pickle can run code), and five times faster to load than
Keras's own format. The course's file is a Keras 2 ``.h5``; if a user has it, it is used.
"""

import os
import zipfile
from pathlib import Path

import keras
import numpy as np

from .errors import LessonDataError

OWN_WEIGHTS = Path("models/densenet121_synthetic.npz")
"""The weights the lesson ships, relative to its folder."""

COURSE_WEIGHTS = (
    Path("data/nih_new/pretrained_model.h5"),
    Path("models/nih/pretrained_model.h5"),
    Path("models/pretrained_model.h5"),
    Path("nih_new/pretrained_model.h5"),
    Path("pretrained_model.h5"),
)
"""Possible paths of the course's own weights, relative to the lesson's folder; the first match
wins."""


def find_weights(path: str | os.PathLike[str]) -> Path:
    """Return the weights file of a lesson: the course's own if present, else ours.

    Args:
        path: The lesson's folder.

    Raises:
        LessonDataError: If there is neither.
    """
    folder = Path(path)
    for place in (*COURSE_WEIGHTS, OWN_WEIGHTS):
        if (folder / place).is_file():
            return folder / place
    raise LessonDataError(
        "the model's weights were not found in any of the known folders",
        why=f"they are {OWN_WEIGHTS}, or {COURSE_WEIGHTS[0]} (the course's own)",
        where=str(folder.resolve()),
        remedy="pass the folder that holds data/ and models/, or unpack the lesson again",
    )


def load_weights(model: keras.Model, file: str | os.PathLike[str]) -> None:
    """Load weights into a model, from our own format or from a Keras 2 ``.h5``.

    Args:
        model: The network; its weights are replaced. An error in our own format leaves them
            unchanged.
        file: A ``.npz`` as `save_weights` writes it, or a ``.h5`` as Keras 2 wrote it.

    Raises:
        LessonDataError: If the file is damaged or belongs to another network.
    """
    file = Path(file)
    if file.suffix == ".npz":
        _load_npz(model, file)
    else:
        _load_legacy(model, file)


def save_weights(model: keras.Model, file: str | os.PathLike[str]) -> None:
    """Write a model's weights in float16.

    Args:
        model: The network.
        file: The ``.npz`` to write; replaced atomically.

    Raises:
        ValueError: If a weight is too large for float16 (above 65504) or not finite.
    """
    arrays = {}
    for name, weight in named_weights(model).items():
        value = weight.value.numpy()
        with np.errstate(over="ignore"):
            arrays[name] = value.astype(np.float16)
        if not np.isfinite(arrays[name]).all():
            raise ValueError(f"{name} cannot be stored in float16: {np.abs(value).max()}")
    file = Path(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(file.name + ".partial")
    with partial.open("wb") as stream:
        np.savez(stream, **arrays)
    partial.replace(file)


def named_weights(model: keras.Model) -> dict[str, keras.Variable]:
    """Return the model's weights by ``layer/weight``, independent of name scopes."""
    return {
        f"{layer.name}/{weight.name}": weight for layer in model.layers for weight in layer.weights
    }


def _load_npz(model: keras.Model, file: Path) -> None:
    rule = "the weights file is an .npz with one array per weight of the network"

    def problem(text: str) -> LessonDataError:
        return LessonDataError(
            text,
            why=rule,
            where=str(file),
            remedy="copy the file again from the lesson; it comes with the data",
        )

    wanted = named_weights(model)
    try:
        # A file that is damaged is left open by np.load.
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as stored:
            missing = sorted(set(wanted) - set(stored.files))
            if missing:
                raise problem(
                    f"the file has no array {missing[0]} ({len(missing)} of {len(wanted)} missing)"
                )
            surplus = sorted(set(stored.files) - set(wanted))
            if surplus:
                raise problem(f"the file has an array {surplus[0]} that the network does not use")
            arrays = {name: stored[name] for name in wanted}
    except LessonDataError:
        raise
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile) as e:
        raise problem(f"the file is damaged or cut off ({e})") from e
    for name, weight in wanted.items():
        array = arrays[name]
        if array.shape != tuple(weight.shape):
            raise problem(f"{name} has shape {array.shape}, expected {tuple(weight.shape)}")
        if not np.issubdtype(array.dtype, np.floating) or not np.isfinite(array).all():
            raise problem(f"{name} has values that are not finite")
    for name, weight in wanted.items():
        weight.assign(arrays[name].astype(np.float32))


def _load_legacy(model: keras.Model, file: Path) -> None:
    """Load a Keras 2 file layer by layer, in the order of the network (by topology).

    The course's names differ from Keras 3's (``conv1/conv`` there, ``conv1_conv`` here); the
    order and the shapes do not.
    """
    try:
        model.load_weights(file)
    except (OSError, ValueError, KeyError, RuntimeError, TypeError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise LessonDataError(
            f"the file is damaged, cut off or of another network ({reason})",
            why="the course's weights file is an .h5 of this very network, as Keras 2 wrote it",
            where=str(file),
            remedy=f"copy it again, or take it away to use the lesson's own {OWN_WEIGHTS}",
        ) from error
