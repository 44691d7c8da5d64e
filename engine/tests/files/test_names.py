import unicodedata

import pytest

from proctor.files.names import alike, alike_in, core, escaped, looks_same, shown, similar_names

COMPOSED, DECOMPOSED = (unicodedata.normalize(form, "Übung") for form in ("NFC", "NFD"))


def test_names_are_alike_in_any_case_and_normal_form():
    others = ["übung", DECOMPOSED, COMPOSED, "Ubung", "ÜBUNG", "\uff35bung"]
    assert set(alike(COMPOSED, others)) == {"übung", DECOMPOSED, "ÜBUNG"}
    assert alike_in([COMPOSED, "x", "X", DECOMPOSED, "y"]) == {
        COMPOSED: [DECOMPOSED], DECOMPOSED: [COMPOSED], "x": ["X"], "X": ["x"],
    }  # fmt: skip


def test_what_can_not_be_shown_is_escaped():
    assert escaped("jos\udce9") == r"'jos\xe9'"
    assert escaped("a\nb\x1b") == r"'a\nb\x1b'"


def test_only_a_normal_form_does_not_show():
    assert looks_same(COMPOSED, DECOMPOSED)
    assert not looks_same(COMPOSED, "übung")


def test_a_message_shows_in_what_names_differ():
    assert shown("plain name") == "plain name"
    assert shown(COMPOSED) != shown(DECOMPOSED)
    assert shown("a\x1b[2J\u202e").isprintable()
    assert len(shown("\U0001f600" * 1000)) == 200


@pytest.mark.parametrize(
    "name",
    [
        "problem1", "PROBLEM1", "Problem 1", "problem-1", "problem_1 (1)", "Problem1(12)",
        "problem1-Copy1", "Copy of problem1", "Kopie von Problem 1", "problem1 - Copy",
        "problem1 copy 2 (3)".replace(" 2", ""), "problem1-copy2",
    ],
)  # fmt: skip
def test_the_core_of_a_name_is_without_marks_of_a_copy(name):
    assert core(name) == "problem1"


@pytest.mark.parametrize("name", ["problem11", "problem", "problem1-final", "photocopy1"])
def test_other_names_have_another_core(name):
    assert core(name) != "problem1"


def test_names_in_a_folder_that_are_no_others(tmp_path):
    for name in ("there/A1", "there/a1", "there/ä1", "there/b", "known/a1"):
        (tmp_path / name).mkdir(parents=True)
    there, known = tmp_path / "there", tmp_path / "known"
    assert similar_names(there, "A1", known) == []
    assert similar_names(there, "a1", known) == ["A1"]
    assert similar_names(tmp_path / "absent", "a1", known) == []
