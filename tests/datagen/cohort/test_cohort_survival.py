"""Mortality is the published one, and each effect points the way the documentation says."""

import numpy as np
import pytest
from scipy.integrate import quad

from datagen.cohort.aggregates import BAND_EDGES, load
from datagen.cohort.draw import draw_cohort
from datagen.cohort.population import draw_features
from datagen.cohort.survival import _ten_year_risk, death_probability, log_hazard

AGGREGATES = load()


@pytest.fixture(scope="module")
def people():
    return draw_features(10_000, AGGREGATES, np.random.default_rng(6))


def by_band(people, values, sex):
    bands = np.digitize(people["Age"], BAND_EDGES[1:-1])
    rows = people["Sex"] == sex
    return np.array([values[(bands == number) & rows].mean() for number in range(5)])


@pytest.mark.parametrize("sex", [1, 2])
def test_expected_mortality_meets_the_published_one(sex, people):
    expected = by_band(people, death_probability(people, AGGREGATES), sex)
    np.testing.assert_allclose(expected, AGGREGATES["mortality"][str(sex)], atol=0.015)


@pytest.mark.parametrize("sex", [1, 2])
def test_the_cohort_that_ships_dies_as_published(sex):
    train, _ = draw_cohort()
    published = np.array(AGGREGATES["mortality"][str(sex)])
    error = np.sqrt(published / 500)  # a band and sex has 500 people or more
    assert (np.abs(by_band(train, train["y"], sex) - published) < 0.015 + 3 * error).all()


def test_the_closed_integral_equals_a_numerical_one():
    age, extra, level, slope = 61.0, 0.4, -4.5, 0.085
    hazard, _ = quad(lambda t: np.exp(level + slope * (age + t - 50) + extra), 0, 10)
    risk = _ten_year_risk(np.array([age]), np.array([extra]), level, slope)
    assert risk[0] == pytest.approx(1 - np.exp(-hazard), rel=1e-9)


def test_women_and_the_young_die_less(people):
    risk = death_probability(people, AGGREGATES)
    men, women = by_band(people, risk, 1), by_band(people, risk, 2)
    assert (women < men).all()
    assert (np.diff(men) > 0).all()
    assert (np.diff(women) > 0).all()


@pytest.mark.parametrize(
    ("name", "change", "sign"),
    [
        ("Diastolic BP", 20, 1),
        ("Pulse pressure", 20, 1),
        ("Poverty index", 100, -1),
        ("Serum Albumin", 0.5, -1),
        ("Serum Magnesium", 0.2, -1),
        ("Sedimentation rate", 20, 1),
        ("White blood cells", 3, 1),
    ],
)
def test_effects_point_the_way_they_are_documented(name, change, sign, people):
    # Two people: log_hazard centres on 0, so the difference is what can be seen.
    pair = people.iloc[[0, 0]].reset_index(drop=True)
    pair.loc[:, ["Diastolic BP", "Poverty index"]] = [80.0, 100.0]
    pair.loc[1, name] += change
    first, second = log_hazard(pair)
    assert np.sign(second - first) == sign


def test_the_poverty_effect_drops_off_with_income(people):
    steps = people.iloc[[0] * 4].reset_index(drop=True)
    steps["Poverty index"] = [50.0, 150.0, 250.0, 350.0]
    falls = -np.diff(log_hazard(steps))
    assert falls[0] > 2 * falls[1] > 4 * falls[2] > 0


def test_both_a_low_and_a_high_bmi_raise_the_risk(people):
    bodies = people.iloc[[0] * 3].reset_index(drop=True)
    bodies["BMI"] = [18.0, 26.0, 40.0]
    thin, middle, heavy = log_hazard(bodies)
    assert thin > middle < heavy
