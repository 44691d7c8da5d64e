import pytest

from proctor.backends.dask_checks import check_workers, environment_facts
from proctor.errors import CourseError


class Cluster:
    """As much of a Dask client as is asked: what its workers say of themselves."""

    def __init__(self, **other):
        self._said = {**environment_facts(), **other}

    def wait_for_workers(self, count, timeout):
        pass

    def run(self, function):
        return {"tcp://one": environment_facts(), "tcp://two": self._said}


def test_equal_workers_are_fit():
    check_workers(Cluster(), "tcp://head", sandbox="none")


@pytest.mark.parametrize("name", ["python", "proctor", "numpy", "distributed"])
def test_another_version_is_named_with_its_worker(name):
    with pytest.raises(CourseError) as caught:
        check_workers(Cluster(**{name: "0.1"}), "tcp://head", sandbox="none")
    assert f"{name} 0.1" in caught.value.problem
    assert "tcp://two" in caught.value.where
    assert environment_facts()[name] in caught.value.remedy


def test_every_worker_needs_the_sandbox_that_is_asked_for():
    without = Cluster(**{"sandbox namespaces": "no program bwrap", "sandbox confined": "works"})
    for enough in ("none", "confined", "auto"):
        check_workers(without, "tcp://head", sandbox=enough)
    with pytest.raises(CourseError, match="no program bwrap"):
        check_workers(without, "tcp://head", sandbox="namespaces")
    neither = Cluster(**{"sandbox namespaces": "none here", "sandbox confined": "no Landlock"})
    with pytest.raises(CourseError, match="--sandbox none"):
        check_workers(neither, "tcp://head", sandbox="auto")


def test_a_worker_without_the_engine_is_said():
    class Other(Cluster):
        def run(self, function):
            raise ModuleNotFoundError("No module named 'proctor'")

    with pytest.raises(CourseError, match="does not understand"):
        check_workers(Other(), "tcp://head", sandbox="none")
