"""A class in which submissions are made to keep the grader busy: each ends in a status, soon.

What a notebook does while it runs is tried in ``tests/attacks``; this is about files that are read
on the trusted side.
"""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from engine.tests.trees import make_deep
from proctor.cli import EXIT_ATTENTION
from proctor.results import Receipt

pytestmark = [pytest.mark.sandbox, pytest.mark.programs]

RIGHT_TO_LEFT, TERMINAL = "\u202etxt.exe", "a\n\x1b[2Jall: graded\r"


def sparse(path, size):
    with path.open("wb") as file:
        file.truncate(size)


def many(folder):
    for number in range(100_000):
        (folder / f"{number}").touch()


def long_path(folder, length):
    names = ["x" * 250] * (length // 251)
    Path(folder, *names).mkdir(parents=True)
    Path(folder, *names, "y" * max(1, length % 251 - 1)).write_text("deep")


def unix_socket(folder):
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(os.path.relpath(folder / "socket"))


def device(folder):
    try:
        os.mknod(folder / "zero", 0o600 | 0o020000, os.makedev(1, 5))
    except PermissionError:
        os.mkfifo(folder / "zero")


def replaced(folder, make):
    (folder / "exercise.ipynb").unlink()
    make(folder / "exercise.ipynb")


def odd_names(folder):
    for name in (RIGHT_TO_LEFT, TERMINAL, os.fsdecode(b"\xff\xfe"), "=cmd|' C calc'!A0", "-rf"):
        (folder / name).write_text("x")
        (folder / f"in {name}").mkdir()
        (folder / f"in {name}" / name).write_text("x")


def json_bomb(inner):
    """A submission with much in little room."""

    def make(folder):
        path = folder / "exercise.ipynb"
        text = path.read_text()
        path.write_text(text.replace('"metadata": {', '"metadata": {"x": ' + inner() + ",", 1))

    return make


def more_cells(folder):
    path = folder / "exercise.ipynb"
    text = path.read_text()
    path.write_text(text.replace('"cells": [', '"cells": [' + "{}," * 700_000, 1))


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "terabyte": (lambda f: sparse(f / "data", 2**40), "bytes"),
    "hundred-thousand": (many, "10,000 files"),
    "deep": (lambda f: make_deep(f, 100), "deeper than 32"),
    "long-path": (lambda f: long_path(f, 1200), "1,000 bytes"),
    "longest-path": (lambda f: long_path(f, 4080 - len(os.fsencode(f))), "1,000 bytes"),
    "fifo": (lambda f: os.mkfifo(f / "pipe"), "special file"),
    "socket": (unix_socket, "special file"),
    "device": (device, "special file"),
    "link": (lambda f: (f / "link").symlink_to("/etc/passwd"), "symbolic link"),
    "loop": (lambda f: (f / "link").symlink_to("."), "symbolic link"),
    "too-much": (lambda f: sparse(f / "data", 200 * 2**20), "more than 134,217,728 bytes"),
    "notebook-fifo": (lambda f: replaced(f, os.mkfifo), "special file"),
    "notebook-link": (lambda f: replaced(f, lambda p: p.symlink_to("/dev/zero")), "symbolic link"),
    "notebook-terabyte": (lambda f: replaced(f, lambda p: sparse(p, 2**40)), "bytes"),
    "notebook-zeros": (lambda f: replaced(f, lambda p: sparse(p, 60 * 2**20)), "an empty file"),
    "lists": (json_bomb(lambda: "[" + "[]," * 3_000_000 + "[]]"), "500,000 values"),
    "objects": (json_bomb(lambda: "[" + "{}," * 3_000_000 + "{}]"), "500,000 values"),
    "nested": (json_bomb(lambda: "[" * 9000 + "]" * 9000), "nested deeper"),
    "digits": (json_bomb(lambda: "9" * 9_000_000), "characters"),
    "cells": (more_cells, "500,000 values"),
}  # fmt: skip


def bombs(nb):
    """Cells whose page would be large and slow to draw."""
    bomb = "".join(f"<i a={n:x}>" for n in range(1000)) + "<p>x" * 2500
    link = '[a]: /u "' + "t" * 9000 + '"\n\n' + "[a] " * 2000
    show = (
        "from IPython.display import HTML, display\n"
        "for _ in range(4):\n"
        "    display(HTML('<table>' + ''.join(f'<i a={i}>' for i in range(9000)) + '<p>x' * 9000))"
    )
    nb.cells += [*(new_markdown_cell(bomb) for _ in range(3)), new_markdown_cell(link)]
    nb.cells.append(new_code_cell(show))


