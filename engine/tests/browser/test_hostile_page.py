"""The feedback page of a hostile notebook in a browser, without the page's own policy."""

import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from engine.tests.reporting.feedback.test_formgrader_filters import DRAWING, RUN, hostile
from engine.tests.reporting.feedback.test_svg import BOMBS
from proctor.reporting.feedback.cell_views import views
from proctor.reporting.feedback.exporter import Page
from proctor.reporting.feedback.summary import ExerciseRow, Summary

pytestmark = pytest.mark.programs

EVIL = "http://127.0.0.1:9/evil"
COVER = "position:fixed;inset:0;z-index:9;background:red"
MORE = [
    f"<div style='{COVER}'>10 of 10</div><p style='{COVER};margin:-99px;color:red'>covers</p>",
    f"<style>#summary{{display:none}} body{{background:url({EVIL})}}</style><p>styled</p>",
    f"<style>#a{{{COVER}}} #summary{{color:red}}</style><table><tr><td id='a'>1</td></tr></table>",
    "<h1 id='summary'>Summary</h1><p class='total'>10 of 10</p><a id='cell-1' name='cell-1'>x</a>",
    f"<form action='{EVIL}'><button autofocus>Go on</button><textarea></textarea></form>",
    f"<meta http-equiv=refresh content='0;url={EVIL}'><base href='{EVIL}'><link href='{EVIL}'>",
    f"<svg xmlns='http://www.w3.org/2000/svg'><image href='{EVIL}'/><script>{RUN}</script></svg>",
    f"<svg><foreignObject><iframe src='javascript:{RUN}'></iframe></foreignObject></svg>",
    f"<svg><use href='{EVIL}#a'/><style>*{{fill:url({EVIL})}}</style><a href='javascript:{RUN}'/>",
    f"<img src='{EVIL}' srcset='{EVIL} 1x' style='width:9999px' width=9999 onerror={RUN}>",
    f"<video poster='{EVIL}' autoplay><source src='{EVIL}'></video>",
    f"<picture><source srcset='{EVIL}'><img alt='x'></picture>",
    f"<dialog open style='{COVER}'>x</dialog><marquee>x</marquee><portal src='{EVIL}'></portal>",
    f"<details open ontoggle={RUN}><summary>x</summary></details><p popover>x</p>",
    "</div></div></section></main><h2>Summary</h2>",
    r"$\newcommand{\a}{\a\a}\a$ $$\hspace{-900em}x$$ $\hspace{5000em}y$",
    r"$$\style{position:fixed}x$$ $\href{javascript:window.parent.taken=1}{a}$",
]


def cells():
    for vector in MORE:
        yield new_markdown_cell(vector)
        for kind in ("text/html", "text/markdown", "text/latex", "text/plain"):
            output = new_output("display_data", data={kind: vector})
            yield new_code_cell("1", outputs=[output])
    for drawing in (DRAWING, *BOMBS.values(), *(v for v in MORE if v.startswith("<svg"))):
        output = new_output("display_data", data={"image/svg+xml": drawing})
        yield new_code_cell("1", outputs=[output])


@pytest.fixture(scope="module")
def html():
    nb = new_notebook(cells=[*cells(), *hostile().cells])
    row = ExerciseRow("double", 1, 4, "Partly right", "partial", anchor="cell-1")
    shown = tuple(views(nb, lambda text: text))
    text = Page("tiny", "exercise", "eve", Summary([row], 1, 4), shown).to_html()
    # What the policy would stop must not be there in the first place.
    return re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)


def test_nothing_runs_loads_covers_or_imitates(page, html, tmp_path, shoot):
    (tmp_path / "page.html").write_text(html)
    asked, dialogs = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto((tmp_path / "page.html").as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.wait_for_function("[...document.images].every(picture => picture.complete)")
    shoot(page, "hostile-page")
    assert [url for url in asked if not url.startswith("data:")] == [page.url]
    assert dialogs == []
    assert page.problems == []
    assert page.evaluate("window.taken") is None
    assert page.title() == "Feedback: tiny, eve"
    assert (
        page.locator("script, iframe, form, input, button, object, embed, video, dialog").count()
        == 0
    )
    assert (
        page.locator("#notebook svg, #notebook link, #notebook meta, #notebook style").count() == 0
    )
    assert page.locator("#summary").count() == page.locator("#cell-1").count() == 1
    assert page.locator("h1").count() == 1
    assert page.locator("h2").all_inner_texts() == ["Summary", "Your notebook: exercise"]


def test_everything_stays_in_its_place(page, html, tmp_path):
    (tmp_path / "page.html").write_text(html)
    page.goto((tmp_path / "page.html").as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    moved = page.evaluate(
        """() => [...document.querySelectorAll('#notebook *')].filter(one => {
          const style = getComputedStyle(one);
          return style.position !== 'static' || style.transform !== 'none'
            || style.float !== 'none';
        }).map(one => one.outerHTML.slice(0, 200))"""
    )
    assert moved == []
    above = page.evaluate(
        """() => {
          const top = document.querySelector('#notebook').getBoundingClientRect().top;
          return [...document.querySelectorAll('#notebook *')]
            .filter(one => one.getBoundingClientRect().height > 0)
            .filter(one => one.getBoundingClientRect().top < top - 1)
            .map(one => one.outerHTML.slice(0, 200));
        }"""
    )
    assert above == []
