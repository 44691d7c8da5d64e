"""Attacks that leave something behind for the next notebook, or for us."""

from engine.tests.attacks.attack import Theme

theme = Theme("lingering")

theme.code(
    "daemon",
    "starts a daemon that outlives the notebook",
    """
    import subprocess
    for _ in range(3):
        subprocess.Popen(["setsid", "nohup", "sleep", "987654"], start_new_session=True,
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    """,
)
theme.code(
    "double-fork",
    "forks twice, so that the daemon has no parent, and ignores signals",
    """
    import os, signal, time
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in range(1, 32):
                try:
                    signal.signal(number, signal.SIG_IGN)
                except OSError:
                    pass
            os.execvp("sleep", ["sleep", "987654"])
        os._exit(0)
    """,
)
theme.code(
    "site-packages",
    "puts a module into the Python environment",
    """
    import site, sys, pathlib
    for folder in [*site.getsitepackages(), site.getusersitepackages(), sys.prefix, *sys.path]:
        for name in ("sitecustomize.py", "poison.pth", "poison-left"):
            try:
                pathlib.Path(folder, name).write_text("import sys; sys.poisoned = 'poison'")
            except OSError as error:
                pass
    """,
    reckless=True,
)
theme.code(
    "pycache",
    "replaces compiled files of libraries",
    """
    import glob, json, os
    for path in glob.glob(os.path.dirname(json.__file__) + "/**/*.pyc", recursive=True):
        try:
            open(path, "r+b").write(b"poison")
        except OSError:
            pass
    """,
    reckless=True,
)
theme.code(
    "startup",
    "leaves a startup file for the next IPython, and a configuration for Jupyter",
    """
    import os, pathlib
    for home in (os.path.expanduser("~"), "{home}"):
        for name in (".ipython/profile_default/startup/poison.py", ".jupyter/poison-left",
                     ".config/matplotlib/matplotlibrc"):
            try:
                path = pathlib.Path(home, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("raise SystemExit('poison')")
            except OSError:
                pass
    """,
)
theme.code(
    "scratch",
    "leaves files in every shared folder, unreadable and deep",
    """
    import os
    for where in ("/tmp", "/var/tmp", "/dev/shm", os.getcwd(), "..", "../..", "../../..",
                  "/sockets", "/given"):
        try:
            os.makedirs(f"{where}/poison-left", exist_ok=True)
            open(f"{where}/tiny_tools.py", "w").write("check = lambda *a: 4.0")
            deep = os.open(f"{where}/poison-left", os.O_RDONLY)
            for _ in range(2000):
                os.mkdir("d", dir_fd=deep)
                below = os.open("d", os.O_RDONLY, dir_fd=deep)
                os.close(deep)
                deep = below
            os.close(deep)
            os.chmod(f"{where}/poison-left", 0)
            os.chmod(where, 0)
        except OSError:
            pass
    """,
    reckless=True,
)
theme.code(
    "course-files",
    "writes into the course, the gradebook and the submissions of others",
    """
    import glob
    for path in ["{course}/poison-left", "{course}/gradebook.db", "{course}/tiny_checks.py",
                 *glob.glob("{course}/submitted/*/tiny/*"), *glob.glob("{course}/source/*/*")]:
        try:
            open(path, "a").write("poison")
        except OSError:
            pass
    """,
    reckless=True,
)
theme.code(
    "given-data",
    "spoils the data that the next notebook is given",
    """
    import glob, os
    for path in [*glob.glob("/given/**", recursive=True), *glob.glob("*")]:
        if os.path.isfile(path):
            try:
                open(path, "w").write("check = lambda *a: 4.0")
            except OSError:
                pass
    """,
)
theme.code(
    "libraries-in-memory",
    "patches libraries in memory, for the kernels that are forked later",
    """
    import numpy, builtins, sys
    numpy.array_equal = lambda *a, **k: True
    numpy.poisoned = builtins.poisoned = sys.poisoned = "poison"
    """,
)
theme.code(
    "many-sockets",
    "binds sockets without end in the one folder where it may",
    """
    import json, os, socket
    with open(os.path.expanduser("~/connection.json")) as file:
        folder = os.path.dirname(json.load(file)["ip"])
    for number in range(100000):
        try:
            with socket.socket(socket.AF_UNIX) as one:
                one.bind(f"{folder}/x{number}")
        except OSError:
            break
    """,
    attention="sockets",
    reckless=True,
)
theme.code(
    "file-of-the-server",
    "keeps open, and fills, a file of the server's that outlives it",
    """
    import os
    for number in map(int, os.listdir("/proc/self/fd")):
        try:
            path = os.readlink(f"/proc/self/fd/{number}")
        except OSError:
            continue
        if path.startswith("/") and not path.startswith(("/dev/", "/proc/", os.getcwd())):
            if os.path.basename(path) == "errors":
                os.posix_fallocate(number, 0, 1 << 20)
                print("canary-" + "achieved", path)
    """,
    reckless=True,
)
