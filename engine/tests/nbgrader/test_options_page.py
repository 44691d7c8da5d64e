from proctor.nbgrader.options_page import PAGE, options_page
from proctor.nbgrader.options_table import GROUPS


def test_the_page_is_what_the_table_says():
    assert PAGE.read_text() == options_page(), "run: python -m proctor.cli.reference --write"


def test_every_option_is_on_it():
    text = options_page()
    for group in GROUPS:
        for name, options in group.options.items():
            rows = [line for line in text.splitlines() if line.startswith(f"| `{name}`: ")]
            assert all(f"`{option}`" in "".join(rows) for option in options)
