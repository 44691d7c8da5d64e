import pytest

from proctor.cli import DESCRIPTIONS
from proctor.cli.reference import PAGE, reference

pytestmark = [pytest.mark.sandbox, pytest.mark.programs]


def test_the_page_is_what_the_code_says():
    assert PAGE.read_text() == reference(), "run: python -m proctor.cli.reference --write"


def test_every_command_and_option_has_words():
    text = reference()
    for name in DESCRIPTIONS:
        assert f"### proctor {name}" in text
    assert "| `interrupt_seconds` | `10` | Wall seconds that a cell has to end" in text
    for line in text.splitlines():
        assert not line.endswith("|  |"), line
