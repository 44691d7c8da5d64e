"""Loading of radiographs: from picture files to the network's input.

A picture is read as grey levels from 0 to 255 whatever its file stores (grey, colour, colour with
transparency, 8 or 16 bit), resized to the size the network was trained at, and repeated in three
equal channels, because a DenseNet121 expects colour. Every picture is then normalised with the
*same* mean and standard deviation, computed over many training pictures.
"""

import os
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from .errors import LessonDataError

SAMPLE_SIZE = 100
"""Maximum number of pictures over which the mean and the standard deviation are computed."""

SAMPLE_SEED = 0
"""Fixed seed of the sample, so that repeated runs normalise and predict alike."""

_PNG_END = b"IEND\xaeB`\x82"
_PNG_START = b"\x89PNG\r\n\x1a\n"


def get_mean_std_per_batch(
    image_dir: str | os.PathLike[str], df: pd.DataFrame, H: int = 320, W: int = 320
) -> tuple[float, float]:
    """Compute the mean and the standard deviation of the grey levels of a table's pictures.

    The values cover all pixels of up to `SAMPLE_SIZE` pictures. Rows whose file is missing are
    skipped, because the course's own table lists more pictures than it ships; a file that exists
    but cannot be read is an error.

    Args:
        image_dir: The folder of the pictures.
        df: A table with a column ``Image`` of file names.
        H: Height in pixels to which the pictures are resized first.
        W: Width in pixels to which the pictures are resized first.

    Returns:
        Mean and standard deviation, in grey levels from 0 to 255.

    Raises:
        LessonDataError: If the table has no ``Image`` column or no rows, if none of its pictures
            exists, or if one cannot be read.
    """
    folder = Path(image_dir)
    names = _image_names(df)
    present = [name for name in names if (folder / name).is_file()]
    if not present:
        raise LessonDataError(
            f"the folder has none of the table's {len(names)} pictures, such as {names[0]}",
            why="the mean and standard deviation are computed over them",
            where=str(folder),
            remedy="pass the folder that holds these pictures, or the table that belongs to it",
        )
    if len(present) > SAMPLE_SIZE:
        chosen = np.random.default_rng(SAMPLE_SEED).choice(len(present), SAMPLE_SIZE, replace=False)
        present = [present[index] for index in sorted(chosen)]
    # Summed picture by picture: 100 pictures of 320x320 at once would take 40 MB.
    sums = np.zeros(2)
    for name in present:
        grey = _read_grey(folder / name, H, W).astype(np.float64)
        sums += grey.mean(), np.square(grey).mean()
    mean, mean_of_squares = sums / len(present)
    return float(mean), float(np.sqrt(max(mean_of_squares - mean**2, 0.0)))


def load_image_normalize(
    path: str | os.PathLike[str], mean: float, std: float, H: int = 320, W: int = 320
) -> np.ndarray:
    """Read a picture as network input: a batch of one, centred and scaled.

    Args:
        path: The picture's file.
        mean: Mean of the training pictures, in grey levels from 0 to 255.
        std: Standard deviation of the training pictures, in grey levels; above 0.
        H: Height in pixels of the result.
        W: Width in pixels of the result.

    Returns:
        float32, shape (1, H, W, 3), three equal channels.

    Raises:
        LessonDataError: If the file is missing or not a picture, or if `std` is not above 0.
    """
    return normalize(_read_grey(Path(path), H, W), mean, std)[np.newaxis]


def load_image(
    path: str | os.PathLike[str],
    df: pd.DataFrame,
    preprocess: bool = True,
    H: int = 320,
    W: int = 320,
) -> np.ndarray:
    """Read a picture, for display or as network input.

    Args:
        path: The picture's file.
        df: The table of the pictures in the same folder, with a column ``Image``; used only
            if `preprocess` is true, for the mean and the standard deviation.
        preprocess: True for the network, False for display.
        H: Height in pixels of the result.
        W: Width in pixels of the result.

    Returns:
        With `preprocess`, float32 of shape (1, H, W, 3), centred and scaled. Without, the
        picture itself as uint8 of shape (H, W, 3).

    Raises:
        LessonDataError: If a picture is missing or unreadable, or if the table is needed and
            has no ``Image`` column, no rows or none of the pictures.
    """
    grey = _read_grey(Path(path), H, W)
    if preprocess:
        mean, std = get_mean_std_per_batch(Path(path).parent, df, H=H, W=W)
        return normalize(grey, mean, std)[np.newaxis]
    levels = np.clip(np.rint(grey), 0, 255).astype(np.uint8)
    return np.repeat(levels[..., np.newaxis], 3, axis=-1)


