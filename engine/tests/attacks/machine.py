"""Attacks on the machine that the grader runs on, above all where the grader is root."""

from engine.tests.attacks.attack import Theme

theme = Theme("machine")

theme.code(
    "device-modes",
    "changes modes, owners and times of devices, which are the machine's own",
    """
    import os
    for name in ("null", "zero", "full", "random", "urandom", "tty"):
        for action in (lambda p: os.chmod(p, 0o606), lambda p: os.chown(p, 1, 1),
                       lambda p: os.utime(p, (1, 1)), lambda p: os.setxattr(p, "user.x", b"x")):
            try:
                action(f"/dev/{name}")
            except OSError:
                pass
    """,
    reckless=True,
)
theme.code(
    "kernel-settings",
    "writes the machine's settings below /proc and /sys",
    """
    import glob
    for path in ("/proc/sys/kernel/core_pattern", "/proc/sys/vm/drop_caches", "/proc/sysrq-trigger",
                 "/proc/sys/kernel/hostname", *glob.glob("/sys/fs/cgroup/**/cgroup.procs")):
        try:
            open(path, "r+").close()
            print("canary-" + "achieved", "writable", path)
        except OSError:
            pass
    """,
    reckless=True,
)
theme.code(
    "files-of-others",
    "changes modes, times and attributes of files that it may only read",
    """
    import os, sys
    for folder in (*sys.path, "{course}", "{course}/submitted", "{home}", "/usr/bin"):
        for path in (folder, *(os.path.join(folder, name) for name in
                     ("gradebook.db", ".netrc", "numpy/__init__.py", "env"))):
            for action in (lambda p: os.chmod(p, 0), lambda p: os.utime(p, (1, 1)),
                           lambda p: os.setxattr(p, "user.x", b"x"), lambda p: os.truncate(p, 0),
                           lambda p: os.open(p, os.O_RDONLY | os.O_TRUNC)):
                try:
                    action(path)
                except OSError:
                    pass
    """,
    reckless=True,
)
theme.code(
    "families",
    "opens sockets of families that know no network namespace",
    """
    import socket
    for family in range(1, 46):
        if family not in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6):
            for kind in (1, 2, 3, 5):
                try:
                    socket.socket(family, kind)
                    print("canary-" + "achieved", "family", family, kind)
                except OSError:
                    pass
    """,
)
theme.code(
    "services",
    "talks to the services of the machine through their sockets",
    """
    import glob, os, socket, stat
    places = ["/run/**", "/var/run/**", "/tmp/*", "/tmp/*/*", "/tmp/.*/*", "{home}/**"]
    known = ["/run/docker.sock", "/run/systemd/private", "/run/dbus/system_bus_socket", "/dev/log",
             "/run/user/0/bus", "/run/user/1000/bus", "{home}/agent.sock"]
    for path in known + [p for place in places for p in glob.glob(place, recursive=True)][:5000]:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
            try:
                with socket.socket(socket.AF_UNIX, kind) as connection:
                    connection.settimeout(0.2)
                    connection.connect(path)
                    print(connection.recv(100).decode())
            except OSError:
                pass
    """,
)
theme.code(
    "mounts",
    "makes namespaces and mounts by every call that could",
    """
    import ctypes, os, platform
    library = ctypes.CDLL(None, use_errno=True)
    x86 = platform.machine() == "x86_64"
    clone, unshare, setns = (56, 272, 308) if x86 else (220, 97, 268)
    for flag in (0x20000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000):
        if library.syscall(unshare, flag) == 0:
            print("canary-" + "achieved", "unshared", hex(flag))
        made = library.syscall(clone, flag | 17, 0, 0, 0, 0)
        if made == 0:
            os._exit(0)
        if made > 0:
            print("canary-" + "achieved", "cloned", hex(flag))
    for number in (428, 430, 432, 442, 467):
        if library.syscall(number, -100, b"/", 0, 0, 0) >= 0:
            print("canary-" + "achieved", "mounted", number)
    """,
    reckless=True,
)
theme.code(
    "terminal",
    "types into the grader's terminal",
    """
    import fcntl, glob, os
    for path in ("/dev/tty", "/dev/console", *glob.glob("/dev/pts/*"), *(
            f"/proc/self/fd/{n}" for n in range(3))):
        try:
            terminal = os.open(path, os.O_RDWR)
            for letter in b"echo\\n":
                fcntl.ioctl(terminal, 0x5412, bytes([letter]))
            print("canary-" + "achieved", "typed")
        except OSError:
            pass
    """,
    reckless=True,
)
theme.code(
    "shared-memory",
    "fills the shared memory, and leaves files in it",
    """
    import os
    try:
        for number in range(10000):
            with open(f"/dev/shm/poison-left-{number}", "wb") as file:
                file.write(bytes(10 << 20))
    except OSError as error:
        print(error)
    """,
    reckless=True,
)
theme.code(
    "removed-files",
    "fills the disk with files that it has removed, and with very deep and very many ones",
    """
    import os, tempfile
    held = []
    try:
        for _ in range(400):
            file = tempfile.TemporaryFile()
            file.write(bytes(1 << 20))
            file.flush()
            held.append(file)
        import time
        time.sleep(1)
    except OSError as error:
        print(error)
    """,
    reckless=True,
)
theme.code(
    "attributes-of-others",
    "changes attributes of files that it has open for reading only",
    """
    import ctypes, fcntl, os, sys
    library = ctypes.CDLL(None, use_errno=True)
    number = ctypes.create_string_buffer(b"\\1" * 8)
    for path in ("{home}/.netrc", "{course}/gradebook.db", "/usr/bin/env", sys.executable,
                 *(os.path.join(place, "numpy", "__init__.py") for place in sys.path)):
        try:
            file = os.open(path, os.O_RDONLY)
        except OSError:
            continue
        for command in (0x40087602, 0x40086602, 0x401C5820, 0x40049409):
            if library.ioctl(file, ctypes.c_ulong(command), number) == 0:
                print("canary-" + "achieved", hex(command), path)
        for command in (1036, 1038, 1024, 1026):
            if library.fcntl(file, command, ctypes.byref(ctypes.c_uint64(3))) == 0:
                print("canary-" + "achieved", command, path)
    """,
    reckless=True,
)
theme.code(
    "socket-buffers",
    "hides memory in sockets that nobody reads",
    """
    import os, socket, time
    def hoard():
        keep = []
        try:
            while True:
                one, other = socket.socketpair()
                one.setblocking(False)
                try:
                    while True:
                        one.send(b"x" * 65536)
                except OSError:
                    keep.append((one, other))
        except OSError:
            time.sleep(10)
    for _ in range(8):
        if os.fork() == 0:
            hoard()
            os._exit(0)
    time.sleep(1.5)
    """,
    attention="memory",
    reckless=True,
)
theme.code(
    "names-of-users",
    "takes the names by which graders could tell each other which user ids they use",
    """
    import socket
    held = []
    try:
        for number in range(900):
            held.append(socket.socket(socket.AF_UNIX))
            held[-1].bind(f"\\0proctor-user-{1900000000 + number}")
    except OSError as error:
        print(error)
    """,
)
