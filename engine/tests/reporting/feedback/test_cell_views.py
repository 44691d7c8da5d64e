import base64
import time

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from proctor.reporting.feedback.cell_views import _LEFT_OUT, code_styles, views
from proctor.reporting.feedback.exporter import Page
from proctor.reporting.feedback.given_cells import GivenCells
from proctor.reporting.feedback.summary import Summary


def marked(source, **about):
    cell = new_code_cell(source)
    cell.metadata["nbgrader"] = {
        "grade_id": "a", "grade": False, "solution": False, "locked": True, "task": False, **about,
    }  # fmt: skip
    return cell


def seen(*cells, given=None):
    known = None if given is None else GivenCells(given)
    return list(views(new_notebook(cells=list(cells)), lambda text: text, known))


def test_each_cell_says_whose_it_is():
    plot = new_code_cell("plot(1)")
    cells = [
        marked("x = 1"),
        marked("y = 2", solution=True, locked=False),
        marked("assert y", grade=True, points=1),
        plot,
        new_code_cell("z = 3"),
        new_markdown_cell("# A heading"),
        new_markdown_cell("# 10 of 10 points"),
    ]
    found = seen(*cells, given=[plot, new_markdown_cell("# A heading")])
    own = "A cell of your own"
    assert [view.label for view in found] == ["", "Your answer", "Test", "", own, "", own]
    assert [view.given for view in found] == [True, False, False, True, False, True, False]
    assert [view.anchor for view in found] == [f"cell-{n}" for n in range(1, 8)]


def test_where_the_student_version_is_gone_no_cell_is_called_anybodys():
    assert [view.label for view in seen(new_code_cell("x"), new_markdown_cell("y"))] == ["", ""]


def test_a_given_cell_that_failed_or_was_edited_is_not_folded():
    failed, edited = new_code_cell("plot(1)"), new_code_cell("import numpy\nimport pandas")
    given = [new_code_cell("plot(1)"), new_code_cell("import numpy")]
    failed.outputs = [new_output("error", ename="E", evalue="", traceback=["E"])]
    found = seen(failed, edited, given=given)
    assert [view.label for view in found] == ["", "A given cell that you changed"]
    assert not any(view.given for view in found)


def test_a_comment_stands_below_its_cell():
    (view,) = seen(marked("y = 2", solution=True, comment="Mind *x*<0"))
    assert view.comment == "<p>Mind <em>x</em>&lt;0</p>\n"


def test_definitions_hold_for_outputs_too():
    latex = new_output("display_data", data={"text/latex": r"$\R$"})
    _, view = seen(
        new_markdown_cell(r"$\newcommand{\R}{\mathbb{R}}$"), new_code_cell("1", outputs=[latex])
    )
    assert "\u211d" in view.shown[0].text


def test_code_is_highlighted_and_escaped():
    (view,) = seen(new_code_cell("print('<script>')"))
    assert '<span class="nb">print</span>' in view.html
    assert "&lt;script&gt;" in view.html
    assert ".source .nb" in code_styles()


@pytest.mark.parametrize(
    ("language", "classes"), [("R", 'class="o"'), ("Cobol", ""), ("python", 'class="err"')]
)
def test_code_is_highlighted_in_the_language_of_its_kernel(language, classes):
    nb = new_notebook(cells=[new_code_cell("x <- f$a")])
    nb.metadata["kernelspec"] = {"language": language}
    (view,) = views(nb, str)
    assert classes in view.html
    assert ("<span" in view.html) is bool(classes)


def test_hidden_lines_are_shown_neither_as_code_nor_in_a_traceback():
    test = marked(
        "print(1)\n### BEGIN HIDDEN TESTS\nassert secret == 4\n### END HIDDEN TESTS\n",
        grade=True,
        points=1,
    )
    test.outputs = [
        new_output("error", ename="AssertionError", evalue="", traceback=["assert secret == 4"])
    ]
    (view,) = seen(test)
    assert "secret" not in view.html
    assert [box.text for box in view.shown] == [_LEFT_OUT]


def test_another_cell_can_not_print_what_is_hidden():
    hidden = "### BEGIN HIDDEN TESTS\nassert secret == 4\n### END HIDDEN TESTS\n"
    own = new_code_cell("print(In[1])")
    own.outputs = [new_output("stream", name="stdout", text="assert secret == 4\nother\n")]
    _, view = seen(marked(hidden, grade=True, points=1), own)
    assert [box.text for box in view.shown] == ["...\nother"]


