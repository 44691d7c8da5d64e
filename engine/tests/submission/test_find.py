import pytest

from proctor.errors import SubmissionError
from proctor.submission.find import find_notebooks


def put(folder, *names):
    for name in names:
        (folder / name).write_text("{}")


def test_the_released_name_comes_first(tmp_path):
    put(tmp_path, "a.ipynb", "other.ipynb")
    assert find_notebooks(tmp_path, ["a"]) == {"a": tmp_path / "a.ipynb"}


def test_the_only_notebook_may_have_any_name(tmp_path):
    put(tmp_path, "a (1).ipynb", "notes.txt")
    assert find_notebooks(tmp_path, ["a"]) == {"a": tmp_path / "a (1).ipynb"}


def test_those_of_several_that_are_there(tmp_path):
    put(tmp_path, "b.ipynb")
    assert find_notebooks(tmp_path, ["a", "b"]) == {"b": tmp_path / "b.ipynb"}


@pytest.mark.parametrize(
    ("there", "names", "found"),
    [
        ((), ["a"], "no notebook"),
        (("x.ipynb", "y.ipynb"), ["a"], r"2 notebooks of other names: x.ipynb, y.ipynb"),
        (("x.ipynb",), ["a", "b"], "1 notebook of another name: x.ipynb"),
    ],
)
def test_anything_else_is_refused(tmp_path, there, names, found):
    put(tmp_path, *there)
    with pytest.raises(SubmissionError, match=found):
        find_notebooks(tmp_path, names)


def test_without_a_folder_there_is_no_notebook(tmp_path):
    with pytest.raises(SubmissionError, match="no notebook"):
        find_notebooks(tmp_path / "none", ["a"])


def test_a_link_is_found_so_that_reading_refuses_it(tmp_path):
    (tmp_path / "a.ipynb").symlink_to(tmp_path / "nowhere")
    assert find_notebooks(tmp_path, ["a"]) == {"a": tmp_path / "a.ipynb"}


def test_names_of_files_are_shown_plainly(tmp_path):
    put(tmp_path, "\x1b[31mx\n.ipynb", "y.ipynb")
    with pytest.raises(SubmissionError) as refused:
        find_notebooks(tmp_path, ["a"])
    assert "\x1b" not in refused.value.found
