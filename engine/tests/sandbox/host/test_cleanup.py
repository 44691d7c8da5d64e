"""A grader that starts, or comes to its end, clears what killed ones left on the machine."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from engine.tests.sandboxes import skip_where_missing
from proctor.sandbox.host.cleanup import clear_leftovers

pytestmark = pytest.mark.sandbox

NOTEBOOK = """
import io, logging, sys, tarfile
from pathlib import Path
from proctor.execution.session import Limits, open_session
from proctor.sandbox.host.forkserver import ForkServer
from proctor.sandbox.host.options import Sandbox
course = Path(sys.argv[1])
plan = Sandbox(kind=sys.argv[2]).plan(
    course=course, packages=[], hidden=[], given=course, leave_out=[], search=course
)
blob = io.BytesIO()
tarfile.open(fileobj=blob, mode="w").close()
server = ForkServer(plan)
with (
    server.notebook(blob.getvalue(), Sandbox().limits()) as slot,
    open_session(slot, limits=Limits(), log=logging.getLogger()) as session,
):
    session.run('''
import os, subprocess
subprocess.Popen(["sleep", "1000"], start_new_session=True)
for _ in range(2000):
    os.mkdir("d")
    os.chdir("d")
''')
    print(server.process, flush=True)
    input()
"""


@pytest.mark.parametrize("kind", ["namespaces", "confined"])
@pytest.mark.parametrize("first", ["grader", "supervisor"])
def test_nothing_is_left_of_a_notebook(kind, first, tmp_path, monkeypatch):
    skip_where_missing(kind)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    for name in ("tmp", "course"):
        (tmp_path / name).mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", NOTEBOOK, str(tmp_path / "course"), kind],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": str(tmp_path / "tmp")},
    ) as grader:  # fmt: skip
        supervisor = psutil.Process(int(grader.stdout.readline()))
        family = supervisor.children(recursive=True)
        assert "sleep" in {process.name() for process in family}
        killed = [grader.pid, supervisor.pid]
        for process in killed if first == "grader" else reversed(killed):
            os.kill(process, signal.SIGKILL)
    psutil.wait_procs([supervisor], 10)
    clear_leftovers()
    _, alive = psutil.wait_procs(family, 5)
    assert not [process for process in alive if process.status() != "zombie"]
    assert list(Path(tmp_path / "tmp").iterdir()) == []
