import os
import subprocess

from proctor.sandbox import portable, processes


def test_both_ways_find_and_measure_the_same():
    child = subprocess.Popen(["sleep", "30"])
    try:
        found = portable.descendants(os.getpid())
        assert child.pid in found & processes.descendants(os.getpid())
        threads, _, memory = portable.measure({child.pid})
        usage = processes.measure({child.pid})
        assert threads == usage.tasks == 1
        assert memory >= usage.memory > 0
    finally:
        child.kill()
        child.wait()
    assert portable.measure({child.pid}) == (0, 0.0, 0)
    assert portable.descendants(child.pid) == set()