def normalize(grey: np.ndarray, mean: float, std: float) -> np.ndarray:
    """Centre and scale grey levels and repeat them in three channels.

    Args:
        grey: Grey levels from 0 to 255, shape (..., H, W).
        mean: Mean of the training pictures, in grey levels.
        std: Standard deviation of the training pictures, in grey levels; above 0.

    Returns:
        float32, shape (..., H, W, 3).

    Raises:
        LessonDataError: If `std` is not above 0, as when all training pictures are blank.
    """
    if not std > 0:
        raise LessonDataError(
            f"the standard deviation is {std}",
            why="pictures are divided by it, so that it must be above 0",
            where="argument std",
            remedy="take it from get_mean_std_per_batch over pictures that are not blank",
        )
    scaled = (np.asarray(grey, dtype=np.float32) - np.float32(mean)) / np.float32(std)
    return np.repeat(scaled[..., np.newaxis], 3, axis=-1)


def _image_names(df: pd.DataFrame) -> list[str]:
    """Return the column of file names, or raise an error that describes the problem."""
    rule = "a table of pictures has a column Image with one file name per row"
    if "Image" not in df.columns:
        raise LessonDataError(
            f"the table has the columns {', '.join(map(str, df.columns)) or '(none)'}",
            why=rule,
            where="the data frame passed",
            remedy="pass the table read from data/nih_new/train-small.csv",
        )
    names = df["Image"].dropna().astype(str).tolist()
    if not names:
        raise LessonDataError(
            f"the table has {len(df)} rows, none with a file name",
            why=rule,
            where="the data frame passed",
            remedy="pass a table with at least one picture",
        )
    return names


def _read_grey(path: Path, H: int, W: int) -> np.ndarray:
    """Read a picture as grey levels from 0 to 255, float32 of shape (H, W)."""
    rule = "a radiograph is a picture file, usually PNG, of any size"
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise LessonDataError(
            f"the picture can't be opened ({error.strerror})",
            why=rule,
            where=str(path),
            remedy="check the name and the folder; the names are in the table's column Image",
        ) from error
    stored = _decode(raw)
    if stored is None:
        raise LessonDataError(
            f"{len(raw)} bytes that are not a complete picture",
            why=rule,
            where=str(path),
            remedy="copy the file again from where it came; it may be cut off",
        )
    grey = _to_grey(stored)
    shrinks = grey.shape[0] > H or grey.shape[1] > W
    # Averaging over areas when shrinking: sampling single pixels would turn noise into texture.
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return grey if grey.shape == (H, W) else cv2.resize(grey, (W, H), interpolation=method)


def _decode(raw: bytes) -> np.ndarray | None:
    """Decode a picture without conversion; return None if its bytes are not a whole picture."""
    # OpenCV decodes a truncated PNG as a picture whose lower part is black.
    if not raw or (raw.startswith(_PNG_START) and _PNG_END not in raw):
        return None
    try:
        return cv2.imdecode(np.frombuffer(raw, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None


def _to_grey(stored: np.ndarray) -> np.ndarray:
    """Convert a decoded picture to grey levels from 0 to 255, float32 of shape (H, W)."""
    if stored.ndim == 3:
        # Luma weights preserve equal channels, which is what radiographs have.
        stored = cv2.cvtColor(
            stored, cv2.COLOR_BGRA2GRAY if stored.shape[2] == 4 else cv2.COLOR_BGR2GRAY
        )
    grey = stored.astype(np.float32)
    return grey * np.float32(255 / 65535) if stored.dtype == np.uint16 else grey
