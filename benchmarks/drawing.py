"""CPU time to draw a radiograph and to load the network."""

from __future__ import annotations

import contextlib
import io
import time
from statistics import median

import cv2

from datagen.radiographs.draw import draw
from util import load_C3M3_model

_FIRST_SEED, _COUNT = 50_000, 100


def figures() -> dict[str, float | bool]:
    """Measure milliseconds per 320x320 radiograph on one core, and seconds to build and load."""
    cv2.setNumThreads(1)
    seconds = []
    for seed in range(_FIRST_SEED, _FIRST_SEED + _COUNT):
        started = time.process_time()
        draw(seed)
        seconds.append(time.process_time() - started)
    started = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()):
        load_C3M3_model("source/C3M3/")
    return {
        "radiograph_cpu_ms_median": 1000 * median(seconds),
        "load_model_cpu_seconds": time.process_time() - started,
    }
