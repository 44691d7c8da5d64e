"""Which system calls are refused, and why.

`BASE` holds for every notebook and for the server that forks it. `confined` adds what stands in
for namespaces where there are none.
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
"""Types of sockets, and the bits in which a type is given."""
_NO_FAMILY = errno.EINVAL
"""A family of addresses that is not there; libzmq ends the process over other errors."""
_NAMESPACES = 0x7E020000
"""The flags ``CLONE_NEW...`` of `clone(2)`."""
_CLONE_PARENT, _CLONE_THREAD, _CLONE_FILES = 0x00008000, 0x00010000, 0x00000400
_LOCK_COMMANDS = (6, 7, 37, 38)
"""Of `fcntl(2)`: F_SETLK, F_SETLKW, and the same for open files."""

_REACHES_MEMORY = (
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease",
    "kcmp", "pidfd_getfd", "migrate_pages", "move_pages",
)  # fmt: skip
_OUTLIVES = (
    "shmget", "shmat", "shmctl", "shmdt", "semget", "semop", "semctl", "semtimedop",
    "msgget", "msgsnd", "msgrcv", "msgctl", "mq_open", "mq_unlink",
    "add_key", "request_key", "keyctl",
)  # fmt: skip
"""What stays when its process ends, outside of any file."""
_UNCOUNTED = ("memfd_create", "memfd_secret", "io_setup")
"""What holds memory or a share of the machine's that nobody's account shows."""
_MAKES_OTHERS_WAIT = ("fanotify_init", "fanotify_mark", "inotify_init", "inotify_init1",
                      "inotify_add_watch")  # fmt: skip
"""Watches on files that others open; their number is limited per user, not per notebook."""
_OPENS_BY_OTHER_WAYS = ("name_to_handle_at", "open_by_handle_at")
_HOLES = (
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter",
    "io_uring_register", "modify_ldt", "iopl", "ioperm",
)  # fmt: skip
"""Interfaces with a record of holes in the kernel."""
_ADMINISTERS = (
    "mount", "umount2", "pivot_root", "chroot", "unshare", "setns", "open_tree", "open_tree_attr",
    "move_mount", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "acct", "swapon",
    "swapoff", "quotactl", "quotactl_fd", "kexec_load", "kexec_file_load", "syslog", "vhangup",
    "init_module", "finit_module", "delete_module", "reboot",
)  # fmt: skip

_SCHEDULING = ("sched_setparam", "sched_setscheduler", "sched_setaffinity", "sched_setattr")
"""Calls whose first argument is a process or thread; 0 is the caller."""

# Of these two calls only what is known is let through: every file system and driver adds commands
# of its own, some of which change a file that is open for reading only.
_FILE_COMMANDS = (
    *range(8), 9, 11, 36, 37, 38, 1025, 1027, 1028, 1030, 1032, 1033, 1034, 1035,
)  # fmt: skip
"""Of `fcntl(2)`: descriptors, flags, locks, and questions. Left out are leases and notifications,
which make others wait, signals to others, hints that stay with a file, and the sizes of pipes,
which are limited per user."""
_TERMINAL = 0x5400
"""The lower commands of `ioctl(2)`: terminals, and whether descriptors wait."""
_DEVICE_COMMANDS = (
    0x80045430, 0x40045431, 0x80045439,  # pseudo-terminals
    0x8910, 0x8912, 0x8913, 0x8915, 0x8919, 0x891B, 0x8921, 0x8927, 0x8933,  # questions on networks
    0x80086601,  # FS_IOC_GETFLAGS
)  # fmt: skip
# TIOCSTI, TIOCLINUX, TIOCCONS, TIOCSETD: input for somebody else's terminal, and its drivers.
_TERMINALS_OF_OTHERS = (0x5412, 0x541C, 0x541D, 0x5423)
_SCHED_CORE = 62
"""A command of `prctl(2)` that takes another process."""

_SETS_OWNERSHIP = (
    "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat",
    "utime", "utimes", "futimesat", "utimensat",
)  # fmt: skip
_SETS_ATTRIBUTES = (
    "setxattr", "lsetxattr", "fsetxattr", "setxattrat", "removexattr", "lremovexattr",
    "fremovexattr", "removexattrat", "file_setattr",
)  # fmt: skip


def _unless(name: str, index: int, *values: int, error: int = errno.EPERM, mask: int | None = None
            ) -> Rule:  # fmt: skip
    """Refuse a call unless an argument has one of some values."""
    bits = {} if mask is None else {"mask": mask}
    return Rule(name, tuple(Argument(index, v, equal=False, **bits) for v in values), error)


def _if(name: str, index: int, value: int, error: int = errno.EPERM) -> Rule:
    return Rule(name, (Argument(index, value),), error)


_LONG_QUEUE = 0xFFFFFF00
"""Bits of a queue of 256 connections and more."""
_NO_NETWORK = _unless("socket", 0, _UNIX, error=_NO_FAMILY)
"""Before any other rule on sockets, for the error."""

BASE: tuple[Rule, ...] = (
    *(
        Rule(name)
        for names in (
            _REACHES_MEMORY, _OUTLIVES, _UNCOUNTED, _MAKES_OTHERS_WAIT, _OPENS_BY_OTHER_WAYS,
            _HOLES, _ADMINISTERS,
        )
        for name in names
    ),
    # What changes another process, be it of the same user.
    _unless("prlimit64", 0, 0),
    # Pretended: libraries set what is set already for their own threads, by number, and libzmq ends
    # the process where that fails.
    *(_unless(name, 0, 0, error=0) for name in _SCHEDULING),
    *(rule for name, own in (("setpriority", 0), ("ioprio_set", 1))
      for rule in (_unless(name, 0, own), _unless(name, 1, 0))),
    _if("prctl", 0, _SCHED_CORE),
    _unless("clone", 0, 0, mask=_NAMESPACES | _CLONE_PARENT),
    # Its flags lie in memory, where a filter can't look; libraries then take clone.
    Rule("clone3", error=errno.ENOSYS),
    # A thread with descriptors of its own would have files that nobody counts.
    Rule("clone", (Argument(0, _CLONE_THREAD, mask=_CLONE_THREAD | _CLONE_FILES),)),
    _unless("fcntl", 1, *_FILE_COMMANDS),
    # Pretended: each takes memory that is in nobody's account, and a notebook locks its own files.
    *(_if("fcntl", 1, command, error=0) for command in _LOCK_COMMANDS),
    *(_if("ioctl", 1, command) for command in _TERMINALS_OF_OTHERS),
    Rule("ioctl", (
        Argument(1, _TERMINAL, equal=False, mask=0xFFFFFF00),
        *(Argument(1, command, equal=False) for command in _DEVICE_COMMANDS),
    ), errno.ENOTTY),
    # An exclusive lock can be had on a file that is open for reading, so on those of all notebooks.
    Rule("flock", error=errno.ENOSYS),
    # They wait for, and load, the machine's disks. There is nothing of a notebook's to write back.
    Rule("sync", error=0),
    Rule("syncfs", error=0),
    # Not every family of addresses knows namespaces. What is in the buffers of TCP is in nobody's
    # account, and who has the last descriptor of a connection may have to wait until it is empty:
    # the grader, where one is sent along with a message.
    _NO_NETWORK,
    # A datagram waits in the receiver's queue, when its sender's socket is long gone.
    _unless("socket", 1, _STREAM, _SEQPACKET, mask=_TYPE),
    _unless("socketpair", 1, _STREAM, _SEQPACKET, mask=_TYPE),
    # Each connection that nobody has accepted holds a buffer that no process has.
    Rule("listen", (Argument(1, 0, equal=False, mask=_LONG_QUEUE),)),
    *(Rule("setsockopt", (Argument(1, _SOCKET_LEVEL), Argument(2, option)))
      for option in _SOCKET_OPTIONS),
    _unless("socketpair", 0, _UNIX, error=_NO_FAMILY),
)  # fmt: skip

# Pretended, for who shares a user with the owner of other files: Landlock does not cover these
# calls, and whoever copies a file makes them in passing, so that an error would hit honest code.
PRETENDED: tuple[Rule, ...] = (
    *(Rule(name, error=0) for name in _SETS_OWNERSHIP),
    *(Rule(name, error=errno.EOPNOTSUPP) for name in _SETS_ATTRIBUTES),
)


def confined(*, landlock: int, process: int | None) -> tuple[Rule, ...]:
    """What is refused besides, where a notebook shares the grader's namespaces.

    Args:
        landlock: The version of Landlock that confines it.
        process: Its kernel's process id, where nothing but this filter keeps it from sending
            signals to other processes; else None.
    """
    rules = [
        # A connection could be had to any service's socket; those on which one listens are the
        # kernel's own.
        _NO_NETWORK,
        Rule("connect", error=errno.EACCES),
        # It takes room on the disk faster than anybody counts; libraries then write instead.
        Rule("fallocate", error=errno.EOPNOTSUPP),
    ]
    if landlock < _TRUNCATES:
        rules += _truncating()
    if process is not None:
        rules += _signalling(process)
    return tuple(rules)


_TRUNCATES = 3
"""The first version of Landlock that knows truncation."""
_O_ACCMODE, _O_TRUNC = 0o3, 0o1000


def _truncating() -> list[Rule]:
    """What shortens a file without opening it for writing, which older Landlocks don't see."""
    reading = Argument(1, _O_TRUNC, mask=_O_ACCMODE | _O_TRUNC)
    at = Argument(2, _O_TRUNC, mask=_O_ACCMODE | _O_TRUNC)
    return [
        Rule("truncate", error=errno.EACCES),
        Rule("open", (reading,), errno.EACCES),
        Rule("openat", (at,), errno.EACCES),
        Rule("openat2", error=errno.ENOSYS),
    ]


def _signalling(process: int) -> list[Rule]:
    """Signals to other processes than a notebook's kernel and a process's own group."""
    return [
        # Signal 0 asks whether a process is there.
        Rule("kill", (
            Argument(0, process, equal=False), Argument(0, 0, equal=False),
            Argument(1, 0, equal=False),
        )),
        Rule("tkill"),
        *(_unless(name, 0, process) for name in
          ("tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo")),
        Rule("pidfd_send_signal"),
    ]  # fmt: skip
