"""Which system calls are refused, and why.

`BASE` applies to every notebook and to the server that forks it. `confined` adds rules that replace
namespaces where there are none.
"""

from __future__ import annotations

import errno

from proctor.sandbox.linux.seccomp import Argument, Rule

_UNIX = 1
"""Address family of <bits/socket.h>."""
_SOCKET_LEVEL = 1
_SOCKET_OPTIONS = (7, 8, 13, 32, 33)
"""Of `setsockopt(2)`, at that level: SO_SNDBUF, SO_RCVBUF, SO_LINGER, SO_SNDBUFFORCE and
SO_RCVBUFFORCE."""
_STREAM, _SEQPACKET, _TYPE = 1, 5, 0xF
"""Socket types, and the bits of the argument that hold the type."""
_NO_FAMILY = errno.EINVAL
"""Error for an address family that does not exist; libzmq aborts the process on other errors."""
_NAMESPACES = 0x7E020000
"""The flags ``CLONE_NEW...`` of `clone(2)`."""
_CLONE_PARENT, _CLONE_THREAD, _CLONE_FILES = 0x00008000, 0x00010000, 0x00000400
_LOCK_COMMANDS = (6, 7, 37, 38)
"""Of `fcntl(2)`: F_SETLK, F_SETLKW, and the same for open file descriptions."""

_REACHES_MEMORY = (
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease",
    "kcmp", "pidfd_getfd", "migrate_pages", "move_pages",
)  # fmt: skip
_OUTLIVES = (
    "shmget", "shmat", "shmctl", "shmdt", "semget", "semop", "semctl", "semtimedop",
    "msgget", "msgsnd", "msgrcv", "msgctl", "mq_open", "mq_unlink",
    "add_key", "request_key", "keyctl",
)  # fmt: skip
"""Calls for objects outside of any file that outlive their process."""
_UNACCOUNTED = ("memfd_create", "memfd_secret", "io_setup")
"""Calls for objects that take memory, or part of a machine-wide limit, charged to no process."""
_FILE_NOTIFICATION = ("fanotify_init", "fanotify_mark", "inotify_init", "inotify_init1",
                      "inotify_add_watch")  # fmt: skip
"""Watches on files that others open; their number is limited per user, not per notebook."""
_OPENS_BY_HANDLE = ("name_to_handle_at", "open_by_handle_at")
_RISKY_INTERFACES = (
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter",
    "io_uring_register", "modify_ldt", "iopl", "ioperm",
)  # fmt: skip
"""Interfaces with a history of kernel vulnerabilities."""
_ADMINISTERS = (
    "mount", "umount2", "pivot_root", "chroot", "unshare", "setns", "open_tree", "open_tree_attr",
    "move_mount", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "acct", "swapon",
    "swapoff", "quotactl", "quotactl_fd", "kexec_load", "kexec_file_load", "syslog", "vhangup",
    "init_module", "finit_module", "delete_module", "reboot",
)  # fmt: skip

_SCHEDULING = ("sched_setparam", "sched_setscheduler", "sched_setaffinity", "sched_setattr")
"""Calls whose first argument is a process or thread; 0 is the caller."""

# Of these two calls only known commands are allowed: every file system and driver adds its own
# commands, some of which change a file that is open for reading only.
_FILE_COMMANDS = (
    *range(8), 9, 11, 36, 37, 38, 1025, 1027, 1028, 1030, 1032, 1033, 1034, 1035,
)  # fmt: skip
"""Of `fcntl(2)`: descriptors, flags, locks, and queries. Left out are leases and notifications,
which make others wait; signals to others; hints that stay with a file; and the sizes of pipes,
which are limited per user."""
_TERMINAL = 0x5400
"""The lower commands of `ioctl(2)`: terminals, and the blocking mode of descriptors."""
_DEVICE_COMMANDS = (
    0x80045430, 0x40045431, 0x80045439,  # pseudo-terminals
    0x8910, 0x8912, 0x8913, 0x8915, 0x8919, 0x891B, 0x8921, 0x8927, 0x8933,  # network queries
    0x80086601,  # FS_IOC_GETFLAGS
)  # fmt: skip
# TIOCSTI, TIOCLINUX, TIOCCONS, TIOCSETD: input to another user's terminal, and its drivers.
_TERMINALS_OF_OTHERS = (0x5412, 0x541C, 0x541D, 0x5423)
_SCHED_CORE = 62
"""A command of `prctl(2)` that can act on another process."""

_SETS_OWNERSHIP = (
    "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat",
    "utime", "utimes", "futimesat", "utimensat",
)  # fmt: skip
_SETS_ATTRIBUTES = (
    "setxattr", "lsetxattr", "fsetxattr", "setxattrat", "removexattr", "lremovexattr",
    "fremovexattr", "removexattrat", "file_setattr",
)  # fmt: skip


def _refuse_unless(
    name: str, index: int, *values: int, error: int = errno.EPERM, mask: int | None = None
) -> Rule:
    """Refuse a call unless an argument has one of the given values."""
    bits = {} if mask is None else {"mask": mask}
    return Rule(name, tuple(Argument(index, v, equal=False, **bits) for v in values), error)


def _refuse_if(name: str, index: int, value: int, error: int = errno.EPERM) -> Rule:
    return Rule(name, (Argument(index, value),), error)


_LONG_QUEUE = 0xFFFFFF00
"""Bits that are set only in a backlog of 256 connections or more."""
_NO_NETWORK = _refuse_unless("socket", 0, _UNIX, error=_NO_FAMILY)
"""Comes before any other rule on sockets, so that its error is returned."""

