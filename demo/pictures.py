"""``make pictures``: the pictures in the docs, from the demo and the browser tests."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from demo.classroom import ASSIGNMENT, COURSE, NOTEBOOK

_DEMO = COURSE / "build" / "demo"
_SHOTS = COURSE / "build" / "screenshots"
_PICTURES = COURSE / "docs" / "pictures"

_TAKEN = {
    "student.png": "lesson-message.png",
    "validate.png": "student-validate-failed.png",
    "formgrader.png": "instructor-class.png",
}
"""Screenshots of JupyterLab from the browser tests."""


def main() -> int:
    """Take the pictures and return an exit status."""
    missing = [name for name in _TAKEN.values() if not (_SHOTS / name).is_file()]
    if missing or not (_DEMO / "reports").is_dir():
        print("run: make pictures, which first runs what they are taken from", file=sys.stderr)
        return 2
    _PICTURES.mkdir(exist_ok=True)
    for name, shot in _TAKEN.items():
        shutil.copyfile(_SHOTS / shot, _PICTURES / name)
    feedback = _DEMO / "feedback" / "dan" / ASSIGNMENT / NOTEBOOK.replace(".ipynb", ".html")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 900, "height": 760})
        _take(page, feedback, _PICTURES / "feedback.png")
        page.set_viewport_size({"width": 1100, "height": 929})
        _take(page, _DEMO / "reports" / f"{ASSIGNMENT}.html", _PICTURES / "report.png")
        browser.close()
    return 0


def _take(page: Page, path: Path, to: Path) -> None:
    page.goto(path.as_uri())
    page.screenshot(path=to)


if __name__ == "__main__":
    raise SystemExit(main())
