"""The tables in the documentation are the ones the command prints today."""

from pathlib import Path

from datagen.cohort.compare import main

DOCS = Path(__file__).parents[3] / "docs/cohort.md"


def test_documentation_holds_the_tables_as_printed(capsys):
    main()
    features, mortality = capsys.readouterr().out.strip().split("\n\n")
    text = DOCS.read_text(encoding="utf-8")
    assert features in text
    assert mortality in text
