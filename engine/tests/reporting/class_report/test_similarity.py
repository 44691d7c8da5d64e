import sys
import time

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from proctor.reporting.class_report.normalized_code import read_code, written_code
from proctor.reporting.class_report.similarity import similar

LONG = "\n".join(f"a{n} = f{n}(a{n - 1}, {n})" for n in range(1, 9))
OTHER = "for x in y:\n" + "\n".join(f"    z[{n}] = g(x) ** {n} + h" for n in range(8))


def test_a_copy_with_other_names_is_found(work):
    works = [
        work("ann", code=LONG),
        work("bob", code=LONG.replace("a", "b") + "  # mine"),
        work("cy", code=OTHER),
    ]
    (pair,) = similar(works)
    assert {pair.one.student, pair.other.student} == {"ann", "bob"}
    assert pair.likeness > 0.95
    assert pair.exercises[0][0] == "UNQ_C1"
    assert not pair.verbatim


def test_a_copy_with_the_same_names_is_said_to_be_one(work):
    (pair,) = similar([work("ann", code=LONG), work("bob", code=LONG)])
    assert pair.verbatim
    assert pair.likeness == 1


def test_what_much_of_the_class_wrote_tells_nothing(work):
    assert similar([work(name, code=LONG) for name in ("ann", "bob", "cy")]) == []


def test_little_code_tells_nothing(work):
    assert similar([work("ann", code="a = 1"), work("bob", code="a = 1")]) == []


def test_of_nobody_there_are_no_pairs(work):
    assert similar([]) == []
    assert similar([work("ann"), work("bob", code=LONG)]) == []


def test_only_so_many_are_returned(work):
    works = [
        work(f"s{n}", code=LONG.replace("f3", f"k{n // 2}").replace("f5", f"m{n // 2}"))
        for n in range(12)
    ]
    assert len(similar(works, limit=4)) == 4


def test_more_words_than_there_are_characters_do_no_harm(monkeypatch, work):
    monkeypatch.setattr(
        "proctor.reporting.class_report.similarity._FIRST_CHARACTER", sys.maxunicode - 40
    )
    one, other = (work(name, code="\n".join(f"a{n} = b{n}" for n in range(60))) for name in "xy")
    assert len(similar([one, other])) == 1


GIVEN = """# UNQ_C1 (UNIQUE)
def double(values):
    # Twice the values
    result = None
    return result"""


def notebook(source):
    cell = new_code_cell(source)
    cell.metadata["nbgrader"] = {"grade_id": "double", "solution": True, "grade": False}
    return new_notebook(cells=[cell, new_code_cell("# UNQ_C1 (UNIQUE)\nmine = 1")])


def test_what_was_given_is_not_a_students():
    nb = notebook(GIVEN.replace("None", "values * 2"))
    assert written_code(nb, {"double": GIVEN}) == {"UNQ_C1": read_code("    result = values * 2")}


def test_what_was_not_touched_is_nothing():
    assert written_code(notebook(GIVEN), {"double": GIVEN}) == {}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("total = 0\nfor x in xs:\n    total += x", "s = 0\nfor value in xs:\n    s += value"),
        ("a = np.mean(b)  # mean", "weights = np.mean(b)"),
        ("a = f('one')", 'a = f("two")'),
        ("    a=1\n    b=a", "a = 1\n\nb = a"),
        ("def helper(x):\n    return x", "def helper(y):\n    return y"),
    ],
)
def test_names_comments_texts_and_layout_make_no_difference(one, other):
    assert read_code(one).tokens == read_code(other).tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a = np.mean(b)", "a = np.max(b)"),
        ("a = b[0]", "a = b[1]"),
        ("a = 1\nb = 2\nc = a", "a = 1\nb = 2\nc = b"),
    ],
)
def test_what_is_computed_makes_one(one, other):
    assert read_code(one).tokens != read_code(other).tokens


@pytest.mark.parametrize("text", ["for x in (", "    '''", "a = $", "\x00", "(" * 5000])
def test_what_is_no_python_does_no_harm(text):
    assert isinstance(read_code(text).tokens, tuple)


@pytest.mark.parametrize(
    "text",
    ["a = -" * 4000, "-" * 19_000 + "1", "(" * 90 + ")" * 90, "f(" * 6000, "a." * 9000 + "b",
     "x = [" * 3000, "lambda:" * 2800, "not " * 4900 + "1", "if 1:\n" + " if 1:\n" * 90,
     "a\n" * 9000, "'" * 19_999, "f'{" * 6000, "\\\n" * 9000, "0" * 19_000, "é" * 19_000],
)  # fmt: skip
def test_hard_code_takes_a_moment_and_few_tokens(text):
    started = time.process_time()
    assert len(read_code(text).tokens) <= 2000
    assert time.process_time() - started < 5
