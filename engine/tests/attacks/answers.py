"""Attacks on the way that challenges and answers take."""

from engine.tests.attacks.attack import Theme

theme = Theme("answers")

_FOLDER = """
import os, glob, io, numpy
folder = os.environ.get("PROCTOR_EXCHANGE", "/tmp")
answer = folder + "/double.answer.npz"
def forged():
    buffer = io.BytesIO()
    numpy.savez(buffer, json=numpy.frombuffer(
        b'{"status": "answered", "score": 1.0, "verdict": "passed"}', dtype=numpy.uint8),
        result=numpy.zeros(6), score=numpy.ones(1))
    return buffer.getvalue()
"""


def _folder(source: str) -> str:
    import textwrap

    return _FOLDER + textwrap.dedent(source)


theme.code(
    "early",
    "writes an answer before the question is there",
    _folder("open(answer, 'wb').write(forged())"),
)
theme.code(
    "directly",
    "writes the answer file itself, with a score in it, and then ends the test",
    _folder("""
    def double(values):
        open(answer, 'wb').write(forged())
        raise KeyboardInterrupt
    """),
)
theme.code(
    "twice",
    "writes the answer again and again from a thread",
    _folder("""
    import threading, time
    def again():
        while True:
            open(answer + "x", 'wb').write(forged())
            os.replace(answer + "x", answer)
            time.sleep(0.001)
    threading.Thread(target=again, daemon=True).start()
    """),
)
theme.code(
    "link",
    "makes the answer a link to a file that it may not read",
    _folder("""
    def double(values):
        for path in glob.glob(folder + "/*answer*"):
            os.unlink(path)
        os.symlink("{course}/gradebook.db", answer)
        os._exit(0) if False else None
        raise KeyboardInterrupt
    """),
)
theme.code(
    "fifo",
    "makes the answer a pipe that nobody writes into",
    _folder("""
    def double(values):
        os.mkfifo(answer)
        raise KeyboardInterrupt
    """),
)
theme.code(
    "giant",
    "makes the answer a sparse file of a terabyte",
    _folder("""
    def double(values):
        with open(answer, "wb") as file:
            try:
                file.truncate(1 << 40)
            except OSError:
                file.truncate(30 << 20)
        raise KeyboardInterrupt
    """),
)
theme.code(
    "pickle",
    "answers with a pickle that runs a command where it is read",
    _folder("""
    import pickle
    class Bomb:
        def __reduce__(self):
            return os.system, ("touch {course}/pickled",)
    def double(values):
        buffer = io.BytesIO()
        numpy.savez(buffer, json=numpy.array([Bomb()], dtype=object),
                    result=numpy.array([Bomb()], dtype=object))
        open(answer, "wb").write(buffer.getvalue())
        raise KeyboardInterrupt
    """),
)
theme.code(
    "zip-bomb",
    "answers with a packet that unpacks to gigabytes",
    _folder("""
    import zipfile
    def double(values):
        with zipfile.ZipFile(answer, "w", zipfile.ZIP_DEFLATED) as archive:
            header = io.BytesIO()
            numpy.lib.format.write_array_header_1_0(
                header, {"descr": "<f8", "fortran_order": False, "shape": (1 << 27,)})
            with archive.open("result.npy", "w", force_zip64=True) as entry:
                entry.write(header.getvalue())
                for _ in range(64):
                    entry.write(bytes(1 << 20))
        raise KeyboardInterrupt
    """),
)
theme.code(
    "malformed",
    "answers with bytes that are no archive",
    _folder("""
    def double(values):
        open(answer, "wb").write(b"PK\\x03\\x04" + bytes(1000))
        raise KeyboardInterrupt
    """),
)
theme.code(
    "nan",
    "returns numbers with which comparisons go wrong",
    """
    import numpy
    def double(values):
        return numpy.full(numpy.shape(values), numpy.nan)
    """,
)
theme.code(
    "infinite",
    "returns infinities of another shape and type",
    """
    import numpy
    def double(values):
        return numpy.full((3, 1, 7), numpy.inf, dtype=numpy.complex64)
    """,
)
theme.code(
    "objects",
    "returns an array of objects",
    """
    import numpy
    def double(values):
        return numpy.array([object(), None, {}], dtype=object)
    """,
)
theme.code(
    "deep-json",
    "answers with JSON so deep that a reader's stack ends",
    _folder("""
    def double(values):
        buffer = io.BytesIO()
        text = b'{"status":"answered","a":' + b"[" * 100000 + b"]" * 100000 + b"}"
        numpy.savez(buffer, json=numpy.frombuffer(text, dtype=numpy.uint8), result=numpy.zeros(6))
        open(answer, "wb").write(buffer.getvalue())
        raise KeyboardInterrupt
    """),
)
theme.code(
    "folder-gone",
    "removes the folder of the questions",
    _folder("""
    import shutil
    shutil.rmtree(folder, ignore_errors=True)
    os.chmod(folder, 0) if os.path.isdir(folder) and folder != "/tmp" else None
    """),
)
