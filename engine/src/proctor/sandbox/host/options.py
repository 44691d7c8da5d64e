"""The sandbox's options, and the fork server that is kept warm."""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from traitlets import Dict, Enum, Int, List, Unicode
from traitlets.config import LoggingConfigurable

from proctor.programs import interpreter
from proctor.sandbox.host.forkserver import ForkServer
from proctor.sandbox.shared.limits import ResourceLimits
from proctor.sandbox.shared.mounts import MODULES, mounts_of
from proctor.sandbox.shared.server_config import Plan
from proctor.sandbox.shared.strength import Kind, parse_kind, resolve

_INHERITED_VARIABLES = ("LANG", "LC_ALL", "LC_CTYPE", "TZ", "OPENBLAS_CORETYPE")
"""The grader's environment variables that notebooks get; any other might contain a secret."""
_THREADS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMBA_NUM_THREADS", "LOKY_MAX_CPU_COUNT",
    "POLARS_MAX_THREADS", "RAYON_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS",
)  # fmt: skip
"""Environment variables that set the number of threads of numerical libraries."""


class Sandbox(LoggingConfigurable):
    """Where notebooks are run, and what they may use; 0 turns a limit off."""

    kind = Enum(
        ["auto", "namespaces", "confined", "none", "bubblewrap"],
        default_value="auto",
        help="namespaces: a sandbox made by bubblewrap; confined: one by Landlock and seccomp, "
        "which needs nothing installed; auto: the first of these that works on the machine; none: "
        "with your own rights, for notebooks that you trust. bubblewrap is an earlier name of "
        "namespaces.",
    ).tag(config=True)
    preload = List(
        Unicode(),
        help="Modules that the fork server imports once, so that no notebook has to. They may be "
        "imported, but must not start threads of their own when they are.",
    ).tag(config=True)
    environment = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="Environment variables of the fork server and its notebooks. No secrets.",
    ).tag(config=True)
    environment_from = List(
        Unicode(),
        help="Names of environment variables that notebooks get as the grading machine has them. "
        "No secrets.",
    ).tag(config=True)
    share = List(
        Unicode(),
        help="Files and folders that notebooks see besides those of the assignment: of the course, "
        "by names relative to its folder, under the same relative paths as with nbgrader; of the "
        "grading machine, by absolute paths, at the same places. Nothing that students must not "
        "read.",
    ).tag(config=True)
    threads = Int(
        1,
        min=0,
        help="Threads with which numerical libraries compute in a notebook; 0: they decide. With "
        "one, results do not depend on the machine's cores, and workers don't get in each "
        "other's way.",
    ).tag(config=True)
    memory_mib = Int(4096, min=0, help="MiB of memory per notebook.").tag(config=True)
    scratch_mib = Int(1024, min=1, help="MiB of files per notebook; they are memory.").tag(
        config=True
    )
    cpu_seconds = Int(1200, min=0, help="Seconds of processor time per notebook.").tag(config=True)
    processes = Int(512, min=0, help="Processes and threads per notebook.").tag(config=True)
    file_mib = Int(512, min=0, help="MiB of one file.").tag(config=True)
    open_files = Int(1024, min=0, help="Open files per process.").tag(config=True)
    printed_mib = Int(
        50, min=0, help="MiB of characters that a cell may print; more is an error in it."
    ).tag(config=True)
    start_seconds = Int(180, min=1, help="Seconds that the fork server's imports may take.").tag(
        config=True
    )
    idle_seconds = Int(
        300, min=0, help="Seconds without work after which the fork server ends; 0: it stays."
    ).tag(config=True)

    def limits(self) -> ResourceLimits:
        """Resource limits of one notebook."""
        return ResourceLimits(
            memory_mib=self.memory_mib,
            cpu_seconds=self.cpu_seconds,
            processes=self.processes,
            file_mib=self.file_mib,
            open_files=self.open_files,
            printed_mib=self.printed_mib,
        )

    def plan(
        self,
        *,
        course: Path,
        packages: Iterable[str],
        hidden: Iterable[str],
        given: Path,
        leave_out: Sequence[str],
        search: Path | None = None,
        exclusive: bool = False,
        ours: Sequence[str] = (),
        preload: bool = True,
        shared: Path | None = None,
    ) -> Plan:
        """How fork servers for an assignment are started.

        Args:
            course: The course folder.
            packages: Modules that notebooks import besides those of `preload`.
            hidden: Modules that notebooks do not get, such as the hidden tests.
            given: The assignment's source folder.
            leave_out: Patterns of names in it that notebooks don't get.
            search: Folder in which notebooks look for the course's modules first.
            exclusive: Whether no other notebook of this grader runs at the same time; it may
                then use resources that all programs of the machine share.
            ours: Modules that the kernels need besides, imported before the first.
            preload: Whether those of the option `preload` are imported, too.
            shared: Folder with the course's files of the option `share`; None: there are none.

        Raises:
            CourseError: See `mounts_of`, and `resolve`.
        """
        kind = resolve(parse_kind(self.kind))
        return Plan(
            kind=kind,
            preload=(*(self.preload if preload else ()), *ours),
            mounts=mounts_of(
                course=course,
                packages=sorted({*(name.split(".")[0] for name in self.preload), *packages}),
                hidden=hidden,
                given=given,
                leave_out=leave_out,
                search=search,
                shared=shared,
                machine=[Path(name) for name in self.share if Path(name).is_absolute()],
            ),
            environment=tuple(sorted(self._environment(kind, search).items())),
            scratch_mib=self.scratch_mib,
            start_seconds=self.start_seconds,
            idle_seconds=self.idle_seconds,
            exclusive=exclusive,
        )

    def variables(self) -> frozenset[str]:
        """Names of the environment variables that notebooks have."""
        return frozenset(self._environment("namespaces", None))

    def _environment(self, kind: Kind, search: Path | None) -> dict[str, str]:
        passed = {name: os.environ[name] for name in _INHERITED_VARIABLES if name in os.environ}
        scripts = Path(interpreter()).parent
        # A confined server replaces this path with that of its own copy.
        found = search if kind == "none" else MODULES
        modules = {} if search is None else {"PYTHONPATH": str(found)}
        return passed | {
            "PATH": f"{scripts}:/usr/local/bin:/usr/bin:/bin",
            "USER": "student",
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            "NBGRADER_EXECUTION": "autograde",
            "PYTHONDONTWRITEBYTECODE": "1",
            **(dict.fromkeys(_THREADS, str(self.threads)) if self.threads else {}),
            **modules,
            **{name: os.environ[name] for name in self.environment_from if name in os.environ},
            **self.environment,
        }


_servers: dict[str, ForkServer] = {}
"""At most one for each purpose: a server with its libraries takes a few hundred MiB."""


def warm_server(
    plan: Plan, zygote: Path | None = None, *, purpose: str = "notebooks"
) -> ForkServer:
    """Return the running fork server if it has the same plan, else start a new one.

    Args:
        plan: How it is started.
        zygote: See `ForkServer`.
        purpose: What its kernels are for; servers for different purposes run at the same time.

    Raises:
        CourseError: See `ForkServer`.
    """
    running = _servers.get(purpose)
    if running is not None and running.plan == plan and running.alive:
        return running
    if running is not None:
        _servers.pop(purpose).close()
    server = _servers[purpose] = ForkServer(plan, zygote)
    return server


@atexit.register
def close_servers() -> None:
    """End the warm servers, if there are any."""
    while _servers:
        _servers.popitem()[1].close()
