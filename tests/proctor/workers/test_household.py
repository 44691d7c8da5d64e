"""The processes of local workers, without a grader that works with them."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from distributed.security import Security

from proctor.workers.household import Household, keep


@pytest.fixture
def start():
    """Start them, and get their process and the grader's end of the connection."""

    def started(folder: Path):
        here, there = multiprocessing.Pipe()
        household = Household(1, str(folder))
        process = multiprocessing.get_context("spawn").Process(target=keep, args=(household, there))
        process.start()
        there.close()
        return process, here

    return started


def test_they_end_in_order_when_the_grader_is_gone(start, tmp_path):
    process, grader = start(tmp_path)
    address, security = grader.recv()
    assert address.startswith("tls://")
    assert isinstance(security, Security)
    family = psutil.Process(process.pid).children(recursive=True)
    assert family
    grader.close()
    process.join(60)
    assert process.exitcode == 0
    assert psutil.wait_procs(family, timeout=60)[1] == []


def test_a_grader_that_is_gone_before_they_are_there_is_no_fault(start, tmp_path, capfd):
    process, grader = start(tmp_path)
    grader.close()
    process.join(60)
    assert process.exitcode == 0
    assert "Traceback" not in capfd.readouterr().err


def test_little_is_imported_before_the_workers_own_process_is_started():
    code = "import sys, proctor.workers.household; print('distributed' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
