"""Attacks on the machine's resources, and on the grader's patience."""

from engine.tests.attacks.attack import Theme

theme = Theme("resources")

theme.code(
    "fork-bomb",
    "forks without end",
    "import os\nwhile True:\n    os.fork()",
    attention="processes",
    reckless=True,
)
theme.code(
    "scattered-forks",
    "forks without end, each process in a session of its own",
    "import os\nwhile True:\n    if not os.fork():\n        os.setsid()",
    attention="the notebook",
    reckless=True,
)
theme.code(
    "thread-bomb",
    "starts threads without end",
    """
    import threading, time
    while True:
        threading.Thread(target=time.sleep, args=(1000,)).start()
    """,
    attention="processes",
    reckless=True,
)
theme.code(
    "memory-bomb",
    "takes memory without end, in one process",
    "hoard = []\nwhile True:\n    hoard.append(bytearray(32 << 20))",
    reckless=True,
)
theme.code(
    "memory-in-children",
    "takes memory in several processes, each below the limit",
    """
    import os, time
    children = [os.fork() for _ in range(4)]
    hoard = [b"x" * (1 << 20) for _ in range(300)]
    time.sleep(30)
    """,
    attention="memory",
    reckless=True,
)
theme.code(
    "disk",
    "fills the disk with files",
    """
    import os
    for where in (".", "/tmp", os.path.expanduser("~"), "/dev/shm", "/var/tmp"):
        try:
            for number in range(10000):
                open(f"{where}/{number}", "wb").write(bytes(10 << 20))
        except OSError as error:
            print(error)
    """,
    reckless=True,
)
theme.code(
    "inodes",
    "makes sockets and folders without end",
    """
    import os, socket
    try:
        for number in range(10**7):
            os.mkdir(f"{number}")
    except OSError as error:
        print(error)
    """,
    reckless=True,
)
theme.code("output", "prints without end", "while True:\n    print('x' * 10000)")
theme.code(
    "rich-output",
    "shows large pictures and messages of hundred MiB",
    """
    from IPython.display import display
    for _ in range(3):
        display({"text/html": "x" * (100 << 20)}, raw=True)
    """,
    reckless=True,
)
theme.code("endless", "never ends", "def double(values):\n    while True:\n        pass")
theme.code(
    "stubborn",
    "never ends and does not let itself be interrupted",
    """
    def double(values):
        while True:
            try:
                while True:
                    pass
            except KeyboardInterrupt:
                pass
    """,
    attention="could not be interrupted",
)
theme.code(
    "asleep",
    "blocks in C code with signals switched off",
    """
    import signal, time
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    def double(values):
        time.sleep(3600)
    """,
    attention="could not be interrupted",
)
theme.code("hard-exit", "ends the kernel", "import os\nos._exit(0)", attention="status 0")
theme.code("polite-exit", "leaves with sys.exit", "import sys\nsys.exit(0)")
theme.code(
    "quit",
    "asks the kernel to shut down",
    """
    from IPython import get_ipython
    get_ipython().ask_exit()
    get_ipython().kernel.do_shutdown(False)
    """,
)
theme.code(
    "segfault", "crashes the interpreter", "import ctypes\nctypes.string_at(0)", attention="SIGSEGV"
)
theme.code(
    "backtrack",
    "stays in one call that no interrupt reaches at once",
    """
    import re
    def double(values):
        re.match("(a+)+$", "a" * 60 + "b")
    """,
)
theme.code(
    "first-thread-gone",
    "holds memory in threads of a process whose first thread has ended, so that none is shown",
    """
    import ctypes, os, threading, time
    def hold():
        time.sleep(0.3)
        kept = bytearray(300 << 20)
        for place in range(0, len(kept), 4096):
            kept[place] = 1
        time.sleep(20)
    for _ in range(3):
        if os.fork() == 0:
            threading.Thread(target=hold).start()
            ctypes.CDLL(None).syscall({"x86_64": 60, "aarch64": 93}[os.uname().machine], 0)
    time.sleep(20)
    """,
    attention="first thread",
    reckless=True,
)
theme.code(
    "many-open-files",
    "has so many open files that looking at them takes longer than its limits",
    """
    import os, time
    opened = [os.open("/dev/null", os.O_RDONLY) for _ in range(900)]
    for _ in range(40):
        if os.fork() == 0:
            time.sleep(20)
            os._exit(0)
    time.sleep(20)
    """,
    attention="open files",
    reckless=True,
)
theme.code(
    "longest-name",
    "opens a file at a path that is too long to be told",
    """
    import os, time
    here = os.getcwd()
    for _ in range(40):
        os.mkdir("d" * 200)
        os.chdir("d" * 200)
    kept = open("x", "w")
    os.chdir(here)
    time.sleep(0.5)
    """,
)
theme.code(
    "locks-without-end",
    "takes memory of the kernel's with locks on a file of its own",
    """
    import fcntl
    with open("locked", "w") as file:
        for place in range(100000):
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 2 * place)
        own = open("/proc/self/fdinfo/" + str(file.fileno())).read()
    if own.count("lock:") > 1000:
        print("canary-" + "achieved")
    """,
    reckless=True,
)
