import time

import pytest

from proctor.running.session import Limits
from proctor.sandbox import provisioner
from proctor.sandbox.forkserver import ServerLostError


def test_a_kernel_is_there_soon(open_notebook):
    with open_notebook():
        pass
    started = time.monotonic()
    with open_notebook() as session:
        assert session.run("1").error is None
    # Many times what it takes; jupyter_client's own waiting alone would be a fifth of a second.
    assert time.monotonic() - started < 5


def test_a_message_that_is_too_large_is_cut_off_and_the_next_cell_is_heard(
    open_notebook, monkeypatch
):
    monkeypatch.setattr(provisioner, "_MESSAGE_BYTES", 1 << 20)
    large = "from IPython.display import display\ndisplay({'text/html': 'x' * (2 << 20)}, raw=True)"
    with open_notebook(limits=Limits(cell_seconds=20, interrupt_seconds=1)) as session:
        run = session.run(large)
        assert run.error == "what the cell showed was too large"
        assert session.run("print(1)").outputs[0].text == "1\n"


def test_a_kernel_that_does_not_start_is_said(serve, monkeypatch, open_notebook):
    # A sockets folder that the kernel can't use: it ends before it can answer.
    monkeypatch.setattr(provisioner.SandboxProvisioner, "launch_kernel", _launch_without_key)
    with pytest.raises(ServerLostError, match="did not start"), open_notebook():
        pass


async def _launch_without_key(self, cmd, **_):
    self.place.launch({**self.connection_info, "key": "", "transport": "nonsense"})
    return self.connection_info
