"""The processes of local workers, without a grader that works with them."""

from __future__ import annotations

import subprocess
import sys

import psutil
from distributed.security import Security

from proctor.workers.household import Household, keep
from tests.proctor.workers.apart import start


def test_they_end_in_order_when_the_grader_is_gone(tmp_path):
    process, grader = start(keep, Household(1, str(tmp_path), str(tmp_path)))
    address, security = grader.recv()
    assert address.startswith("tls://")
    assert isinstance(security, Security)
    family = psutil.Process(process.pid).children(recursive=True)
    assert family
    grader.close()
    process.join(60)
    assert process.exitcode == 0
    assert psutil.wait_procs(family, timeout=60)[1] == []


def test_a_grader_that_is_gone_before_they_are_there_is_no_fault(tmp_path, capfd):
    process, grader = start(keep, Household(1, str(tmp_path), str(tmp_path)))
    grader.close()
    process.join(60)
    assert process.exitcode == 0
    assert "Traceback" not in capfd.readouterr().err


def test_little_is_imported_before_the_workers_own_process_is_started():
    code = "import sys, proctor.workers.household; print('distributed' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
