import os
import subprocess
import sys

from benchmarks.accounting import PeakMemory, tree_cpu_seconds

BUSY = "import time\nend = time.process_time() + 0.5\nwhile time.process_time() < end: pass"


def test_the_time_of_children_counts_once_they_are_reaped():
    before = tree_cpu_seconds(os.getpid())
    subprocess.run([sys.executable, "-c", BUSY], check=True)
    # The system counts in ticks of a hundredth.
    assert tree_cpu_seconds(os.getpid()) - before > 0.45


def test_the_peak_is_remembered():
    hold = "import time\nx = b'x' * (100 << 20)\ntime.sleep(0.5)"
    with PeakMemory(os.getpid(), seconds=0.05) as memory:
        subprocess.run([sys.executable, "-c", hold], check=True)
    assert memory.peak > 100 << 20
