import hashlib
import hmac
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from proctor.errors import CourseError
from proctor.seeds import (
    SECRET_NAME,
    challenge_seed,
    challenge_seeds,
    course_secret,
    generator,
    is_course_seed,
)

ASKED = {"assignment": "a", "student": "b", "exercise": "c", "submission": "d"}


def seed(secret=b"s" * 32, **other):
    return challenge_seed(secret, **{**ASKED, **other})


def test_a_regrade_asks_the_same_and_everything_else_something_else():
    assert seed() == seed()
    others = {seed(**{name: "x"}) for name in ASKED} | {seed(secret=b"t" * 32)}
    assert len(others | {seed()}) == 6


def test_each_check_has_a_seed_of_its_own():
    about = {name: ASKED[name] for name in ("assignment", "student", "submission")}
    assert challenge_seeds(b"s" * 32, ["c", "x"], **about) == {"c": seed(), "x": seed(exercise="x")}


def test_seeds_of_before_are_known_and_others_are_not():
    """Receipts of before have seeds that followed from assignment, student and exercise."""
    digest = hmac.new(b"s" * 32, b"a\x00b\x00c", hashlib.sha256).digest()
    before = int.from_bytes(digest[:16], "big")
    assert before not in (seed(), seed(submission=""))
    assert is_course_seed(before, b"s" * 32, **ASKED)
    assert is_course_seed(seed(), b"s" * 32, **ASKED)
    for other in (seed(submission="x"), seed(student="x"), seed(secret=b"t" * 32), 0):
        assert not is_course_seed(other, b"s" * 32, **ASKED)


def test_names_do_not_run_into_each_other():
    assert seed(student="ab", exercise="c") != seed(student="a", exercise="bc")


def test_the_same_seed_draws_the_same():
    assert generator(5).integers(1 << 60) == generator(5).integers(1 << 60)


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path):
    secret = course_secret(tmp_path)
    assert len(secret) == 32
    assert course_secret(tmp_path) == secret
    assert stat.S_IMODE((tmp_path / SECRET_NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "abc", "zz" * 32])
def test_a_damaged_secret_is_an_error_and_stays_as_it_is(tmp_path, text):
    (tmp_path / SECRET_NAME).write_text(text)
    with pytest.raises(CourseError, match="hexadecimal"):
        course_secret(tmp_path)
    assert (tmp_path / SECRET_NAME).read_text() == text


def test_graders_that_start_together_share_one_secret(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(course_secret, [tmp_path] * 64))
    assert len(secrets) == 1
    assert [path.name for path in tmp_path.iterdir()] == [SECRET_NAME]


def test_a_folder_that_takes_no_secret_is_named(tmp_path):
    with pytest.raises(CourseError, match="course_folder"):
        course_secret(tmp_path / "absent")
