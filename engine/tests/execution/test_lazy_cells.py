"""Which cells wait, and what makes them run; hostile text included."""

import pytest

from proctor.execution.lazy_cells import DeferredCells, defined_names, global_names

CELLS = {
    1: "table = load()",
    2: "model = build(table)",
    3: "import lifelines as life\ndef score(x):\n    return life.index(x)",
}


@pytest.fixture
def waiting():
    return DeferredCells(CELLS)


@pytest.mark.parametrize(
    ("source", "needed"),
    [
        ("print(1)", []),
        ("print(table)", [1]),
        ("model.predict(1)", [1, 2]),
        ("def mine(model):\n    return model", []),
        ("def mine(x):\n    return model(x)", [1, 2]),
        ("mine = [model for _ in range(3)]", [1, 2]),
        ("class Mine:\n    def at(self):\n        return lambda: score", [3]),
        ("life", [3]),
        ("model = None", [1, 2]),
        ("del table", [1]),
        ("def mine():\n    global table\n    table = 1", [1]),
        ("'model' # model", []),
        ("x.model", []),
        ("f'{model}'", [1, 2]),
        ("%matplotlib inline", [1, 2, 3]),
        ("!ls", [1, 2, 3]),
        ("def broken(", [1, 2, 3]),
        ("eval('model')", [1, 2, 3]),
        ("def mine():\n    return globals()['model']", [1, 2, 3]),
        ("from __main__ import model as m", [1, 2, 3]),
        ("", []),
    ],
)
def test_a_cell_runs_when_a_name_that_it_defines_is_mentioned(source, needed, waiting):
    assert waiting.needed(source, before=9) == needed


def test_each_is_needed_once_and_waits_until_then(waiting):
    assert 1 in waiting
    assert waiting.needed("table", before=9) == [1]
    assert 1 not in waiting
    assert waiting.needed("model", before=9) == [2]
    assert waiting.needed("model, score", before=9) == [3]


def test_cells_further_down_go_on_waiting(waiting):
    assert waiting.needed("model, table", before=2) == [1]
    assert 2 in waiting


def test_a_cell_that_may_need_anything_makes_all_above_it_run():
    waiting = DeferredCells({0: "a = 1", 1: "%run setup.py\nb = 1", 2: "c = eval('a')"})
    assert waiting.needed("c", before=9) == [0, 1, 2]


NESTED = {
    "parentheses": "(" * 5000 + ")" * 5000,
    "minus": "-" * 60_000 + "1",
    "nots": "not " * 15_000 + "1",
    "sums": "+".join("1" * 30_000),
    "attributes": "a" + ".b" * 30_000,
    "elifs": "if a: pass\n" + "elif a: pass\n" * 5000,
    "lambdas": "lambda: " * 8000 + "1",
    "comprehensions": "[" * 150 + "1" + " for a in b]" * 150,
    "f-strings": "f'{" * 3 + "1" + "}'" * 3,
    "null": "a\0b",
    "surrogate": "a = '\ud800'",
    "long": "a = 1\n" * 20_000,
}


@pytest.mark.parametrize("kind", NESTED)
def test_code_of_any_shape_is_read_without_harm(kind, waiting):
    found = waiting.needed(NESTED[kind], before=9)
    assert found in ([], [1, 2, 3])


def test_no_warning_is_printed_about_a_students_text(recwarn):
    assert global_names("'\\d' is 1") == frozenset()
    assert not recwarn.list


def test_defined_names_are_those_of_the_top_level():
    source = "import a.b\nfrom c import d as e\nf, g = 1, 2\ndef h():\n    i = 1\nj.k = 1"
    assert defined_names(source) == {"a", "e", "f", "g", "h"}
    assert defined_names("for x in y: pass\nwith z as w: pass") == {"x", "w"}
