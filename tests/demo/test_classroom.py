from demo.classroom import COURSE, NOTEBOOK, lay_out, submission


def test_a_classroom_is_the_real_course_with_settings_of_its_own(tmp_path):
    folder = tmp_path / "classroom"
    folder.mkdir()
    (folder / "left").touch()
    lay_out(folder, "c.Examine.cell_seconds = 7\n")
    assert not (folder / "left").exists()
    assert (folder / "source" / "C3M3" / NOTEBOOK).is_file()
    config = (folder / "nbgrader_config.py").read_text()
    assert repr(str(COURSE)) in config
    assert config.endswith("c.Examine.cell_seconds = 7\n")


def test_a_submission_goes_where_nbgrader_looks(tmp_path):
    path = submission(tmp_path, "ann")
    assert path == tmp_path / "submitted" / "ann" / "C3M3" / NOTEBOOK
    assert path.parent.is_dir()
