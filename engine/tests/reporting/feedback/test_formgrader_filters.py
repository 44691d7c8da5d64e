"""Formgrader's page of a hostile notebook, as nbgrader's server makes it."""

import base64
import time
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config

from proctor.nbgrader import adopt
from proctor.reporting.feedback.formgrader_filters import is_own_file

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\nrest").decode()
RUN = "window.parent.taken=1"
DRAWING = f"<svg xmlns='http://www.w3.org/2000/svg' onload='{RUN}'><script>{RUN}</script></svg>"
VECTORS = [
    f"<script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"<img/src='x'/onerror={RUN}>",
    f"<svg onload={RUN}><animate onbegin={RUN} attributeName=x></svg>",
    f"<iframe srcdoc='<script>{RUN}</script>'></iframe><iframe src='javascript:{RUN}'></iframe>",
    f"<a href='javascript:{RUN}'>a</a><a href='java&#10;script:{RUN}'>b</a>",
    "<a href='own.html'>c</a><a href='/files/own.html'>d</a>",
    f"<form action='javascript:{RUN}'><input type=submit autofocus onfocus={RUN}></form>",
    "<style>@import 'http://evil/x'; .navbar {display: none}</style><link href=x>",
    f"<object data='data:text/html,<script>{RUN}</script>'></object><embed src='own.svg'>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}></style></mglyph></table></math>",
    f"<details open ontoggle={RUN}>x</details><base href='http://evil/'><meta http-equiv=refresh>",
    '<div id="double-test" class="navbar-fixed-top" style="position:fixed">x</div>',
    f'[x](javascript:{RUN}) [y](own.html) ![z](x"onerror="{RUN})',
    f"`<script>{RUN}</script>` &lt;script&gt;{RUN}&lt;/script&gt;",
    f"$x<script>{RUN}</script>$ $\\href{{javascript:{RUN}}}{{x}}$",
    f"```mermaid\ngraph TD; A[<img src=x onerror={RUN}>]\n```",
    "<img src='/logout'><img src='../../api/shutdown'><img src='//evil/x.png'>",
]


def outputs():
    for vector in VECTORS:
        for kind in ("text/html", "text/markdown", "text/latex", "text/plain", "text/vnd.mermaid"):
            yield new_output("display_data", data={kind: vector})
    yield new_output("display_data", data={"application/javascript": RUN})
    yield new_output("display_data", data={"image/svg+xml": DRAWING})
    yield new_output(
        "display_data", data={"text/html": "<b>x</b>"}, metadata={"text/html": {"isolated": True}}
    )
    for kind in ("image/png", "image/jpeg"):
        yield new_output("display_data", data={kind: f'x" onerror="{RUN}'})
        for name in ("width", "height", "alt"):
            about = {kind: {name: f"1 onerror={RUN}"}, name: f"1 onerror={RUN}"}
            yield new_output("display_data", data={kind: PNG}, metadata=about)
    view = {"model_id": "x", "version_major": 2}
    yield new_output("display_data", data={"application/vnd.jupyter.widget-view+json": view})
    yield new_output(
        "stream", name="stdout", text="".join(VECTORS) + f"\x1b]8;;javascript:{RUN}\x07x"
    )
    yield new_output("error", ename=VECTORS[0], evalue=VECTORS[1], traceback=VECTORS)


def hostile():
    cells = [new_markdown_cell(vector) for vector in VECTORS]
    cells += [new_raw_cell(vector, metadata={"raw_mimetype": "text/html"}) for vector in VECTORS]
    cells += [new_code_cell(vector) for vector in VECTORS]
    cells += [new_code_cell("1", outputs=[output]) for output in outputs()]
    pasted = new_markdown_cell("![a](attachment:a.png) ![b](attachment:b)")
    pasted["attachments"] = {
        "a.png": {f'image/png" onerror="{RUN}': PNG, "image/png": f'"onerror="{RUN}'},
        "b": {"text/html": base64.b64encode(VECTORS[0].encode()).decode()},
    }
    for number, cell in enumerate(cells):
        cell.id = f"c{number}"
        cell.metadata["tags"] = [f'" onclick="{RUN}']
    nb = new_notebook(cells=[*cells, pasted])
    nb.metadata["title"] = VECTORS[0]
    nb.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    nb.metadata["language_info"] = {"name": 'x" onclick="', "pygments_lexer": "x"}
    return nb


@pytest.fixture(scope="module")
def shown():
    """Draw a notebook as formgrader does in a course that adopted the engine."""
    config = Config()
    adopt(config)
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    exporter = HTMLExporter(config=config)
    about = {"notebook_id": "n", "submission_id": "s", "assignment_id": "a", "base_url": ""}
    more = {"index": 0, "total": 1, "student": "eve", "first_name": "", "last_name": ""}

    def draw(*cells, nb=None):
        nb = nb or new_notebook(cells=list(cells))
        page, _ = exporter.from_notebook_node(nb, {**about, **more, "notebook_path": "p"})
        return BeautifulSoup(page, "html.parser")

    return draw


