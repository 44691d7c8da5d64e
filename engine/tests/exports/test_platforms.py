import pytest

from proctor.exports.outcome import Outcome
from proctor.exports.platforms import PLATFORMS


def test_the_paths_are_the_platforms():
    paths = {name: (p.submission, p.results, list(p.pages)) for name, p in PLATFORMS.items()}
    assert paths == {
        "gradescope": ("/autograder/submission", "/autograder/results/results.json", []),
        "coursera": ("/shared/submission", "/shared/feedback.json", ["htmlFeedback.html"]),
    }


@pytest.mark.parametrize("name", PLATFORMS)
def test_each_answers_by_its_schema(name, outcome, check_schema):
    check_schema(name, PLATFORMS[name].answer(outcome()))


@pytest.mark.parametrize("name", PLATFORMS)
def test_each_has_pages_for_every_outcome(name, outcome):
    for one in (outcome(), outcome(refused="No."), Outcome("tiny")):
        assert all(page(one) for page in PLATFORMS[name].pages.values())