BASE: tuple[Rule, ...] = (
    *(
        Rule(name)
        for names in (
            _REACHES_MEMORY, _OUTLIVES, _UNACCOUNTED, _FILE_NOTIFICATION, _OPENS_BY_HANDLE,
            _RISKY_INTERFACES, _ADMINISTERS,
        )
        for name in names
    ),
    # Calls that change another process, even one of the same user.
    _refuse_unless("prlimit64", 0, 0),
    # Succeed without effect: libraries set values that are set already, for their own threads by
    # thread ID, and libzmq aborts the process if that fails.
    *(_refuse_unless(name, 0, 0, error=0) for name in _SCHEDULING),
    *(rule for name, own in (("setpriority", 0), ("ioprio_set", 1))
      for rule in (_refuse_unless(name, 0, own), _refuse_unless(name, 1, 0))),
    _refuse_if("prctl", 0, _SCHED_CORE),
    _refuse_unless("clone", 0, 0, mask=_NAMESPACES | _CLONE_PARENT),
    # Its flags are in memory, which a filter can't read; libraries then fall back to clone.
    Rule("clone3", error=errno.ENOSYS),
    # A thread with its own descriptor table would have open files that the monitor does not count.
    Rule("clone", (Argument(0, _CLONE_THREAD, mask=_CLONE_THREAD | _CLONE_FILES),)),
    _refuse_unless("fcntl", 1, *_FILE_COMMANDS),
    # Succeed without effect: each lock takes memory that is charged to no process, and a notebook
    # only locks its own files.
    *(_refuse_if("fcntl", 1, command, error=0) for command in _LOCK_COMMANDS),
    *(_refuse_if("ioctl", 1, command) for command in _TERMINALS_OF_OTHERS),
    Rule("ioctl", (
        Argument(1, _TERMINAL, equal=False, mask=0xFFFFFF00),
        *(Argument(1, command, equal=False) for command in _DEVICE_COMMANDS),
    ), errno.ENOTTY),
    # A file that is open for reading can be locked exclusively, even one shared by all notebooks.
    Rule("flock", error=errno.ENOSYS),
    # They wait for, and load, the machine's disks. A notebook has nothing to write back.
    Rule("sync", error=0),
    Rule("syncfs", error=0),
    # Not every address family supports namespaces. TCP buffers are charged to no process, and
    # closing the last descriptor of a connection may block until its buffer is empty: in the
    # grader, if a descriptor is sent to it with a message.
    _NO_NETWORK,
    # A datagram stays in the receiver's queue long after its sender's socket is closed.
    _refuse_unless("socket", 1, _STREAM, _SEQPACKET, mask=_TYPE),
    _refuse_unless("socketpair", 1, _STREAM, _SEQPACKET, mask=_TYPE),
    # Each connection that is not accepted yet holds a buffer that belongs to no process.
    Rule("listen", (Argument(1, 0, equal=False, mask=_LONG_QUEUE),)),
    *(Rule("setsockopt", (Argument(1, _SOCKET_LEVEL), Argument(2, option)))
      for option in _SOCKET_OPTIONS),
    _refuse_unless("socketpair", 0, _UNIX, error=_NO_FAMILY),
)  # fmt: skip

# Without effect, for notebooks whose user owns other files: Landlock does not cover these calls.
# Libraries make them when they copy a file, so that an error would break honest code.
SILENTLY_IGNORED: tuple[Rule, ...] = (
    *(Rule(name, error=0) for name in _SETS_OWNERSHIP),
    *(Rule(name, error=errno.EOPNOTSUPP) for name in _SETS_ATTRIBUTES),
)


def confined(*, landlock: int, process: int | None) -> tuple[Rule, ...]:
    """Further rules for a notebook that shares the grader's namespaces.

    Args:
        landlock: The Landlock ABI version that confines it.
        process: PID of its kernel, if only this filter keeps it from sending signals to other
            processes; else None.
    """
    rules = [
        # It could connect to any service's socket. It listens only on the kernel's own sockets.
        _NO_NETWORK,
        Rule("connect", error=errno.EACCES),
        # It takes up disk space faster than the monitor polls; libraries then write instead.
        Rule("fallocate", error=errno.EOPNOTSUPP),
    ]
    if landlock < _TRUNCATES:
        rules += _truncating()
    if process is not None:
        rules += _signalling(process)
    return tuple(rules)


_TRUNCATES = 3
"""The first Landlock ABI version that controls truncation."""
_O_ACCMODE, _O_TRUNC = 0o3, 0o1000


def _truncating() -> list[Rule]:
    """Rules on truncating a file without opening it for writing, which older Landlock ignores."""
    reading = Argument(1, _O_TRUNC, mask=_O_ACCMODE | _O_TRUNC)
    at = Argument(2, _O_TRUNC, mask=_O_ACCMODE | _O_TRUNC)
    return [
        Rule("truncate", error=errno.EACCES),
        Rule("open", (reading,), errno.EACCES),
        Rule("openat", (at,), errno.EACCES),
        Rule("openat2", error=errno.ENOSYS),
    ]


def _signalling(process: int) -> list[Rule]:
    """Rules on signals to processes other than the notebook's kernel and the sender's own group."""
    return [
        # Signal 0 only checks whether a process exists.
        Rule("kill", (
            Argument(0, process, equal=False), Argument(0, 0, equal=False),
            Argument(1, 0, equal=False),
        )),
        Rule("tkill"),
        *(_refuse_unless(name, 0, process) for name in
          ("tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo")),
        Rule("pidfd_send_signal"),
    ]  # fmt: skip
