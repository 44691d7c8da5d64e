"""Answer challenges in processes of their own: ``python -m engine.tests.attacks.forging FOLDER``.

In the folder lies for each notebook its code, NAME.py, and the challenge, NAME.EXERCISE.npz; beside
them comes the answer, NAME.answer.npz. The libraries are imported once, and each notebook's process
is forked, as the grader's server does.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from util import load_image, load_image_normalize
from util.answering.packets import read_packet, write_packet
from util.answers import respond


def answer(question: Path) -> None:
    """Run a notebook's code, and write down what the course's package answers."""
    name, exercise, _ = question.name.split(".")
    namespace: dict[str, Any] = {
        "np": np,
        "pd": pd,
        "plt": plt,
        "load_image": load_image,
        "load_image_normalize": load_image_normalize,
    }
    exec((question.parent / f"{name}.py").read_text(), namespace)  # noqa: S102 - our own attacks
    data, arrays = read_packet(question.read_bytes())
    write_packet(
        question.with_name(f"{name}.answer.npz"), respond(exercise, namespace, data, arrays)
    )


def main(folder: Path) -> int:
    """Answer all of them, one after the other; the number of those that could not."""
    failed = 0
    for question in sorted(folder.glob("*.*.npz")):
        child = os.fork()
        if not child:
            # The child leaves here whatever happens, or it would go on with the parent's work.
            try:
                answer(question)
                os._exit(0)
            finally:
                os._exit(1)
        failed += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
    return failed


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
