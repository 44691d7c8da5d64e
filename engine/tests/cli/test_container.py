"""What platforms prescribe, and their entry point on the tiny course with other paths."""

from __future__ import annotations

import json
import re

import nbformat
import pytest

from engine.tests.outcomes import check_schema, make_outcome
from proctor.cli.container import PLATFORMS
from proctor.exports.outcome import Outcome

SECRETS = ("seed", "judge", "tiny_checks", "/tmp", "gradebook")  # noqa: S108 - what must not be said


def test_the_paths_are_the_platforms():
    paths = {name: (p.submission, p.results, list(p.pages)) for name, p in PLATFORMS.items()}
    assert paths == {
        "gradescope": ("/autograder/submission", "/autograder/results/results.json", []),
        "coursera": ("/shared/submission", "/shared/feedback.json", ["htmlFeedback.html"]),
    }


@pytest.mark.parametrize("name", PLATFORMS)
def test_each_answers_by_its_schema(name):
    check_schema(name, PLATFORMS[name].answer(make_outcome()))


@pytest.mark.parametrize("name", PLATFORMS)
def test_each_has_pages_for_every_outcome(name):
    for one in (make_outcome(), make_outcome(refused="No."), Outcome("tiny")):
        assert all(page(one) for page in PLATFORMS[name].pages.values())


@pytest.fixture
def contain(run, tmp_path):
    """Grade what a function lays into the submission's folder."""

    def contained(course, platform, *, assignment="tiny"):
        paths = [
            "--submission",
            str(tmp_path / "in"),
            "--results",
            str(tmp_path / "out" / "r.json"),
        ]
        done = run(course, "container", platform, "--assignment", assignment, *paths)
        return done, json.loads((tmp_path / "out" / "r.json").read_text())

    (tmp_path / "in").mkdir()
    return contained


@pytest.mark.sandbox
@pytest.mark.programs
def test_gradescope_gets_a_score_and_a_test_per_exercise(course, contain, filled, tmp_path):
    wrong = filled(UNQ_C2="def total(values):\n    print('{}')\n    return 1")
    nbformat.write(wrong, tmp_path / "in" / "exercise (1).ipynb")
    done, results = contain(course, "gradescope")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert results["score"] == 6
    assert [(t["status"], t["score"], t["max_score"]) for t in results["tests"]] == [
        ("passed", 4, 4),
        ("failed", 0, 4),
        ("passed", 2, 2),
    ]
    assert results["tests"][1]["output"] == "That is not the total."
    assert not any(secret in json.dumps(results) for secret in SECRETS)


@pytest.mark.sandbox
@pytest.mark.programs
def test_coursera_gets_a_fraction_a_page_and_a_last_line(course, contain, filled, tmp_path):
    nbformat.write(filled(), tmp_path / "in" / "exercise.ipynb")
    done, feedback = contain(course, "coursera")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1
    assert json.loads(done.stdout) == feedback
    assert (feedback["fractionalScore"], feedback["feedbackType"]) == (1, "HTML")
    page = (tmp_path / "out" / "htmlFeedback.html").read_text()
    assert "10 of 10 points." in page
    assert not any(secret in page + done.stdout for secret in SECRETS)


@pytest.mark.sandbox
@pytest.mark.programs
def test_a_table_of_the_first_challenge_earns_nothing(course, contain, filled, tmp_path):
    """An error's message shows the challenge; the next notebook is asked something else."""

    def graded(answer):
        code = f"def double(values):\n    asked = list(map(int, values))\n    {answer}"
        nbformat.write(filled(UNQ_C1=code), tmp_path / "in" / "exercise.ipynb")
        done, results = contain(course, "gradescope")
        assert done.returncode == 0, done.stderr
        return results["tests"][0]

    def shown():
        (found,) = re.findall(r"\[[\d, ]+\]", graded("raise ValueError(asked)")["output"])
        return json.loads(found)

    asked = shown()
    assert shown() == asked
    assert graded(f"return __import__('numpy').array({asked}) * 2")["score"] == 0


@pytest.mark.sandbox
@pytest.mark.programs
def test_no_notebook_is_a_zero_that_says_so(course, contain):
    done, results = contain(course, "gradescope")
    assert done.returncode == 0, done.stderr
    assert results["score"] == 0
    assert "exercise.ipynb" in results["output"]
    assert [t["max_score"] for t in results["tests"]] == [4, 4, 2]
    assert not any(secret in json.dumps(results) for secret in SECRETS)


@pytest.mark.sandbox
@pytest.mark.programs
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "text that is not JSON"),
        (nbformat.writes(nbformat.v4.new_notebook()), "none of the assignment's cells"),
    ],
)
def test_a_file_that_is_not_it_is_a_zero_that_says_so(course, contain, tmp_path, content, said):
    (tmp_path / "in" / "exercise.ipynb").write_text(content)
    done, feedback = contain(course, "coursera")
    assert done.returncode == 0, done.stderr
    assert feedback["fractionalScore"] == 0
    assert said in feedback["feedback"]


@pytest.mark.sandbox
@pytest.mark.programs
def test_a_link_to_the_instructors_notebook_earns_nothing(course, contain, tmp_path):
    solved = course / "source" / "tiny" / "exercise.ipynb"
    (tmp_path / "in" / "exercise.ipynb").symlink_to(solved)
    done, results = contain(course, "gradescope")
    assert done.returncode == 0, done.stderr
    assert results["score"] == 0
    assert "a symbolic link" in results["output"]


@pytest.mark.sandbox
@pytest.mark.programs
@pytest.mark.parametrize("platform", ["gradescope", "coursera"])
def test_a_fault_of_ours_leaves_a_message_and_no_score(course, contain, platform):
    done, results = contain(course, platform, assignment="absent")
    assert done.returncode == 2
    assert "source/absent" in done.stderr
    assert not {"score", "fractionalScore", "tests"} & set(results)
    assert "The grader itself failed" in json.dumps(results)
    assert "source/absent" not in json.dumps(results) + done.stdout


@pytest.mark.sandbox
@pytest.mark.programs
def test_results_that_cannot_be_written_are_an_error(course, run, tmp_path):
    (tmp_path / "file").write_text("")
    results = str(tmp_path / "file" / "r.json")
    done = run(course, "container", "gradescope", "--assignment", "tiny", "--results", results)
    assert done.returncode == 2
    assert "can't be written" in done.stderr


@pytest.mark.sandbox
@pytest.mark.programs
@pytest.mark.parametrize("arguments", [[], ["moodle", "--assignment", "tiny"], ["coursera"]])
def test_it_says_what_it_takes(course, run, arguments):
    done = run(course, "container", *arguments)
    assert done.returncode == 2
    assert "gradescope or coursera, and --assignment" in done.stderr
