"""Which of an assignment's notebooks the files of a submission are."""

import time
import unicodedata

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from engine.tests.coursework import reference_cell
from proctor.errors import SubmissionError
from proctor.submission.notebooks import MAX_READ, find_notebooks, name_of


def cells_of(name):
    """Cells of a notebook; all notebooks of the course have the same ids."""
    return [
        reference_cell("setup", "import math"),
        reference_cell("answer", f"{name} = None", solution=True, handed_out=f"{name} = ..."),
        reference_cell("test", f"assert {name} == 7", grade=True),
    ]


ONE, TWO = (
    {"problem1": cells_of("one")},
    {n: cells_of(c) for n, c in [("problem1", "one"), ("problem2", "two")]},
)


def notebook(name, answer="7", *, bare=False):
    nb = new_notebook()
    for cell in cells_of(name):
        made = cell.as_notebook_cell()
        made.source = f"{name} = {answer}" if cell.grade_id == "answer" else cell.released
        made.metadata = {} if bare else made.metadata
        nb.cells.append(made)
    return nb


@pytest.fixture
def handed_in(tmp_path):
    """Make a submission of notebooks, or other files, by name."""

    def make(**files):
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                path.write_bytes(content)
            else:
                nbformat.write(content, path)
        return tmp_path

    return make


def found_in(folder, assignment, **options):
    """What was found, with paths as names within the folder."""
    found = find_notebooks(folder, assignment, **options)
    paths = {name: str(path.relative_to(folder)) for name, path in found.paths.items()}
    return paths, found


def test_the_released_name_counts_and_the_other_is_named(handed_in):
    """Nobody hands in two and gets the better one."""
    for number, other in enumerate(["problem1 (1).ipynb", "PROBLEM1.ipynb", "best.ipynb"]):
        folder = handed_in(**{"problem1.ipynb": notebook("one", "8"), other: notebook("one")})
        paths, found = found_in(folder, ONE)
        assert paths == {"problem1": "problem1.ipynb"}
        assert len(found.notes["problem1"]) == number + 1
        assert any(other in note for note in found.notes["problem1"])
        assert (found.doubts, found.problems) == ({}, {})


def test_a_version_with_answers_beside_one_without_is_for_a_human(handed_in):
    folder = handed_in(
        **{"problem1.ipynb": notebook("one", "..."), "final.ipynb": notebook("one", "8")}
    )
    paths, found = found_in(folder, ONE)
    assert paths == {"problem1": "problem1.ipynb"}
    assert "final.ipynb" in found.doubts["problem1"]


def test_an_untouched_copy_is_no_reason_for_doubt(handed_in):
    untouched = notebook("one", "...")
    folder = handed_in(**{"problem1.ipynb": untouched, "backup.ipynb": untouched})
    assert not find_notebooks(folder, ONE).doubts


@pytest.mark.parametrize(
    "other",
    [
        "Problem 1 (1).ipynb", "problem1-final.ipynb", "PROBLEM1.ipynb", "problem1.IPYNB",
        "problem1.ipynb.txt", "homework.ipynb", "problem2.ipynb.json", "problem3.ipynb",
        "sub/problem1.ipynb", "a/b/problem1.ipynb",
    ],
)  # fmt: skip
@pytest.mark.parametrize("bare", [False, True])
def test_one_under_another_name_is_told_by_its_cells(handed_in, other, bare):
    folder = handed_in(**{"problem2.ipynb": notebook("two"), other: notebook("one", bare=bare)})
    paths, found = found_in(folder, TWO)
    if other.startswith("problem2"):
        other = "problem2.ipynb.json"
    assert paths == {"problem1": other, "problem2": "problem2.ipynb"}
    assert found.notes == {"problem1": [f"it was handed in as {other}"]}
    assert (found.doubts, found.problems) == ({}, {})


