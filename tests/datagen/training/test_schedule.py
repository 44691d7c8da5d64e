import pytest

from datagen.training.schedule import (
    DEFAULT_STAGES,
    WARM_UP_STEPS,
    Stage,
    position,
    total_steps,
)

STAGES = (Stage(64, 2, 2000, 1e-3, 5e-4, 1.0), Stage(128, 4, 400, 4e-4, 0.0, 0.0))


def test_steps_and_stages():
    assert total_steps(STAGES) == 1100
    assert [position(STAGES, step).number for step in (0, 999, 1000, 1099)] == [0, 0, 1, 1]
    with pytest.raises(IndexError, match="1100 steps"):
        position(STAGES, 1100)


def test_the_rate_rises_then_falls_within_each_stage():
    rates = [position(STAGES, step).learning_rate for step in range(total_steps(STAGES))]
    assert rates[0] == pytest.approx(1e-3 / WARM_UP_STEPS, rel=0.01)
    assert max(rates) < 1e-3
    assert rates[500] == pytest.approx(7.5e-4)
    assert rates[999] == pytest.approx(5e-4, rel=0.01)
    assert rates[1000] == pytest.approx(4e-4)
    assert rates[-1] < 1e-6


def test_the_network_that_ships_ends_on_the_lessons_loss_at_full_size():
    assert DEFAULT_STAGES[-1].location == 0
    assert DEFAULT_STAGES[-1].size == 320


@pytest.mark.parametrize("stage", [*STAGES, *DEFAULT_STAGES])
def test_a_stage_can_be_written_and_read(stage):
    assert Stage.parse(str(stage)) == stage


@pytest.mark.parametrize("text", ["", "1:2:3", "a:2:8:1:1:1", "33:2:8:1:1:1", "32:2:1:1:1:1"])
def test_what_is_no_stage(text):
    with pytest.raises(ValueError, match=r"stage|literal|multiple"):
        Stage.parse(text)
