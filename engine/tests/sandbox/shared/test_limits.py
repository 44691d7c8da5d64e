import resource
import subprocess
import sys
import types

import pytest

from proctor.sandbox.shared.limits import ResourceLimits

pytestmark = pytest.mark.sandbox

PROBE = """
import resource
from proctor.sandbox.shared.limits import ResourceLimits
ResourceLimits(**{options}).apply(own_users=True)
{code}
"""


def run(code, **options):
    """Apply limits in a process of its own and run code there."""
    source = PROBE.format(options=options, code=code)
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True)
    return done.returncode, done.stdout.strip(), done.stderr


def test_a_limit_of_zero_is_none():
    code = "print(resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY)"
    assert run(code, file_mib=0)[1] == "True"


def test_memory_beyond_the_limit_is_an_error_that_python_survives():
    code = "try:\n    bytearray(200 << 20)\nexcept MemoryError:\n    print('refused')"
    assert run(code, memory_mib=100)[1] == "refused"
    assert run("print(len(bytearray(50 << 20)))", memory_mib=100)[1] == str(50 << 20)


def test_a_large_file_is_an_error_that_python_survives(tmp_path):
    code = f"""
try:
    open({str(tmp_path / "f")!r}, 'wb').write(bytes(2 << 20))
except OSError as error:
    print(error.strerror)"""
    assert run(code, file_mib=1)[1] == "File too large"


def test_open_files_are_counted():
    code = """
try:
    files = [open('/dev/null') for _ in range(100)]
except OSError as error:
    print(error.errno)"""
    assert run(code, open_files=50)[1] == "24"


@pytest.mark.parametrize("options", [{}, {"cpu_seconds": 1}])
def test_processor_time_is_counted(options):
    code = "print(resource.getrlimit(resource.RLIMIT_CPU)[0])"
    assert run(code, **options)[1] == str(ResourceLimits(**options).cpu_seconds + 1)


def test_no_core_is_dumped():
    assert run("print(resource.getrlimit(resource.RLIMIT_CORE))")[1] == "(0, 0)"


def test_processes_are_counted_in_a_user_namespace_of_ones_own():
    code = "print(resource.getrlimit(resource.RLIMIT_NPROC)[0])"
    assert run(code, processes=20)[1] == "36"
    assert run(code, processes=0)[1] != "16"


def test_older_kernels_would_count_processes_of_others(monkeypatch):
    monkeypatch.setattr("os.uname", lambda: types.SimpleNamespace(release="5.4.0-generic"))
    set_limits = []
    monkeypatch.setattr(
        "proctor.sandbox.shared.limits._limit", lambda *limit: set_limits.append(limit)
    )
    ResourceLimits().apply(own_users=True)
    assert resource.RLIMIT_NPROC not in dict(set_limits)
    monkeypatch.setattr("os.uname", lambda: types.SimpleNamespace(release="6.1.0-generic"))
    ResourceLimits().apply(own_users=True)
    assert dict(set_limits)[resource.RLIMIT_NPROC] == ResourceLimits().max_processes
