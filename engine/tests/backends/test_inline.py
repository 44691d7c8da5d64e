import pytest

from engine.tests.backends.fake_work import work
from engine.tests.coursework import bundle_of, seeded
from proctor.backends.inline import in_process
from proctor.errors import CourseError


def test_units_are_worked_on_in_their_order(released):
    started = []
    with in_process(bundle_of(released), work) as workers:
        units = [seeded("b"), seeded("a")]
        done = [one.graded.student for one in workers.results(units, started.append)]
    assert done == started == ["b", "a"]


def test_nothing_is_left_behind(released):
    with in_process(bundle_of(released), work) as workers:
        folder = workers.bundle.folder
        assert folder.is_dir()
        with pytest.raises(CourseError):
            list(workers.results([seeded("fault")]))
    assert not folder.parent.exists()
