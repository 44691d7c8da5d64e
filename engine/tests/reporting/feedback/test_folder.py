import pytest
from nbgrader.coursedir import CourseDirectory

from proctor.reporting.feedback.folder import keep_only_pages


@pytest.fixture
def folders(tmp_path):
    graded, feedback = (tmp_path / stage / "ann" / "tiny" for stage in ("autograded", "feedback"))
    graded.mkdir(parents=True)
    feedback.mkdir(parents=True)
    (graded / "hw.ipynb").write_text("{}")
    return CourseDirectory(root=str(tmp_path)), graded, feedback


def test_only_pages_of_graded_notebooks_stay(folders):
    coursedir, graded, feedback = folders
    for name in ("hw.html", "other.html", "notes.txt", "timestamp.txt"):
        (feedback / name).write_text(name)
    (feedback / "data").mkdir()
    (feedback / "data" / "x").write_text("x")
    keep_only_pages(coursedir, "tiny", "ann", graded)
    assert sorted(path.name for path in feedback.iterdir()) == ["hw.html", "timestamp.txt"]


def test_a_folder_or_link_under_a_pages_name_goes(folders, tmp_path):
    coursedir, graded, feedback = folders
    outside = tmp_path / "outside"
    outside.mkdir()
    (feedback / "hw.html").mkdir()
    (feedback / "link.html").symlink_to(outside)
    keep_only_pages(coursedir, "tiny", "ann", graded)
    assert list(feedback.iterdir()) == []
    assert outside.is_dir()


def test_before_there_is_a_folder_nothing_is_done(folders):
    coursedir, graded, feedback = folders
    feedback.rmdir()
    keep_only_pages(coursedir, "tiny", "ann", graded)
    assert not feedback.exists()
