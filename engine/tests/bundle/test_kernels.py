"""Which kernel runs a notebook."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from proctor.bundle.kernels import program_of
from proctor.errors import CourseError
from proctor.sandbox.shared.kernel_program import KernelProgram


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install a kernel that is started with a program."""
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))

    def kernel(name, program, language="python", **more):
        folder = tmp_path / "kernels" / name
        folder.mkdir(parents=True)
        argv = [program, "-m", "kernel", "{resource_dir}/x", "-f", "{connection_file}"]
        spec = {"argv": argv, "display_name": name, "language": language, **more}
        (folder / "kernel.json").write_text(json.dumps(spec))
        return folder

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
def test_this_environments_kernel_runs_it(spec):
    assert program_of(spec, ["course"], where="a.ipynb") is None


def test_a_kernel_of_this_environment_may_have_any_name(install):
    install("course", str(Path(sys.executable)))
    assert program_of({"name": "course", "language": "python"}, [], where="a.ipynb") is None


@pytest.mark.parametrize("spec", [{"name": "r-4"}, {"name": "r-4", "language": "R"}])
@pytest.mark.parametrize("same", [[], ["r-4"]])
def test_another_language_has_its_own_program(install, monkeypatch, spec, same):
    monkeypatch.setenv("LIBRARY", "/r")
    env = {"R_LIBS": "${LIBRARY}/lib", "OTHER": "${NOWHERE}"}
    folder = install("r-4", "/bin/sh", "R", env=env)
    command = ("/bin/sh", "-m", "kernel", f"{folder}/x", "-f", "{connection_file}")
    filled = {"R_LIBS": "/r/lib", "OTHER": "${NOWHERE}"}
    assert program_of(spec, same, where="a.ipynb") == KernelProgram("r-4", "R", command, filled)


@pytest.mark.parametrize("same", [[], ["missing"]])
def test_a_kernel_that_is_not_installed_is_refused(same):
    spec = {"name": "missing", "language": "julia"}
    with pytest.raises(CourseError, match=r"missing \(julia\) is not installed"):
        program_of(spec, same, where="a.ipynb")


def test_a_kernel_whose_program_is_gone_is_refused(install):
    install("r-4", "/nowhere/R", "R")
    with pytest.raises(CourseError, match="the program '/nowhere/R' of the kernel r-4"):
        program_of({"name": "r-4"}, [], where="a.ipynb")


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("spec", [{"name": "one"}, {"name": "other", "language": "python"}])
def test_a_kernel_of_another_environment_is_refused(install, spec, there):
    if there:
        install(spec["name"], "/usr/bin/python3")
    with pytest.raises(CourseError, match="none of this environment") as caught:
        program_of(spec, [], where="a.ipynb")
    assert f"c.Examine.same_kernels = ['{spec['name']}']" in str(caught.value)
