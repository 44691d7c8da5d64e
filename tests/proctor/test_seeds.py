import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from proctor.errors import CourseError
from proctor.seeds import SECRET_NAME, challenge_seed, course_secret, generator


def seed(secret=b"s" * 32, assignment="a", student="b", exercise="c"):
    return challenge_seed(secret, assignment=assignment, student=student, exercise=exercise)


def test_a_regrade_asks_the_same_and_every_student_something_else():
    assert seed() == seed()
    others = {seed(student="x"), seed(exercise="x"), seed(assignment="x"), seed(secret=b"t" * 32)}
    assert len(others | {seed()}) == 5


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
