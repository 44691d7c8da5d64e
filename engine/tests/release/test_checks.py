"""What is checked before anything is released."""

import nbformat
import pytest
from nbformat.v4 import new_notebook
from traitlets.config import Config, LoggingConfigurable

from proctor.errors import CourseError
from proctor.release.checks import check_source


def test_a_huge_file_is_refused_before_it_is_copied_unless_nbgrader_leaves_it_out(tmp_path):
    nbformat.write(new_notebook(), tmp_path / "lesson.ipynb")
    with (tmp_path / "huge.bin").open("wb") as file:
        file.truncate(10**12)
    with pytest.raises(CourseError, match=r"the largest is huge\.bin"):
        check_source(tmp_path, LoggingConfigurable(config=Config()))
    config = Config(CourseDirectory={"ignore": ["*.bin"]})
    assert check_source(tmp_path, LoggingConfigurable(config=config)) == [tmp_path / "lesson.ipynb"]
