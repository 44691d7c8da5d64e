"""What the gate must catch, it catches; the page holds what was found."""

import pytest

from tests.strength.corpus import Solution
from tests.strength.gate import Findings, Tried
from tests.strength.outcome import Outcome
from tests.strength.report import failures, tables, write


def solution(name, *, right=False, misconception="maximum", score=0.0):
    return Solution("grad_cam", name, right, f"It is {name}.", "code", misconception, score, None)


def good():
    right = solution("right", right=True, misconception=None, score=1.0)
    return Findings(
        20,
        [Tried(right, [], "All right."), Tried(solution("wrong"), [], "Take the mean | not max.")],
    )


def test_a_gate_that_holds_has_no_failures():
    assert list(failures(good())) == []
    assert "| all | 1 | 0 | 1 | 0 | 100% | 0 |" in tables(good())


def test_a_right_solution_that_is_refused_is_caught():
    found = good()
    refused = Outcome(3, 0.0, "no", "maximum", None)
    found.solutions[0] = Tried(found.solutions[0].solution, [refused], "no")
    assert "student 3: score 0 of 1" in next(failures(found))
    assert "| all | 0 | 1 | 1 | 0 | 100% | 1 |" in tables(found)


def test_a_wrong_solution_that_is_accepted_or_mistold_is_caught():
    found = good()
    accepted = Outcome(3, 1.0, "yes", None, None)
    found.solutions[1] = Tried(found.solutions[1].solution, [accepted], "no")
    assert list(failures(found))
    assert "| all | 1 | 0 | 0 | 1 | 100% | 1 |" in tables(found)


def test_too_few_wrong_solutions_that_are_told_their_mistake_are_caught():
    found = good()
    for number in range(3):
        nameless = solution(f"nameless {number}", misconception=None)
        found.solutions.append(Tried(nameless, [], "no"))
    assert "only 25%" in list(failures(found))[-1]


def test_the_page_is_written_between_its_marks(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- strength -->\nstale content\n<!-- /strength -->\nafter\n")
    write(page, good())
    text = page.read_text()
    assert text.startswith("before\n<!-- strength -->\n")
    assert text.endswith("<!-- /strength -->\nafter\n")
    assert "stale content" not in text
    assert "| It is wrong. | Take the mean \\| not max. |" in text
    page.write_text("no marks")
    with pytest.raises(ValueError, match="no place"):
        write(page, good())
