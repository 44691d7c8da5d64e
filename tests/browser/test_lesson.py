"""The lesson itself in JupyterLab; it takes the picture for the docs (``make pictures``)."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import expect

from demo import classroom
from engine.tests.browser.conftest import jupyterlab

WAIT = 120_000
WRONG = """# UNQ_C3 (UNIQUE CELL IDENTIFIER, DO NOT EDIT)
def permute_feature(df, feature):
    permuted_df = df.copy()
    permuted_df[feature] = df[feature].sample(frac=1)
    return permuted_df
"""


@pytest.fixture(scope="module")
def lab(warm, tmp_path_factory):
    home = tmp_path_factory.mktemp("lesson")
    classroom.lay_out(home / "course")
    done = warm.run("proctor", home / "course", "release", classroom.ASSIGNMENT)
    assert done.returncode == 0, done.stderr
    shutil.copytree(home / "course" / "release" / classroom.ASSIGNMENT, home / "kit")
    with jupyterlab(home / "kit", home) as address:
        yield address


@pytest.fixture(scope="module")
def drawn_in_part(root, tmp_path_factory):
    """JupyterLab with the settings that everybody has."""
    home = tmp_path_factory.mktemp("drawn")
    shutil.copytree(root / "source" / classroom.ASSIGNMENT, home / "kit")
    with jupyterlab(home / "kit", home, whole=False) as address:
        yield address


@pytest.mark.slow
@pytest.mark.parametrize(
    "heading",
    ["2.2.3 Visualizing Interactions between Features", "Exercise 3 - permute_feature"],
)
def test_the_table_of_contents_leads_to_cells_that_are_not_drawn_yet(drawn_in_part, page, heading):
    page.goto(drawn_in_part(f"lab/tree/{classroom.NOTEBOOK}"))
    # While cells are being measured, JupyterLab scrolls back.
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=WAIT)
    page.wait_for_timeout(5_000)
    link = page.locator(".jp-RenderedMarkdown").get_by_role("link", name=heading, exact=True)
    expect(link).to_be_visible(timeout=WAIT)
    target = page.locator(".jp-RenderedMarkdown :is(h1, h2, h3, h4)", has_text=heading)
    expect(target).not_to_be_in_viewport()
    link.click()
    expect(target).to_be_in_viewport(timeout=WAIT)
    # Larger than text, and than the summary of the hints below it.
    assert float(target.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) > 16


@pytest.mark.slow
def test_a_test_of_the_lesson_says_what_is_wrong(lab, page, shoot):
    page.goto(lab(f"lab/tree/{classroom.NOTEBOOK}"))
    # The notebook's own indicator is idle before there is a kernel, too.
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=WAIT)

    def cell(words):
        return page.locator(".jp-Notebook .jp-CodeCell", has_text=words).first

    # The notebook is long: until all of it is laid out, what is clicked moves away.
    page.wait_for_timeout(5_000)
    packages = cell("First, since it keeps TensorFlow")
    packages.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(packages.locator(".jp-InputPrompt")).to_have_text("[1]:", timeout=60_000)
    cell("UNQ_C3").locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(WRONG)
    page.keyboard.press("Shift+Enter")
    test = cell("permute_feature_test(")
    test.locator(".jp-InputArea-editor").click()
    page.keyboard.press("Control+Enter")
    expect(test.locator(".jp-OutputArea")).to_contain_text("ExerciseError", timeout=WAIT)
    test.scroll_into_view_if_needed()
    shoot(page, "lesson-message")
