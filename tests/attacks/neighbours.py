"""Attacks on whoever is graded later or at the same time."""

from tests.attacks.attack import Theme

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
