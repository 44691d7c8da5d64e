"""Each student version says which release it is."""

import nbformat

from proctor.submission.releases import stamp_for, stamp_of


def test_a_released_notebook_is_stamped_and_valid(student_version, released):
    assert stamp_of(student_version) == stamp_for(student_version) != ""
    nbformat.validate(student_version)
    source = nbformat.read(released / "source" / "tiny" / "exercise.ipynb", as_version=4)
    assert stamp_of(source) == ""