def test_a_student_hides_nothing_by_markers_of_their_own():
    own = new_code_cell("### BEGIN HIDDEN TESTS\nprint('a line')\n### END HIDDEN TESTS")
    other = new_code_cell("print(1)")
    other.outputs = [new_output("stream", name="stdout", text="print('a line')")]
    _, view = seen(own, other)
    assert view.shown[0].text == "print('a line')"


def test_what_a_check_of_ours_said_is_shown():
    hidden = "### BEGIN HIDDEN TESTS\nexamine('double', globals())\n### END HIDDEN TESTS\n"
    test = marked(hidden, grade=True, points=1)
    test.outputs = [new_output("stream", name="stdout", text="1 of 1 points.\n")]
    (view,) = seen(test)
    assert [box.text for box in view.shown] == ["1 of 1 points."]


def test_an_end_beyond_what_is_shown_hides_all_the_same():
    body = "secret = 1\n" * 20_000
    (view,) = seen(
        marked(f"### BEGIN HIDDEN TESTS\n{body}### END HIDDEN TESTS", grade=True, points=1)
    )
    assert "secret" not in view.html


def test_a_cell_that_breaks_a_parser_does_not_break_the_page(monkeypatch):
    monkeypatch.setattr("proctor.reporting.feedback.cell_views.to_html", lambda *_: 1 / 0)
    broken, whole = seen(new_markdown_cell("x"), new_code_cell("y"))
    assert "can't be shown" in broken.html
    assert "y" in whole.html


def test_an_endless_notebook_is_cut_off():
    assert "left out" in seen(*[new_code_cell("x" * 50_000) for _ in range(20)])[-1].html
    assert len(seen(*[new_code_cell("x") for _ in range(3000)])) < 1100


@pytest.mark.parametrize("source", [" \n" * 50_000, "match" + " " * 50_000 + "x"])
def test_code_that_takes_minutes_to_highlight_is_not(source):
    started = time.monotonic()
    (view,) = seen(new_code_cell(source))
    assert "<span" not in view.html
    assert time.monotonic() - started < 10


def test_what_is_costly_is_left_out_and_the_rest_is_there():
    bomb = "".join(f"<i a={n}>" for n in range(900)) + "<p>x" * 2000
    costly, table, whole = seen(
        new_markdown_cell(bomb),
        new_code_cell(
            "1", outputs=[new_output("display_data", data={"text/html": f"<table><td>{bomb}"})]
        ),
        new_code_cell("y"),
    )
    assert "too long to show" in costly.html
    assert [box.kind for box in table.shown] == ["note"]
    assert "too long to show" in table.shown[0].text
    assert "y" in whole.html


PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(2_000_000)).decode()


def pictures(count):
    shown = [new_output("display_data", data={"image/png": PNG}) for _ in range(count)]
    return new_code_cell("1", outputs=shown)


def pasted(count):
    text = "\n".join(f"![a](attachment:{n}.png)" for n in range(count))
    cell = new_markdown_cell(text)
    cell["attachments"] = {f"{n}.png": {"image/png": PNG} for n in range(count)}
    return cell


def quoted(count):
    return new_code_cell("1", outputs=[new_output("stream", name="stdout", text="'" * count)])


@pytest.mark.parametrize(
    ("fits", "too_much"),
    [
        (lambda: [pictures(5)], lambda: [pictures(7)]),
        (lambda: [pasted(5)], lambda: [pasted(7)]),
        (lambda: [pasted(3), pictures(2)], lambda: [pasted(3), pictures(4)]),
        (lambda: [quoted(200_000)] * 3, lambda: [quoted(200_000)] * 6),
    ],
)
def test_a_page_is_not_larger_than_anybody_would_read(fits, too_much):
    whole = seen(*fits(), new_code_cell("last"))
    assert "last" in whole[-1].html
    cut = seen(*too_much(), new_code_cell("last"))
    assert cut[-1].anchor == "rest"
    assert sum(sum(view.room) for view in cut) < 21_000_000
    page = Page("a", "n", "s", Summary([], 0, 0), whole).to_html()
    empty = Page("a", "n", "s", Summary([], 0, 0), ()).to_html()
    assert len(page) - len(empty) <= sum(sum(view.room) for view in whole)


def test_a_cell_that_shows_without_end_is_cut_off():
    shown = [new_output("display_data", data={"image/png": PNG[:400]}) for _ in range(700)]
    (view,) = seen(new_code_cell("1", outputs=shown))
    assert len(view.shown) == 501
    assert view.shown[-1].kind == "note"
    assert "left out" in view.shown[-1].text


def test_a_raw_cell_is_left_out():
    raw = new_markdown_cell("x")
    raw.cell_type = "raw"
    assert seen(raw) == []
