"""A real Chromium, and servers of JupyterLab that a test starts and ends."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from playwright.sync_api import Browser, Page, sync_playwright

from proctor.cli import EXIT_ATTENTION

CHROMIUM = "/usr/bin/chromium"
SHOTS = Path(__file__).resolve().parents[3] / "build" / "screenshots"
_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
_START_SECONDS = 120


# For one file of tests at a time: while it is there, nothing else can run an event loop here.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not os.access(CHROMIUM, os.X_OK):
        pytest.skip("Chromium is not installed (apt install chromium)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=[*_FLAGS])
        yield started
        started.close()


@pytest.fixture
def page(browser) -> Iterator[Page]:
    """A page in a session of its own that remembers what went wrong in it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.problems = []
    opened.on("pageerror", lambda error: opened.problems.append(str(error)))
    yield opened
    context.close()


@pytest.fixture(scope="session")
def shoot() -> Callable[[Page, str], None]:
    """Keep a picture of a page in ``build/screenshots``."""
    SHOTS.mkdir(parents=True, exist_ok=True)

    def shot(page: Page, name: str) -> None:
        page.screenshot(path=SHOTS / f"{name}.png")

    return shot


@contextmanager
def jupyterlab(folder: Path, home: Path, *, whole: bool = True) -> Iterator[Callable[[str], str]]:
    """Run JupyterLab in a folder, as ``make student`` and ``make instructor`` do.

    Args:
        folder: The folder.
        home: A folder for what it writes.
        whole: Whether it draws all cells at once; by itself it draws those in view.

    Yields:
        A function that gives the address of a path on the server, with its token.
    """
    runtime, settings = home / "runtime", home / "settings"
    _set_up(settings, whole=whole)
    environment = {
        **os.environ,
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
    }
    with (home / "jupyterlab.log").open("w") as log:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
                "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", "--ServerApp.port_retries=0",
            ],
            cwd=folder, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            info = _info(runtime, process, home / "jupyterlab.log")
            yield lambda path: f"{info['url']}{path}?token={info['token']}"
        finally:
            process.terminate()
            process.wait(30)


def _set_up(settings: Path, *, whole: bool) -> None:
    """Ask for no news, whose question would lie over buttons."""
    options = {"apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False}}
    if whole:
        options["notebook-extension/tracker"] = {"windowingMode": "none"}
    for name, chosen in options.items():
        path = settings / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(chosen))


def _info(runtime: Path, process: subprocess.Popen, log: Path) -> dict[str, str]:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        for path in runtime.glob("jpserver-*.json"):
            try:
                return json.loads(path.read_text())
            except ValueError:
                continue
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def small_class(released, filled, warm, tmp_path_factory) -> Path:
    """A course with a class that is graded, with feedback pages and a report."""
    folder = tmp_path_factory.mktemp("seen") / "course"
    shutil.copytree(released, folder)
    ann = filled()
    ann.cells.append(
        new_code_cell(
            "import pandas as pd\nfrom IPython.display import HTML, display\n"
            "display(pd.DataFrame({'a': [1, 2]}))\nfor n in range(60):\n    print('line', n)\n"
            "display(HTML('<script>document.title=\"taken\"</script>'))"
        )
    )
    for student, nb in {
        "ann": ann,
        "bob": filled(UNQ_C1="def double(values):\n    return values"),
        "cy": filled(UNQ_C2="def total(values):\n    return 1 / 0"),
    }.items():
        _put(folder, student, nbformat.writes(nb))
    _put(folder, "dee", "no notebook")
    for command, status in (("grade", EXIT_ATTENTION), ("feedback", 0), ("report", 0)):
        done = warm.run("proctor", folder, command, "tiny")
        assert done.returncode == status, done.stderr
    return folder


def _put(folder: Path, student: str, text: str) -> None:
    place = folder / "submitted" / student / "tiny"
    place.mkdir(parents=True)
    (place / "exercise.ipynb").write_text(text)
