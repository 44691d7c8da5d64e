"""Draw the whole cohort and write the two tables that the lesson ships."""

from pathlib import Path

import numpy as np
import pandas as pd

from datagen.cohort.aggregates import load
from datagen.cohort.population import draw_features
from datagen.cohort.survival import death_probability
from util.cohort_columns import LABEL
from util.cohort_sources import SYNTHETIC_TEST, SYNTHETIC_TRAIN

TEST, TRAIN = 1_700, 6_600
"""People in each part."""

SEED = 40


def draw_cohort(seed: int = SEED) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the training and the test part.

    Args:
        seed: seed of all random draws.

    Returns:
        Training and test table, 18 features and the label. Row numbers are consecutive over
        both, test first; nobody is drawn twice.
    """
    rng = np.random.default_rng(seed)
    aggregates = load()
    table = draw_features(TEST + TRAIN, aggregates, rng)
    risk = death_probability(table, aggregates)
    table[LABEL] = (rng.random(len(table)) < risk).astype(int)
    return table.iloc[TEST:], table.iloc[:TEST]


def write_cohort(folder: Path, seed: int = SEED) -> None:
    """Draw the cohort into ``synthetic_train.csv`` and ``synthetic_test.csv``.

    Args:
        folder: created if missing; files of these names are replaced.
        seed: seed of all random draws; the same seed gives the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in zip((SYNTHETIC_TRAIN, SYNTHETIC_TEST), draw_cohort(seed), strict=True):
        # %.10g writes 35 for 35.0: files are a third smaller, without spurious digits.
        text = table.to_csv(float_format="%.10g", lineterminator="\n")
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
