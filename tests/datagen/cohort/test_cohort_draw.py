"""The cohort that ships is the one the generator draws, byte for byte, and nobody is real."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from datagen.cohort.draw import TEST, TRAIN, draw_cohort
from util.cohort_columns import COLUMNS, LABEL
from util.cohort_sources import PUBLIC_X, SYNTHETIC_TEST, SYNTHETIC_TRAIN

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "source/C3M3/data/nhanes"
REAL = ROOT.parent / "shared/data/nhanes" / PUBLIC_X


@pytest.fixture(scope="module")
def everyone():
    return pd.concat(draw_cohort())


def test_the_command_writes_what_ships(tmp_path):
    command = [sys.executable, "-m", "datagen.cohort", "--out", str(tmp_path / "new/folder")]
    subprocess.run(command, cwd=ROOT, check=True)
    for name in (SYNTHETIC_TRAIN, SYNTHETIC_TEST):
        assert (tmp_path / "new/folder" / name).read_bytes() == (SHIPPED / name).read_bytes()


def test_what_ships_is_small_and_explained():
    assert sum(file.stat().st_size for file in SHIPPED.iterdir()) < 1_200_000
    assert "synthetic" in (SHIPPED / "README.md").read_text(encoding="utf-8")


def test_parts_have_their_size_and_nothing_missing():
    train, test = draw_cohort()
    assert (len(train), len(test)) == (TRAIN, TEST)
    assert TRAIN >= 6_000
    assert tuple(test.columns) == (*COLUMNS, LABEL)
    assert train.notna().all(axis=None)
    assert test.notna().all(axis=None)


def test_two_people_are_never_the_same(everyone):
    assert not everyone[list(COLUMNS)].duplicated().any()
    assert everyone.index.is_unique


def test_another_seed_draws_other_people(everyone):
    other = pd.concat(draw_cohort(seed=1))
    assert everyone[list(COLUMNS)].merge(other[list(COLUMNS)]).empty


@pytest.mark.skipif(not REAL.is_file(), reason=f"the public NHANES I table is not in {REAL.parent}")
def test_nobody_is_copied_from_the_real_table(everyone):
    real = pd.read_csv(REAL, index_col=0).round(1)
    measured = [name for name in COLUMNS if name not in ("Race", "Sex", "BMI")]
    assert everyone[measured].round(1).merge(real[measured]).empty
