"""The corpus is read strictly: a file that is not clear about itself is an error."""

import pytest

from tests.strength.corpus import EXERCISES, read_corpus, read_solution

CODE = "\n\ndef grad_cam(*_):\n    return None\n"


def test_there_are_enough_solutions():
    corpus = read_corpus()
    assert sum(not one.right for one in corpus) >= 100
    assert sum(one.right for one in corpus) >= 40
    assert {one.exercise for one in corpus} == set(EXERCISES)


def test_each_solution_has_a_name_and_a_reason_of_its_own():
    corpus = read_corpus()
    assert len({(one.exercise, one.name) for one in corpus}) == len(corpus)
    reasons = [(one.exercise, one.reason) for one in corpus]
    assert len(set(reasons)) == len(reasons)
    codes = [one.code.split('"""', 2)[2] for one in corpus]
    assert len(set(codes)) == len(codes)


@pytest.fixture
def write(tmp_path):
    def solution(docstring, right=False):
        path = tmp_path / "mine.py"
        path.write_text(f'"""{docstring}"""{CODE}')
        return read_solution(path, "grad_cam", right=right)

    return solution


def test_a_wrong_solution_says_what_the_judge_makes_of_it(write):
    said = write("Takes the\nmaximum.\n\nMisconception: maximum\nScore: 0.5\n")
    assert (said.reason, said.misconception, said.score) == ("Takes the maximum.", "maximum", 0.5)
    assert write("Stops.\n\nRaises: ValueError").raises == "ValueError"


def test_a_right_solution_earns_everything_and_nothing_else(write):
    assert write("It is right.", right=True).score == 1.0
    for key in ("Misconception: maximum", "Raises: ValueError", "Score: 0.5"):
        with pytest.raises(ValueError, match="does not fit its folder"):
            write(f"It is right.\n\n{key}", right=True)


def test_what_is_not_clear_is_an_error(write):
    with pytest.raises(ValueError, match="found Verdict"):
        write("It is wrong.\n\nVerdict: wrong")
    with pytest.raises(ValueError, match="does not fit its folder"):
        write("It is wrong.\n\nScore: 1")
    with pytest.raises(ValueError, match="begins with a docstring"):
        write("")
