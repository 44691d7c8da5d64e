import pytest

from datagen.training.seeds import (
    EVALUATION_LIMIT,
    EVALUATION_STRIDE,
    TRAINING,
    VALIDATION,
    evaluation_seeds,
)


def test_no_range_overlaps_another():
    first = evaluation_seeds(0, EVALUATION_STRIDE)
    last = evaluation_seeds(EVALUATION_LIMIT - 1, EVALUATION_STRIDE)
    assert VALIDATION.stop <= TRAINING.start < TRAINING.stop <= first.start
    assert last.stop <= 2**31


def test_sets_share_no_radiograph():
    assert evaluation_seeds(6, EVALUATION_STRIDE).stop == evaluation_seeds(7, 1).start
    assert len(evaluation_seeds(7, 1000)) == 1000


@pytest.mark.parametrize(("seed", "count"), [(-1, 1), (EVALUATION_LIMIT, 1), (0, 0), (0, 10_001)])
def test_numbers_out_of_range(seed, count):
    with pytest.raises(ValueError, match=r"lies in|A set has"):
        evaluation_seeds(seed, count)
