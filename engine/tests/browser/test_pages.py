"""Feedback pages and the class report, as a browser shows them."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.programs

PAGES = [f"feedback/{student}/tiny/exercise.html" for student in ("ann", "bob", "cy", "dee")]
PAGES.append("reports/tiny.html")
SIZES = {"phone": (390, 800), "desktop": (1280, 900)}


@pytest.fixture
def visit(page, small_class):
    """Open a page of the class from its file, and note what it asks for."""

    def go(path, size="desktop"):
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto((small_class / path).as_uri())
        return page

    return go


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", PAGES)
def test_everybody_can_read_it(visit, path, size, shoot):
    page = visit(path, size)
    shoot(page, f"{path.replace('/', '-').removesuffix('.html')}-{size}")
    found = Axe().run(page).response["violations"]
    assert [(v["id"], [node["html"] for node in v["nodes"]]) for v in found] == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= SIZES[size][0]


@pytest.mark.parametrize("path", PAGES)
def test_it_works_from_a_file_without_a_network(visit, path):
    page = visit(path)
    assert [url for url in page.asked if not url.startswith(("file:", "data:"))] == []
    assert page.problems == []


def test_a_students_script_does_not_run(visit):
    page = visit(PAGES[0])
    assert page.title() == "Feedback: tiny, ann"


def test_long_output_is_folded_and_opens_with_the_keyboard(visit):
    page = visit(PAGES[0])
    line = page.get_by_text("line 59")
    assert not line.is_visible()
    page.get_by_text(re.compile("^Output, 6. lines")).focus()
    page.keyboard.press("Enter")
    assert line.is_visible()


def test_everything_is_printed(visit):
    page = visit(PAGES[0])
    page.emulate_media(media="print")
    assert page.get_by_text("line 59").is_visible()


def test_the_summary_leads_to_the_answer(visit):
    page = visit(PAGES[1])
    page.get_by_role("link", name="UNQ_C1 double").click()
    assert page.locator(":target").get_by_text("Your answer").is_visible()


def test_the_skip_link_is_the_first_thing_a_keyboard_meets(visit):
    page = visit(PAGES[0])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to your notebook"


def test_a_table_is_sorted_by_a_click_and_back_by_the_keyboard(visit):
    page = visit("reports/tiny.html")
    table = page.locator("#students table")
    button = table.get_by_role("button", name="Total")

    def totals():
        cells = table.locator("tbody td:nth-child(2)").all()
        return [float(cell.inner_text().removesuffix(" of 10")) for cell in cells]

    button.click()
    assert totals() == sorted(totals())
    assert table.locator("th[aria-sort=ascending]").inner_text().startswith("Total")
    button.focus()
    page.keyboard.press("Enter")
    assert totals() == sorted(totals(), reverse=True)


def test_a_misconception_leads_to_an_example(visit):
    page = visit("reports/tiny.html")
    page.locator("#misconceptions").get_by_role("link", name="bob").click()
    page.wait_for_url("**/feedback/bob/tiny/exercise.html#summary")
    assert page.get_by_text("The values came back as they were.").first.is_visible()
