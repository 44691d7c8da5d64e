"""A student's way through the released notebook, in JupyterLab."""

from __future__ import annotations

import re
import shutil

import pytest
from playwright.sync_api import Page, expect

from engine.tests.browser.conftest import jupyterlab

pytestmark = pytest.mark.programs

WAIT = 60_000


@pytest.fixture(scope="module")
def lab(released, tmp_path_factory):
    """JupyterLab in a student's folder: the released notebook and what it imports."""
    home = tmp_path_factory.mktemp("student")
    folder = home / "kit"
    shutil.copytree(released / "release" / "tiny", folder)
    with jupyterlab(folder, home) as address:
        yield address


@pytest.fixture
def notebook(lab, page) -> Page:
    page.goto(lab("lab/tree/exercise.ipynb"))
    expect(page.locator(".jp-Notebook .jp-Cell").first).to_be_visible(timeout=WAIT)
    # The kernel is there; the notebook's own indicator is idle before there is one, too.
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=WAIT)
    return page


def cell(page: Page, words: str):
    return page.locator(".jp-Notebook .jp-Cell", has_text=words).first


def run(page: Page, words: str) -> None:
    cell(page, words).locator(".jp-InputArea-editor").click()
    expect(cell(page, words)).to_have_class(re.compile("jp-mod-active"), timeout=WAIT)
    press_run(page, words)


def press_run(page: Page, words: str) -> None:
    """Run the active cell, and wait until the kernel has run it."""
    prompt = cell(page, words).locator(".jp-InputPrompt")
    before = prompt.inner_text()
    page.keyboard.press("Shift+Enter")
    expect(prompt).not_to_have_text(before, timeout=WAIT)
    expect(prompt).to_have_text(re.compile(r"\[\d+\]:"), timeout=WAIT)


def write(page: Page, words: str, text: str) -> None:
    editor = cell(page, words).locator(".cm-content")
    editor.click()
    expect(editor).to_be_focused(timeout=WAIT)
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)
    last_line = page.locator(".cm-content .cm-line", has_text=text.splitlines()[-1].strip())
    expect(last_line.first).to_be_visible(timeout=WAIT)


def solve_and_test(page: Page, words: str, line: str):
    """Fill in the cell with these words, run it and its test, and return what the test shows."""
    source = f"# UNQ_C1 (UNIQUE CELL)\ndef double(values):\n    return {line}"
    write(page, words, source)
    press_run(page, "def double(values)")
    run(page, "assert double(2) == 4")
    return cell(page, "assert double(2) == 4")


@pytest.mark.slow
def test_a_student_does_the_exercise(notebook, shoot):
    page = notebook
    shoot(page, "student-opened")

    locked = cell(page, "import tiny_tools").locator(".cm-content")
    before = locked.inner_text()
    locked.click()
    page.keyboard.type("print('mine')")
    assert locked.inner_text() == before
    shoot(page, "student-locked")

    run(page, "import tiny_tools")
    test = solve_and_test(page, "def double(values)", "values + 1")
    expect(test.locator(".jp-OutputArea")).to_contain_text("AssertionError", timeout=WAIT)
    shoot(page, "student-message")

    page.get_by_role("button", name=re.compile("^Validate")).click()
    dialog = page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("failed", timeout=WAIT)
    shoot(page, "student-validate-failed")
    page.keyboard.press("Enter")

    test = solve_and_test(page, "return values + 1", "values * 2")
    expect(test.locator(".jp-OutputArea-child")).to_have_count(0, timeout=WAIT)
    page.get_by_role("button", name=re.compile("^Validate")).click()
    expect(page.locator(".jp-Dialog")).to_contain_text("Success", timeout=WAIT)
    shoot(page, "student-validate-passed")
