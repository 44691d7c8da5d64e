"""One solution, some students: what deserves its verdict is silent, all else is told."""

from tests.strength.corpus import Solution
from tests.strength.trial import examine, outcomes_of, unexpected

RIGHT = (
    "def permute_feature(df, feature):\n"
    "    return df.assign(**{feature: np.random.permutation(df[feature])})\n"
)


def solution(code, **about):
    said = {"misconception": None, "score": 1.0, "raises": None, **about}
    return Solution("permute_feature", "mine", said["score"] == 1.0, "why", code, **said)


def differing(one, students):
    return unexpected(one, outcomes_of(one, students))


def test_a_solution_that_gets_what_it_deserves_gives_nothing_unexpected():
    assert differing(solution(RIGHT), range(2)) == []
    stops = "def permute_feature(df, feature):\n    raise LookupError('no')\n"
    assert not differing(solution(stops, score=0.0, raises="LookupError"), [0])


def test_another_verdict_or_misconception_is_unexpected():
    assert len(differing(solution(RIGHT, score=0.0), range(2))) == 2
    same = "def permute_feature(df, feature):\n    return df.copy()\n"
    told = differing(solution(same, score=0.0, misconception="other"), [0])[0]
    assert (told.score, told.raised) == (0.0, None)
    assert told.misconception not in (None, "other")


def test_code_that_does_not_run_is_an_outcome_too():
    assert examine("permute_feature", "def broken(", 0).raised == "SyntaxError"
    assert examine("permute_feature", "x = 1", 0).raised == "undefined"
