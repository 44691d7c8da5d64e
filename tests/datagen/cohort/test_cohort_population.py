"""The people drawn have the published spreads, correlations, identities and rounding."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from datagen.cohort.aggregates import CODES, DRAWN, load
from datagen.cohort.population import OLDEST, YOUNGEST, draw_features
from util.cohort_columns import COLUMNS

AGGREGATES = load()


@pytest.fixture(scope="module")
def people():
    return draw_features(20_000, AGGREGATES, np.random.default_rng(5))


def band(people, sex, number):
    edges = AGGREGATES["band_edges"]
    age = people["Age"].between(edges[number], edges[number + 1] - 1)
    return people[age & (people["Sex"] == sex)]


def measured(column):
    return column[~column.isin(CODES.get(column.name, ()))]


def test_identities_hold_to_the_last_digit(people):
    total = people["Diastolic BP"] + people["Pulse pressure"]
    np.testing.assert_array_equal(people["Systolic BP"], total)
    saturation = 100 * people["Serum Iron"] / people["TIBC"]
    np.testing.assert_allclose(people["TS"], saturation, atol=0.05 + 1e-9)


def test_codes_are_the_surveys(people):
    assert set(people["Sex"]) == {1, 2}
    assert set(people["Race"]) == {1, 2, 3}
    assert people["Age"].min() == YOUNGEST
    assert people["Age"].max() == OLDEST
    for name, codes in CODES.items():
        for place, code in enumerate(codes):
            shares = [row[place] for sex in "12" for row in AGGREGATES["codes"][name][sex]]
            assert (people[name] == code).mean() == pytest.approx(np.mean(shares), abs=0.01)


def test_the_top_coded_poverty_index_belongs_to_the_rich(people):
    assert measured(people["Poverty index"]).max() < 999


def test_values_are_rounded_as_in_the_real_table(people):
    digits = {"Serum Magnesium": 2, "BMI": 6, "Age": 0, "Diastolic BP": 0, "Serum Iron": 0}
    digits |= dict.fromkeys(["Serum Albumin", "Serum Protein", "White blood cells", "TS"], 1)
    for name, count in digits.items():
        np.testing.assert_array_equal(people[name], people[name].round(count))
    assert 0.35 < (people["Diastolic BP"] % 10 == 0).mean() < 0.65


def test_every_value_is_one_a_body_can_have(people):
    assert (people[list(COLUMNS)] > 0).all(axis=None)
    assert people["Pulse pressure"].min() >= 10
    assert people["BMI"].between(12, 75).all()
    assert people["TS"].max() <= 150


@pytest.mark.parametrize("name", DRAWN)
def test_medians_and_spreads_meet_the_published_ones(name, people):
    levels = AGGREGATES["levels"]
    low, middle, high = levels.index(0.10), levels.index(0.50), levels.index(0.90)
    for sex in (1, 2):
        for number, published in enumerate(AGGREGATES["marginals"][name][str(sex)]):
            drawn = measured(band(people, sex, number)[name])
            spread = published[high] - published[low]
            # Readings to the nearest 10 mmHg move a quantile by up to 5.
            near = 5 if name in ("Diastolic BP", "Pulse pressure") else 0.12 * spread
            for place in (low, middle, high):
                quantile = drawn.quantile(levels[place])
                assert quantile == pytest.approx(published[place], abs=near)


def test_correlations_meet_the_published_ones(people):
    names = AGGREGATES["correlation"]["columns"][1:]  # Race is too coarse to compare
    published = np.array(AGGREGATES["correlation"]["matrix"])[1:, 1:]
    values = people[names].copy()
    for name in CODES:
        values[name] = values[name].mask(values[name].isin(CODES[name]))
    grouped = values.groupby([people["Age"], people["Sex"]])
    scores = (grouped.rank() - 0.5) / grouped.transform("count")
    drawn = pd.DataFrame(norm.ppf(scores)).corr().to_numpy()
    assert np.abs(drawn - published).max() < 0.05
