"""Which kernels a course's notebooks may name."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from proctor.bundle.kernels import check_kernel
from proctor.errors import CourseError


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install a kernel that is started with a program."""
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))

    def kernel(name, program):
        folder = tmp_path / "kernels" / name
        folder.mkdir(parents=True)
        argv = [program, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec = {"argv": argv, "display_name": name, "language": "python"}
        (folder / "kernel.json").write_text(json.dumps(spec))

    return kernel


@pytest.mark.parametrize(
    "spec",
    [
        None,
        {},
        {"name": "python3", "display_name": "Python 3"},
        {"name": "python3", "language": "python"},
        {"name": "python", "display_name": "Python 3", "language": "python"},
        {"name": "course", "language": "python"},
    ],
)
def test_this_environments_kernel_is_fine(spec):
    check_kernel(spec, ["course"], where="a.ipynb")


def test_a_kernel_of_this_environment_may_have_any_name(install):
    install("course", str(Path(sys.executable)))
    check_kernel({"name": "course", "language": "python"}, [], where="a.ipynb")


@pytest.mark.parametrize(
    "spec", [{"name": "ir", "language": "R"}, {"name": "x", "language": "julia"}]
)
def test_another_language_is_refused_whatever_the_course_says(spec):
    with pytest.raises(CourseError, match="is for the kernel"):
        check_kernel(spec, ["ir", "x"], where="a.ipynb")


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("spec", [{"name": "ir"}, {"name": "other", "language": "python"}])
def test_a_kernel_of_another_environment_is_refused(install, spec, there):
    if there:
        install(spec["name"], "/usr/bin/python3")
    with pytest.raises(CourseError, match="none of this environment") as caught:
        check_kernel(spec, [], where="a.ipynb")
    assert f"c.Examine.same_kernels = ['{spec['name']}']" in str(caught.value)