def with_outputs(nb):
    """Fifty megabytes of what an honest notebook may have shown."""
    plot = {"data": [{"x": list(range(2_000_000))}]}
    shown = [
        new_output("display_data", data={"application/vnd.plotly.v1+json": plot}),
        new_output("display_data", data={"image/png": "A" * 30_000_000}),
    ]
    nb.cells.append(new_code_cell("1", outputs=shown))


NO_IDS = (os.fsdecode(b"jos\xe9"), "two\nlines")
"""Names of students' folders that no gradebook can store."""


@pytest.fixture(scope="module")
def graded(released, filled, warm, tmp_path_factory):
    """The class, graded on two workers, with pages, a report and a table."""
    folder = tmp_path_factory.mktemp("hostile") / "course"
    shutil.copytree(released, folder)

    def place(student, nb):
        own = folder / "submitted" / student / "tiny"
        own.mkdir(parents=True)
        nbformat.write(nb, own / "exercise.ipynb")
        return own

    for number, (name, (make, _)) in enumerate(REFUSED.items()):
        if number % 6 == 0:
            place(f"{number:02d}-honest", filled())
        make(place(f"{number:02d}-{name}", filled()))
    odd_names(place("odd-names", filled()))
    for name in NO_IDS:
        place(name, filled())
    own = place("hard-link", filled())
    (own / "again").hardlink_to(own / "exercise.ipynb")
    for name, edit in (("bombs", bombs), ("outputs", with_outputs)):
        nb = filled()
        edit(nb)
        place(name, nb)
    started = time.monotonic()
    done = warm.run("proctor", folder, "grade", "tiny", "--jobs=2")
    seconds = time.monotonic() - started
    for command in ("feedback", "report", "export"):
        options = ["--to=grades.csv"] if command == "export" else []
        after = warm.run("proctor", folder, command, "tiny", *options)
        assert after.returncode == 0, after.stderr
    yield folder, done, seconds
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def receipts(graded):
    return {
        path.parts[-3]: Receipt.from_json(path.read_text())
        for path in graded[0].glob("autograded/**/exercise.receipt.json")
    }


@pytest.mark.parametrize(("number", "name"), list(enumerate(REFUSED)))
def test_what_can_not_be_read_says_why(receipts, number, name):
    receipt = receipts[f"{number:02d}-{name}"]
    assert (receipt.status, receipt.score) == ("needs_attention", 0)
    assert REFUSED[name][1] in receipt.reason
    assert len(receipt.reason) < 600
    assert not set(receipt.reason) & set("\n\r\x1b\u202e")


def test_all_others_have_their_points(receipts):
    others = {s: r.score for s, r in receipts.items() if r.status == "graded"}
    assert {"odd-names", "hard-link", "bombs", "outputs"} < set(others)
    assert len(others) == len(receipts) - len(REFUSED) >= 7
    assert set(others.values()) == {10.0}


def test_the_class_is_finished_soon(graded, receipts):
    folder, done, seconds = graded
    assert {*receipts, *NO_IDS} == {path.name for path in (folder / "submitted").iterdir()}
    for name in (r"'jos\xe9'", r"'two\nlines'"):
        assert f"  {name}: the folder's name has a line break or is not UTF-8" in done.stdout
    assert done.returncode == EXIT_ATTENTION, done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert not set(done.stdout + done.stderr) & set("\u202e\r")
    assert seconds < 300


def test_names_that_are_odd_are_kept(graded):
    folder = graded[0] / "autograded" / "odd-names" / "tiny"
    assert (folder / RIGHT_TO_LEFT).read_text() == "x"
    assert (folder / os.fsdecode(b"\xff\xfe")).read_text() == "x"


def test_every_page_is_small_and_has_its_summary(graded, receipts):
    pages = {path.parts[-3]: path for path in graded[0].glob("feedback/*/tiny/*.html")}
    assert set(pages) == set(receipts)
    assert max(path.stat().st_size for path in pages.values()) < 1_000_000
    page = BeautifulSoup(pages["bombs"].read_text(), "html.parser")
    assert len(page.select("#summary .exercise")) == 3
    assert "too long to show" in page.select_one("#notebook").text


def test_nothing_is_graded_twice(graded, receipts, warm):
    written = {p: p.stat().st_mtime_ns for p in graded[0].glob("autograded/**/*.receipt.json")}
    warm.run("proctor", graded[0], "grade", "tiny", "--jobs=1")
    assert {p: p.stat().st_mtime_ns for p in written} == written
