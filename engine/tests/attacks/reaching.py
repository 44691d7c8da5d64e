"""Attacks that reach for the network, for other processes and for the machine."""

from engine.tests.attacks.attack import Theme

theme = Theme("reaching")

theme.code(
    "network",
    "connects to the internet and to the grader's own machine",
    """
    import socket
    for address in (("1.1.1.1", 53), ("127.0.0.1", {port})):
        try:
            with socket.create_connection(address, timeout=1) as connection:
                print(connection.recv(100).decode())
        except OSError as error:
            print(error)
    """,
)
theme.code(
    "abstract-socket",
    "connects to an abstract socket of the grader's",
    """
    import socket
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            connection = socket.socket(socket.AF_UNIX, kind)
            connection.settimeout(1)
            connection.connect("\\0{abstract}")
            print(connection.recv(100).decode())
        except OSError as error:
            print(error)
    """,
)
theme.code(
    "names-of-sockets",
    "reads the names of the machine's sockets, which any two programs can pass messages with",
    """
    import glob
    tables = [f"/proc/{whose}/net/{table}" for table in ("unix", "tcp", "netlink", "packet")
              for whose in ("self", "thread-self", "1", "self/task/*", "[0-9]*")]
    for table in [path for pattern in tables for path in glob.glob(pattern)][:500]:
        try:
            text = open(table, "rb").read(1 << 20).decode(errors="replace")
        except OSError:
            continue
        if "{abstract}" in text or f":{{port}:04X} " in text:
            print("canary-" + "achieved", table)
    """,
)
theme.code(
    "beside",
    "looks for the notebook that another worker runs at the same time",
    """
    import os, pathlib, socket, time
    def show(path):
        try:
            if path.is_dir():
                for inner in path.iterdir():
                    show(inner)
            elif path.is_socket():
                with socket.socket(socket.AF_UNIX) as connection:
                    connection.settimeout(0.1)
                    connection.connect(str(path))
            elif path.stat().st_size < 1 << 20:
                print(path.read_bytes()[:100000].decode(errors="replace"))
        except (OSError, RecursionError):
            pass
    deaf = socket.socket(type=socket.SOCK_DGRAM)
    end = time.monotonic() + 1
    while time.monotonic() < end:
        for entry in os.listdir("/proc"):
            if entry.isdigit() and int(entry) != os.getpid():
                for inside in ("root/course", "root/course/autograded/scratch/work", "cwd", "fd"):
                    show(pathlib.Path("/proc", entry, inside))
        for folder in ("/sockets", "/dev/shm", "/run", "/var/run"):
            show(pathlib.Path(folder))
        for port in range(1024, 2048):
            deaf.sendto(b"canary", ("127.0.0.1", port))
    """,
)
theme.code(
    "kill-parent",
    "kills its parent and everything else that it can",
    """
    import os, signal
    for pid in [os.getppid(), 1, *range(2, 60)]:
        if pid != os.getpid():
            for number in (signal.SIGKILL, signal.SIGSTOP):
                try:
                    os.kill(pid, number)
                except OSError:
                    pass
    """,
    reckless=True,
)
theme.code(
    "kill-all",
    "kills every process that it may signal at once",
    """
    import os, signal
    try:
        os.kill(-1, signal.SIGKILL)
    except OSError as error:
        print(error)
    """,
    reckless=True,
)
theme.code(
    "ptrace",
    "traces its parent",
    """
    import ctypes, os
    library = ctypes.CDLL(None, use_errno=True)
    for request in (16, 0x4206):
        print(library.ptrace(request, os.getppid(), 0, 0), ctypes.get_errno())
    """,
    reckless=True,
)
theme.code(
    "write-parent",
    "writes into its parent's memory",
    """
    import os
    try:
        with open(f"/proc/{os.getppid()}/mem", "r+b", buffering=0) as memory:
            for line in open(f"/proc/{os.getppid()}/maps"):
                memory.seek(int(line.split("-")[0], 16))
                memory.write(b"poison")
    except OSError as error:
        print(error)
    """,
    reckless=True,
)
theme.code(
    "namespaces",
    "becomes root in a namespace of its own and mounts the disk",
    """
    import subprocess
    for command in (["unshare", "-Urm", "cat", "{course}/.proctor_secret"],
                    ["mount", "-t", "proc", "proc", "/mnt"], ["chroot", "/proc/1/root", "ls"]):
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=5)
            print(done.stdout, done.stderr)
        except OSError as error:
            print(error)
    """,
)
theme.code(
    "devices",
    "opens block devices and kernel memory",
    """
    import glob
    for path in ["/dev/mem", "/dev/kmsg", "/proc/kcore", *glob.glob("/dev/[svx]d*"),
                 *glob.glob("/sys/kernel/**", recursive=True)[:20]]:
        try:
            print(path, open(path, "rb").read(16))
        except OSError:
            pass
    """,
)
theme.code(
    "sysv",
    "leaves a shared memory segment for the next notebook",
    """
    import ctypes
    library = ctypes.CDLL(None, use_errno=True)
    segment = library.shmget(987654, 1 << 20, 0o1666)
    print("segment", segment)
    """,
)
