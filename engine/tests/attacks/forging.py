"""Run notebooks' code in processes of their own, which answer checks: a fork server for tests.

``python -m engine.tests.attacks.forging DESCRIPTOR`` reads requests from a socket, each the code of
a notebook with the socket on which it answers. The libraries are imported once, and each notebook's
process is forked, as the grader's server does.
"""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

import matplotlib

matplotlib.use("Agg")

import cv2
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from proctor.remote.link import SocketLink
from proctor.remote.student import StudentSide
from util import load_image, load_image_normalize

MAX_CODE = 100_000


def answer(code: str, descriptor: int) -> None:
    """Run a notebook's code, and answer one check."""
    namespace: dict[str, Any] = {
        "np": np,
        "pd": pd,
        "plt": plt,
        "cv2": cv2,
        "load_image": load_image,
        "load_image_normalize": load_image_normalize,
    }
    exec(code, namespace)  # noqa: S102 - our own attacks
    StudentSide(SocketLink(socket.socket(fileno=descriptor)), namespace).serve()


def main(requests: socket.socket) -> None:
    """Serve until the requests end."""
    while True:
        code, descriptors, _, _ = socket.recv_fds(requests, MAX_CODE, 1)
        if not code:
            return
        child = os.fork()
        if not child:
            # The child leaves here whatever happens, or it would go on with the parent's work.
            try:
                answer(code.decode(), descriptors[0])
            finally:
                os._exit(0)
        os.close(descriptors[0])
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
