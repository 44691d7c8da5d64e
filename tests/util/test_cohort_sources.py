"""Which of the three sources is taken, and what each does to its tables."""

import numpy as np
import pandas as pd
import pytest

from util.cohort_columns import COLUMNS, LABEL
from util.cohort_sources import (
    COURSE_TEST,
    COURSE_TRAIN,
    PUBLIC_X,
    PUBLIC_Y,
    SYNTHETIC_TEST,
    SYNTHETIC_TRAIN,
    load_cohort,
    read_public,
)
from util.errors import LessonDataError


def people(count, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(rng.random((count, len(COLUMNS))), columns=list(COLUMNS))


def labelled(count, seed=0):
    """A table as the course's: row number, 18 features, label."""
    table = people(count, seed).assign(**{LABEL: np.arange(count) % 3 == 0})
    return table.set_axis(table.index * 7 + 3)


def years(count):
    """Signed follow-up of every kind: dead early, dead late, alive, lost early, never traced."""
    kinds = np.array([4.0, 15.0, -20.0, -3.0, -0.0])
    return pd.DataFrame({"y": kinds[np.arange(count) % 5]})


def put(folder, **tables):
    folder.mkdir(parents=True, exist_ok=True)
    names = {
        "course_test": COURSE_TEST,
        "course_train": COURSE_TRAIN,
        "public_x": PUBLIC_X,
        "public_y": PUBLIC_Y,
        "synthetic_test": SYNTHETIC_TEST,
        "synthetic_train": SYNTHETIC_TRAIN,
    }
    for name, table in tables.items():
        table.to_csv(folder / names[name])


def put_synthetic(folder):
    put(folder, synthetic_test=labelled(20, 1), synthetic_train=labelled(50, 2))


def put_public(folder, count=100):
    put(folder, public_x=people(count, 3), public_y=years(count))


def put_course(folder):
    put(folder, course_test=labelled(30, 4), course_train=labelled(60, 5))


def test_the_most_original_source_wins(tmp_path):
    put_synthetic(tmp_path / "data/nhanes")
    assert load_cohort(tmp_path).source == "synthetic"
    put_public(tmp_path / "data/nhanes")
    assert load_cohort(tmp_path).source == "public"
    put_course(tmp_path)
    assert load_cohort(tmp_path).source == "course"


@pytest.mark.parametrize("folder", ["", "data", "data/nhanes", "nhanes"])
@pytest.mark.parametrize("source", [put_synthetic, put_public, put_course])
def test_every_source_is_found_in_every_folder(source, folder, tmp_path):
    source(tmp_path / folder)
    cohort = load_cohort(str(tmp_path))
    assert cohort.source == source.__name__.removeprefix("put_")
    for X, y in ((cohort.X_train, cohort.y_train), (cohort.X_test, cohort.y_test)):
        assert tuple(X.columns) == COLUMNS
        assert X.notna().all(axis=None)
        assert X.index.is_unique
        assert X.index.equals(y.index)
        assert y.isin([0, 1]).all()


def test_course_tables_are_numbered_by_position(tmp_path):
    put_course(tmp_path)
    cohort = load_cohort(tmp_path)
    assert cohort.X_test.index.tolist() == list(range(30))
    np.testing.assert_array_equal(cohort.X_test, labelled(30, 4)[list(COLUMNS)])
    assert cohort.y_test.tolist() == [int(i % 3 == 0) for i in range(30)]


def test_course_test_table_alone_trains_on_the_public_people_who_are_not_in_it(tmp_path):
    put_public(tmp_path)
    X, y = read_public(tmp_path)
    tested = X.iloc[:20].assign(**{LABEL: y[:20]})
    put(tmp_path, course_test=tested)
    cohort = load_cohort(tmp_path)
    assert cohort.source == "course"
    assert len(cohort.X_train) == len(X) - 20
    assert set(cohort.X_train.index) == set(X.index[20:])


def test_course_test_table_without_any_training_table_is_refused(tmp_path):
    put(tmp_path, course_test=labelled(30))
    put_synthetic(tmp_path / "data/nhanes")
    with pytest.raises(LessonDataError, match=COURSE_TRAIN):
        load_cohort(tmp_path)


def test_public_labels_come_from_the_signed_years(tmp_path):
    put_public(tmp_path, 10)
    _, y = read_public(tmp_path)
    assert y.to_dict() == {0: 1, 1: 0, 2: 0, 5: 1, 6: 0, 7: 0}  # 3, 4, 8 and 9: lost


def test_public_people_with_missing_values_are_left_out(tmp_path):
    X = people(100)
    X.loc[::4, "Systolic BP"] = np.nan
    put(tmp_path, public_x=X, public_y=years(100))
    cohort = load_cohort(tmp_path)
    used = pd.concat([cohort.X_train, cohort.X_test])
    assert len(used) == sum(i % 4 != 0 and i % 5 in (0, 1, 2) for i in range(100))


def test_public_parts_share_nobody_and_are_the_same_every_time(tmp_path):
    put_public(tmp_path)
    first, second = load_cohort(tmp_path), load_cohort(tmp_path)
    pd.testing.assert_frame_equal(first.X_test, second.X_test)
    assert not set(first.X_test["BMI"]) & set(first.X_train["BMI"])


def test_public_tables_of_different_length_are_refused(tmp_path):
    put(tmp_path, public_x=people(100), public_y=years(99))
    with pytest.raises(LessonDataError, match="100 rows of features but 99 of follow-up"):
        load_cohort(tmp_path)


def test_public_follow_up_that_is_no_number_is_refused(tmp_path):
    put(tmp_path, public_x=people(10), public_y=years(10).astype(object).replace(4.0, "long"))
    with pytest.raises(LessonDataError, match="2 values of the follow-up are not numbers"):
        load_cohort(tmp_path)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (put_public, PUBLIC_X),
        (put_public, PUBLIC_Y),
        (put_synthetic, SYNTHETIC_TRAIN),
        (put_synthetic, SYNTHETIC_TEST),
    ],
)
def test_half_a_source_is_refused_by_the_name_of_the_absent_half(source, name, tmp_path):
    source(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(LessonDataError, match=f"no file {name}"):
        load_cohort(tmp_path)


def test_no_source_at_all_is_refused_with_the_places_looked_at(tmp_path):
    with pytest.raises(LessonDataError) as caught:
        load_cohort(tmp_path / "elsewhere")
    assert "elsewhere" in caught.value.where
    assert "nhanes" in caught.value.where


def test_a_part_in_which_everyone_lives_is_refused(tmp_path):
    put(tmp_path, synthetic_test=labelled(20).assign(y=0), synthetic_train=labelled(50))
    with pytest.raises(LessonDataError, match="20 people in the test part, 0 died"):
        load_cohort(tmp_path)
