"""Every way a cohort table can be wrong gets an error that says rule, finding, place, remedy."""

import numpy as np
import pandas as pd
import pytest

from util.cohort_columns import COLUMNS, LABEL
from util.cohort_tables import features, labels, read_table
from util.errors import LessonDataError


@pytest.fixture
def table():
    values = np.arange(4 * len(COLUMNS), dtype=float).reshape(4, -1)
    return pd.DataFrame(values, columns=list(COLUMNS)).assign(**{LABEL: [0, 1, 0, 1]})


@pytest.fixture
def file(tmp_path):
    return tmp_path / "table.csv"


def refusal(call, *arguments, **options):
    with pytest.raises(LessonDataError) as caught:
        call(*arguments, **options)
    error = caught.value
    assert error.problem
    assert error.why
    assert error.remedy
    assert "table.csv" in error.where
    return error


def test_reads_rows_and_their_numbers(table, file):
    table.to_csv(file)
    pd.testing.assert_frame_equal(read_table(file), table)


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"\xff\xfe\x00binary\x81", b'a,b\n1,"2\n', b"a,b\n1,2\n1,2,3,4\n"],
    ids=["empty", "blank", "binary", "open quote", "ragged"],
)
def test_refuses_what_is_no_csv(content, file):
    file.write_bytes(content)
    assert "CSV" in refusal(read_table, file).why


def test_refuses_a_folder_and_an_absent_file(file):
    refusal(read_table, file)
    file.mkdir()
    refusal(read_table, file)


def test_refuses_a_table_without_rows(table, file):
    table.head(0).to_csv(file)
    assert "0 rows" in refusal(read_table, file).problem


def test_features_come_in_the_lessons_order_as_floats(table, file):
    shuffled = table[[LABEL, *reversed(COLUMNS)]].astype({"Sex": int})
    picked = features(shuffled, file)
    assert tuple(picked.columns) == COLUMNS
    assert set(picked.dtypes.astype(str)) == {"float64"}
    pd.testing.assert_frame_equal(picked, table[list(COLUMNS)])


def test_refuses_absent_columns_by_name(table, file):
    found = refusal(features, table.drop(columns=["TS", "BMI"]), file).problem
    assert "no column TS, BMI" in found


def test_refuses_a_misspelt_column(table, file):
    assert "no column Sex" in refusal(features, table.rename(columns={"Sex": "sex"}), file).problem


@pytest.mark.parametrize("wrong", ["unknown", "1,5", np.inf, -np.inf])
def test_refuses_values_that_are_no_finite_number(wrong, table, file):
    table["BMI"] = table["BMI"].astype(object)
    table.loc[2, "BMI"] = wrong
    found = refusal(features, table, file).problem
    assert "BMI" in found
    assert "row 2" in found


def test_refuses_missing_values_unless_allowed(table, file):
    table.loc[[1, 3], "White blood cells"] = np.nan
    found = refusal(features, table, file).problem
    assert "2 empty cells" in found
    assert "White blood cells, row 1" in found
    assert features(table, file, may_miss=True)["White blood cells"].isna().sum() == 2


def test_refuses_values_that_are_no_number_even_where_missing_is_allowed(table, file):
    table["Age"] = ["35", "", "n.a.", "60"]
    refusal(features, table, file, may_miss=True)


@pytest.mark.parametrize("given", [[0, 1, 0, 1], [0.0, 1.0, 0.0, 1.0], [False, True, False, True]])
def test_labels_are_zero_and_one(given, table, file):
    y = labels(table.assign(y=given), file)
    assert y.tolist() == [0, 1, 0, 1]
    assert y.dtype == np.int64
    assert y.name == LABEL


@pytest.mark.parametrize(
    "given", [[0, 1, 2, 1], [0, 1, None, 1], [0, 1, 0.5, 1], ["no", "yes", "no", "yes"]]
)
def test_refuses_other_labels(given, table, file):
    assert "0 and 1" in refusal(labels, table.assign(y=given), file).problem


def test_refuses_a_table_without_label(table, file):
    assert LABEL in refusal(labels, table.drop(columns=LABEL), file).problem
