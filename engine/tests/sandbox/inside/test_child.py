"""What a kernel does before it runs a notebook's code."""

import io
import tarfile

import pytest

from engine.tests.sandboxes import skip_where_missing
from engine.tests.sessions import printed_by

pytestmark = pytest.mark.sandbox

LEFT = """
import os
with open("ran", "a") as file:
    file.write(__name__ + " " + " ".join(
        os.readlink(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd")
        if os.path.exists(f"/proc/self/fd/{n}")) + "\\n")
"""
NAMES = ("pdb", "code", "json", "zmq", "IPython", "ipykernel", "traitlets", "socket", "own_helper")


@pytest.fixture(params=["namespaces", "confined"])
def kind(request):
    skip_where_missing(request.param)
    return request.param


@pytest.fixture
def files():
    """A submission's own files that have the names of modules that a kernel imports."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name in NAMES:
            info = tarfile.TarInfo(f"{name}.py")
            info.size = len(LEFT)
            tar.addfile(info, io.BytesIO(LEFT.encode()))
    return buffer.getvalue()


def test_files_beside_the_notebook_are_not_imported_by_the_kernel_as_it_starts(
    open_notebook, files
):
    with open_notebook(files) as session:
        text = printed_by(session, "import os\nprint(os.path.exists('ran') and open('ran').read())")
    # What the kernel imports later, from where the notebook's code runs, is the notebook's affair.
    assert "/errors" not in text


def test_a_notebook_can_import_its_own_files(open_notebook, files):
    with open_notebook(files) as session:
        assert printed_by(session, "import own_helper\nprint(open('ran').read())").startswith(
            "own_helper"
        )


def test_a_notebook_has_no_file_of_the_servers(printed):
    source = """
import os
print([path for n in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{n}")
       and (path := os.readlink(f"/proc/self/fd/{n}")).startswith("/")
       and not path.startswith(("/dev/", "/proc/"))])
"""
    assert printed(source) == "[]\n"
