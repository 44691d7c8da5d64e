"""The tiny course's answers: public, run inside the kernel."""

import io
import json
import os
from pathlib import Path

import numpy as np


def check(exercise, namespace):
    folder = Path(os.environ["PROCTOR_EXCHANGE"])
    with np.load(folder / f"{exercise}.challenge.npz", allow_pickle=False) as archive:
        values = archive["values"]
    arrays, function = {}, namespace.get(exercise)
    if not callable(function):
        data = {"status": "undefined"}
    else:
        try:
            arrays["result"] = np.asarray(function(values.copy()))
            data = {"status": "answered"}
        except Exception as error:
            data = {"status": "raised", "type": type(error).__name__, "message": str(error)}
    buffer = io.BytesIO()
    text = np.frombuffer(json.dumps(data).encode(), dtype=np.uint8)
    np.savez(buffer, allow_pickle=False, json=text, **arrays)
    (folder / f"{exercise}.answer.npz").write_bytes(buffer.getvalue())
