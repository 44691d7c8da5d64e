from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from proctor.feedback.cells import code_styles, views


def marked(source, **about):
    cell = new_code_cell(source)
    cell.metadata["nbgrader"] = {
        "grade_id": "a", "grade": False, "solution": False, "locked": True, "task": False, **about,
    }  # fmt: skip
    return cell


def seen(*cells):
    return list(views(new_notebook(cells=list(cells)), lambda text: text))


def test_each_cell_says_whose_it_is():
    found = seen(
        marked("x = 1"),
        marked("y = 2", solution=True, locked=False),
        marked("assert y", grade=True, points=1),
        new_code_cell("z = 3"),
        new_markdown_cell("# A heading"),
    )
    labels = [view.label for view in found]
    assert labels == ["", "Your answer", "Test", "A cell of your own", ""]
    assert [view.anchor for view in found] == [f"cell-{n}" for n in range(1, 6)]


def test_code_is_highlighted_and_escaped():
    (view,) = seen(new_code_cell("print('<script>')"))
    assert '<span class="nb">print</span>' in view.html
    assert "&lt;script&gt;" in view.html
    assert ".source .nb" in code_styles()


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
    assert "secret" not in "".join(box.text for box in view.shown)


def test_a_raw_cell_is_left_out():
    raw = new_markdown_cell("x")
    raw.cell_type = "raw"
    assert seen(raw) == []