def test_cells_count_more_than_names(handed_in):
    folder = handed_in(**{"Problem 2.ipynb": notebook("one"), "Problem 1.ipynb": notebook("two")})
    paths, _ = found_in(folder, TWO)
    assert paths == {"problem1": "Problem 2.ipynb", "problem2": "Problem 1.ipynb"}


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_names_in_another_normal_form(handed_in, form):
    released, submitted = (
        unicodedata.normalize(one, "Übung é") for one in (form, {"NFC": "NFD", "NFD": "NFC"}[form])
    )
    assignment = {released: cells_of("one"), "other": cells_of("two")}
    # Its cells say nothing.
    folder = handed_in(**{f"{submitted}.ipynb": new_notebook()})
    paths, found = found_in(folder, assignment)
    assert paths == {released: f"{submitted}.ipynb"}
    assert "was handed in as" in found.notes[released][0]


def test_several_that_may_be_it_are_for_a_human(handed_in):
    folder = handed_in(
        **{
            "problem1 (1).ipynb": notebook("one", "7"),
            "problem1 (2).ipynb": notebook("one", "8"),
            "problem2.ipynb": notebook("two"),
        }
    )
    paths, found = found_in(folder, TWO)
    assert paths == {"problem2": "problem2.ipynb"}
    said = found.problems["problem1"].summary
    assert all(word in said for word in ("not certain", "problem1 (1).ipynb", "problem1 (2).ipynb"))
    assert found.notes == {}


def test_of_several_that_are_equal_one_counts(handed_in):
    folder = handed_in(**{"a (1).ipynb": notebook("one"), "a (2).ipynb": notebook("one")})
    paths, found = found_in(folder, ONE)
    assert paths == {"problem1": "a (1).ipynb"}
    assert "a (2).ipynb" in found.notes["problem1"][1]


def test_what_may_be_the_missing_one_is_for_a_human(handed_in):
    folder = handed_in(**{"problem2.ipynb": notebook("two"), "x.ipynb": new_notebook()})
    paths, found = found_in(folder, TWO)
    assert paths == {"problem2": "problem2.ipynb"}
    assert "no problem1.ipynb, but x.ipynb" in found.problems["problem1"].summary


def test_a_second_version_of_one_is_not_the_missing_one(handed_in):
    folder = handed_in(**{"problem2.ipynb": notebook("two"), "x.ipynb": notebook("two", "8")})
    paths, found = found_in(folder, TWO)
    assert (paths, found.problems) == ({"problem2": "problem2.ipynb"}, {})


def test_others_are_named(handed_in, tmp_path):
    given = tmp_path / "given"
    given.mkdir()
    (given / "helper.ipynb").touch()
    names = ["scratch.ipynb", "lab/other.ipynb", "helper.ipynb", ".ipynb_checkpoints/a.ipynb"]
    names += ["__MACOSX/._problem1.ipynb", "._problem1.ipynb"]
    files = dict.fromkeys(names, new_notebook(cells=[new_markdown_cell("mine")]))
    (tmp_path / "ann").mkdir()
    folder = (
        handed_in(
            **{f"ann/{n}": nb for n, nb in {**files, "problem1.ipynb": notebook("one")}.items()}
        )
        / "ann"
    )
    paths, found = found_in(folder, ONE, given=given)
    assert paths == {"problem1": "problem1.ipynb"}
    (note,) = found.notes["problem1"]
    assert note.endswith("not graded: scratch.ipynb, lab/other.ipynb")


def test_the_only_notebook_is_tried_whatever_it_is(handed_in):
    paths, _ = found_in(handed_in(**{"homework.ipynb": b"no JSON", "notes.txt": b""}), ONE)
    assert paths == {"problem1": "homework.ipynb"}


def test_another_assignment_with_the_same_ids_is_not_taken_for_this_one(handed_in):
    folder = handed_in(**{"hw1.ipynb": notebook("three"), "hw2.ipynb": notebook("four")})
    _, found = found_in(folder, ONE)
    assert "no problem1.ipynb, but hw1.ipynb, hw2.ipynb" in found.problems["problem1"].summary