OURS = ("script", "link", "style", "input", "button", "textarea", "form", "iframe", "nav")


def test_nothing_of_a_students_runs_or_looks_like_formgraders_own(shown):
    plain, page = shown(new_code_cell("1")), shown(nb=hostile())
    for name in OURS:
        assert len(page.find_all(name)) == len(plain.find_all(name)), name
    assert not page.find_all(["object", "embed", "base", "svg", "template", "frame", "animate"])
    allowed = {element["onclick"] for element in plain.find_all(onclick=True)}
    for element in page.find("div", id="notebook").find_all(True):
        for name, value in element.attrs.items():
            assert not name.startswith("on"), element
            assert name not in ("srcset", "srcdoc", "action", "formaction", "background"), element
            if name == "href":
                assert value.startswith(("#", "http://", "https://", "mailto:")), element
            if name == "src":
                assert value.startswith("data:image/"), element
        assert element.get("id", "") != "double-test"
        assert "navbar-fixed-top" not in element.get("class", ())
    assert {element["onclick"] for element in page.find_all(onclick=True)} == allowed
    assert page.title.text == "n"


def test_what_is_honest_is_shown(shown):
    table = "<table class='dataframe'><tr><td>7.25</td></tr></table>"
    frame = f"<div><style scoped>th {{}}</style>{table}</div>"
    pasted = new_markdown_cell("# Title\n*a* $x^2$ ![p](attachment:p.png) ![q](img/own.png)")
    pasted["attachments"] = {"p.png": {"image/png": PNG}}
    page = shown(
        pasted,
        new_code_cell(
            "def f(x):\n    return x",
            outputs=[
                new_output("display_data", data={"text/html": frame, "text/plain": "frame"}),
                new_output("display_data", data={"image/png": PNG, "text/plain": "<Figure>"}),
                new_output("display_data", data={"image/svg+xml": "<svg/>", "text/plain": "<S>"}),
                new_output("stream", name="stdout", text="said \x1b[31mred\x1b[0m"),
                new_output(
                    "error", ename="E", evalue="v", traceback=["Traceback: \x1b[31mE\x1b[0m"]
                ),
            ],
        ),
    )
    assert page.find("td", string="7.25")
    sources = [picture["src"].partition(",")[0] for picture in page.find_all("img")]
    png, drawing = "data:image/png;base64", "data:image/svg+xml;base64"
    assert sources == [png, "img/own.png", png, drawing]
    assert page.find("math")
    assert page.find("em", string="a")
    assert page.find("span", class_="ansi-red-fg", string="red")
    assert page.find("span", class_="k", string="def")
    assert "Traceback" in page.text


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("a.png", True), ("img/b c.JPG", True), ("a/b/c.svg", True), ("/logout", False),
        ("../a.png", False), ("a/../../x.png", False), ("//evil/a.png", False), ("own.html", False),
        ("http://evil/a.png", False), ("javascript:a.png", False), ("a.png?x", False), ("", False),
    ],
)  # fmt: skip
def test_only_pictures_beside_the_notebook_are_fetched(address, own):
    assert is_own_file(address) is own


def marked(source):
    about = {"grade_id": "double", "grade": True, "solution": True, "locked": False, "points": 1,
             "schema_version": 3, "task": False}  # fmt: skip
    return new_code_cell(source, metadata={"nbgrader": about})


def showing(count, **data):
    outputs = [
        new_output("stream", name="stdout", text=data["text"])
        if "text" in data
        else new_output("display_data", data={k.replace("__", "/"): v for k, v in data.items()})
        for _ in range(count)
    ]
    return new_code_cell("1", outputs=outputs)


BOMB = "".join(f"<i a={n}>" for n in range(900)) + "<p>x" * 2000


@pytest.mark.parametrize(
    "cells",
    [
        [new_markdown_cell(BOMB) for _ in range(20)],
        [new_markdown_cell("[" * 20_000) for _ in range(3)],
        [new_code_cell(" \n" * 50_000) for _ in range(9)],
        [new_code_cell("match" + " " * 50_000 + "x") for _ in range(9)],
        [showing(99, text="\x1b[31mx" * 9000)],
        [showing(99, text__html="<b>" * 60_000)],
        [showing(2000, image__png=PNG)],
        [new_code_cell("x" * 3000) for _ in range(1000)],
    ],
    ids=range(8),
)
def test_what_is_to_be_marked_is_shown_whatever_else_there_is(shown, cells):
    started = time.process_time()
    page = shown(*cells, marked("def double(x): ..."))
    assert page.find("input", id="double")
    assert "double" in page.find_all(class_="nbgrader_cell")[-1].text
    assert len(str(page)) < 25_000_000
    assert time.process_time() - started < 20


def test_the_file_itself_is_not_changed(tmp_path, shown):
    nb = hostile()
    before = nbformat.writes(nb)
    shown(nb=nb)
    assert nbformat.writes(nb) == before
    assert not list(Path(tmp_path).iterdir())
