import pytest

from proctor.sandbox.host.options import Sandbox
from proctor.sandbox.shared.limits import ResourceLimits

pytestmark = pytest.mark.sandbox


def test_the_options_are_the_limits():
    assert Sandbox().limits() == ResourceLimits()
    assert Sandbox(memory_mib=7).limits().memory_mib == 7


def test_a_notebook_gets_no_variable_of_the_graders(printed, monkeypatch, serve):
    serve().close()
    monkeypatch.setenv("COURSE_TOKEN", "secret")
    monkeypatch.setenv("LANG", "C.UTF-8")
    text = printed("import os; print(dict(os.environ))")
    assert "secret" not in text
    assert "C.UTF-8" in text


def test_libraries_compute_with_as_many_threads_as_the_option_says(printed, serve):
    source = """
import os, threadpoolctl
print({pool["num_threads"] for pool in threadpoolctl.threadpool_info()})
print(os.environ["TF_NUM_INTRAOP_THREADS"])
"""
    assert printed(source).split() == ["{1}", "1"]
    assert "'OMP_NUM_THREADS'" not in repr(Sandbox(threads=0)._environment("namespaces", None))
    own = Sandbox(environment={"OMP_NUM_THREADS": "3"})._environment("namespaces", None)
    assert (own["OMP_NUM_THREADS"], own["MKL_NUM_THREADS"]) == ("3", "1")


def test_a_server_that_fits_is_kept(serve):
    assert serve() is serve()
    other = serve(environment={"A": "1"})
    assert other is serve(environment={"A": "1"})
    assert other is not serve()
    assert not other.alive


def test_notebooks_get_the_variables_that_a_course_names(monkeypatch):
    monkeypatch.setenv("COURSE_ONE", "1")
    named = Sandbox(environment_from=["COURSE_ONE", "NOT_THERE"])._environment("namespaces", None)
    assert named["COURSE_ONE"] == "1"
    assert "NOT_THERE" not in named