@pytest.mark.parametrize("files", [{}, {"notes.txt": b"x"}, {".ipynb_checkpoints/a.ipynb": b"x"}])
def test_without_any_notebook_it_is_refused(handed_in, files):
    with pytest.raises(SubmissionError, match=r"no problem1.ipynb and problem2.ipynb: it has no"):
        find_notebooks(handed_in(**files), TWO)
    with pytest.raises(SubmissionError, match="it has no notebook"):
        find_notebooks(handed_in() / "absent", ONE)


def test_links_and_folders_of_the_released_name_are_left_to_who_reads_them(tmp_path):
    (tmp_path / "problem1.ipynb").symlink_to(tmp_path / "nowhere")
    (tmp_path / "problem2.ipynb").mkdir()
    paths, _ = found_in(tmp_path, TWO)
    assert set(paths) == {"problem1", "problem2"}


def test_a_link_of_another_name_is_not_followed(tmp_path, handed_in):
    elsewhere = handed_in(**{"ben/problem1.ipynb": notebook("one")})
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann" / "Problem1.ipynb").symlink_to(elsewhere / "ben" / "problem1.ipynb")
    with pytest.raises(SubmissionError, match="it has no notebook"):
        find_notebooks(tmp_path / "ann", ONE)


def test_what_lies_beside_notebooks_in_a_folder_is_known(handed_in):
    folder = handed_in(
        **{"hw/problem1.ipynb": notebook("one"), "hw/problem2.ipynb": notebook("two")}
    )
    assert str(find_notebooks(folder, TWO).top) == "hw"
    nbformat.write(notebook("one"), folder / "problem1.ipynb")
    assert str(find_notebooks(folder, TWO).top) == "."


def test_names_of_files_are_shown_plainly(handed_in):
    files = {"\x1b[31mx\n\u202e.ipynb": notebook("one"), "y.ipynb": new_notebook()}
    found = find_notebooks(handed_in(**files), ONE)
    assert not set(" ".join(found.notes["problem1"])) & set("\x1b\n\u202e")


def test_a_thousand_notebooks_take_little_time(handed_in):
    bomb = b'{"cells": [' + b"{}," * 4000 + b'{}], "metadata": {}}'
    folder = handed_in(**{f"{n}.ipynb": bomb for n in range(1000)})
    started = time.process_time()
    _, found = found_in(folder, TWO)
    assert time.process_time() - started < 10
    assert "and 995 others" in found.problems["problem1"].summary
    assert MAX_READ < 100


def test_a_single_file_is_told_by_its_cells(handed_in):
    folder = handed_in(**{"x.ipynb": notebook("two"), "y.ipynb": new_notebook()})
    assert name_of(folder / "x.ipynb", TWO) == "problem2"
    assert name_of(folder / "y.ipynb", TWO) is None
    assert name_of(folder / "y.ipynb", ONE) == "problem1"


@pytest.mark.parametrize(
    ("submitted", "saved", "doubted"),
    [("...", "7", True), ("...", "...", False), ("8", "7", False)],
)
def test_answers_that_only_a_checkpoint_has_are_named(handed_in, submitted, saved, doubted):
    place = ".ipynb_checkpoints/problem1-checkpoint.ipynb"
    files = {"problem1.ipynb": notebook("one", submitted), place: notebook("one", saved)}
    found = find_notebooks(handed_in(**files), ONE)
    assert ("problem1" in found.doubts) == doubted
    assert not doubted or place in found.doubts["problem1"]
    assert found.notes == {}


def test_a_link_to_checkpoints_is_not_followed(handed_in, tmp_path):
    folder = handed_in(**{"in/problem1.ipynb": notebook("one", "...")}) / "in"
    nbformat.write(notebook("one"), tmp_path / "problem1-checkpoint.ipynb")
    (folder / ".ipynb_checkpoints").symlink_to(tmp_path)
    assert not find_notebooks(folder, ONE).doubts
