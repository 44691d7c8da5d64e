"""The shipped teaching set is what the command draws, and keeps its promises."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from datagen.radiographs.cases import CASES, EDEMA_LARGE_HEART
from datagen.radiographs.shipping import MASKS, TABLES, expand_runs, plan, run_lengths, save_png
from util.labels import LABELS

FOLDER = Path(__file__).resolve().parents[3] / "source" / "C3M3" / "data" / "nih_new"


@pytest.fixture(scope="module")
def tables():
    rows = {}
    for split, name in TABLES.items():
        with (FOLDER / name).open(newline="", encoding="utf-8") as file:
            rows[split] = list(csv.DictReader(file))
    return rows


def test_columns_and_counts(tables):
    assert len(tables["train"]) >= 100
    for rows in tables.values():
        assert list(rows[0]) == ["Image", *LABELS, "PatientId"]
        assert all(row[label] in {"0", "1"} for row in rows for label in LABELS)


def test_no_patient_in_two_splits(tables):
    patients = [{row["PatientId"] for row in rows} for rows in tables.values()]
    assert sum(map(len, patients)) == len(set.union(*patients))


def test_every_finding_occurs_in_each_large_split(tables):
    for split in ("train", "test"):
        for label in LABELS:
            assert any(row[label] == "1" for row in tables[split]), (split, label)


def test_every_row_has_its_picture_and_no_picture_is_left_over(tables):
    named = {row["Image"] for rows in tables.values() for row in rows}
    assert named == {path.name for path in (FOLDER / "images-small").glob("SYN*.png")}
    for name in sorted(named):
        with Image.open(FOLDER / "images-small" / name) as image:
            assert image.size == (320, 320)
            assert image.mode == "L"
            assert "SYNTHETIC" in image.text["Description"]
        assert name.startswith("SYN")


def test_the_folder_is_small():
    paths = [*FOLDER.glob("*.csv"), *FOLDER.glob("*.json"), *FOLDER.glob("images-small/SYN*.png")]
    assert sum(path.stat().st_size for path in paths) <= 10_000_000
    assert (FOLDER / MASKS).stat().st_size <= 300_000


def test_shipped_files_equal_what_the_command_draws(tmp_path, tables):
    for split, index in (("train", 0), ("train", 40), ("valid", 3), ("test", 5)):
        row = plan()[split][index]
        picture = row.draw()
        shipped = FOLDER / "images-small" / row.name
        drawn = np.asarray(Image.open(shipped)).astype(int)
        # Another processor may round a float32 the other way: one grey level, on few pixels.
        assert np.abs(drawn - picture.image).max() <= 2
        assert (drawn != picture.image).mean() < 0.01
        save_png(picture, tmp_path / "once.png", row)
        save_png(row.draw(), tmp_path / "twice.png", row)
        assert (tmp_path / "once.png").read_bytes() == (tmp_path / "twice.png").read_bytes()
        line = {key: str(value) for key, value in row.table(picture).items()}
        assert tables[split][index] == line


def test_masks_of_the_test_split(tables):
    stored = json.loads((FOLDER / MASKS).read_text(encoding="utf-8"))
    assert set(stored["masks"]) == {row["Image"] for row in tables["test"]}
    for row in tables["test"]:
        present = {label for label in LABELS if row[label] == "1"}
        assert set(stored["masks"][row["Image"]]) == present
    row = plan()["test"][5]
    runs = stored["masks"][row.name]["Mass"]
    drawn = row.draw().masks[LABELS.index("Mass")]
    assert (expand_runs(runs, 320) != drawn).mean() < 0.001


@pytest.mark.parametrize("seed", range(4))
def test_run_lengths_round_trip(seed):
    mask = np.random.default_rng(seed).random((16, 16)) < 0.4
    np.testing.assert_array_equal(expand_runs(run_lengths(mask), 16), mask)
    assert run_lengths(np.zeros((2, 2), bool)) == [4]
    assert run_lengths(np.ones((2, 2), bool)) == [0, 4]


def test_the_four_cases(tables):
    train = {row["Image"]: row for row in tables["train"]}
    for case in CASES:
        row = train[case.image]
        labelled = {label for label in LABELS if row[label] == "1"}
        assert labelled == set(case.findings) - set(case.unlabelled)
    assert train[EDEMA_LARGE_HEART.image]["Cardiomegaly"] == "0"
    assert train[EDEMA_LARGE_HEART.image]["Edema"] == "1"
