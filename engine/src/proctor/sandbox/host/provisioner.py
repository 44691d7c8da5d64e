"""Jupyter's way to a kernel in the sandbox: a kernel provisioner and what goes with it."""

from __future__ import annotations

import contextlib
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase

from proctor.errors import CourseError
from proctor.kernel_client.client import SandboxClient
from proctor.sandbox.host.forkserver import ServerLostError
from proctor.sandbox.host.kernel_slot import KernelSlot

NAME = "proctor-sandbox"
"""Under which the provisioner is registered (group ``jupyter_client.kernel_provisioners``)."""


class SandboxProvisioner(KernelProvisionerBase):
    """Forks a kernel in a `KernelSlot`, which is passed to ``start_kernel(place=...)``."""

    place: KernelSlot | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose the sockets and write the connection file."""
        self.place = kwargs.pop("place", None)
        if self.place is None:
            raise CourseError(
                f"A kernel of the provisioner {NAME} is started by the grading engine.",
                found="another program that starts one",
                where="start_kernel(place=...)",
                remedy="choose another kernel; this one is for grading",
            )
        manager: Any = self.parent
        manager.write_connection_file()
        self.connection_info = manager.get_connection_info()
        return await super().pre_launch(cmd=[], **kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel."""
        key = self.connection_info["key"]
        info = {**self.connection_info, "key": key.decode() if isinstance(key, bytes) else key}
        if self.place is not None:
            self.place.launch(info)
        return self.connection_info

    @property
    def has_process(self) -> bool:
        """Whether a kernel was launched and not killed since."""
        return self.place is not None

    async def poll(self) -> int | None:
        """None while the kernel runs, else an exit status."""
        if self.place is None:
            return 0
        try:
            return None if self.place.ending() is None else 1
        except (OSError, ServerLostError):
            return 1

    async def wait(self) -> int | None:
        """Nothing to wait for: `ForkServer.notebook` ends and reaps the kernel."""
        return await self.poll()

    async def send_signal(self, signum: int) -> None:
        """Send the kernel a signal; 0 asks nothing of it."""
        if self.place is not None and signum:
            with contextlib.suppress(OSError, ServerLostError):
                self.place.signal(signum)

    async def kill(self, restart: bool = False) -> None:
        """Let go of the kernel; `ForkServer.notebook` kills it with all of its processes."""
        self.place = None

    async def terminate(self, restart: bool = False) -> None:
        """As `kill`."""
        self.place = None

    async def cleanup(self, restart: bool = False) -> None:
        """Nothing of its own is left to clean up."""


class _Specs(KernelSpecManager):
    """Knows one kernel: the forked one."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(
            argv=["forked"],
            display_name="Python 3 in a sandbox",
            language="python",
            interrupt_mode="signal",
            metadata={"kernel_provisioner": {"provisioner_name": NAME}},
        )


class SandboxKernelManager(AsyncKernelManager):
    """Manages a kernel whose sockets are files, and opens none of them itself."""

    def client(self, **kwargs: Any) -> SandboxClient:  # type: ignore[override]
        """A client that is not connected yet; see `SandboxClient.connect`."""
        info: Any = self.get_connection_info(session=True)
        return SandboxClient(**info, parent=self, **kwargs)

    def _connect_control_socket(self) -> None:
        """Nothing is asked on it, and what the kernel sent there would wait in our memory."""


def kernel_manager(place: KernelSlot) -> SandboxKernelManager:
    """A manager for a kernel in a place; start it with ``start_kernel(place=place)``."""
    return SandboxKernelManager(
        kernel_name="python3",
        kernel_spec_manager=_Specs(),
        transport="ipc",
        ip=str(place.sockets / "k"),
        # Where it goes with the notebook, also when the grader is killed.
        connection_file=str(place.sockets / "connection.json"),
    )
