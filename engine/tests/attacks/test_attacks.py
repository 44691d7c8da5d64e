"""Every attack ends in: no undeserved point, nobody else affected, nothing left, class finished."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from engine.tests.attacks.every import ATTACKS
from engine.tests.attacks.range import CANARIES, executed, forsaken, receipts, running
from proctor.cli import EXIT_ATTENTION
from proctor.sandbox.host.cgroups import parents

pytestmark = pytest.mark.sandbox

NAMES = [attack.name for attack in ATTACKS]


@pytest.fixture(scope="session")
def found(aftermath):
    return receipts(aftermath.range.course)


@pytest.fixture(scope="session")
def texts(aftermath):
    return executed(aftermath.range.course)


@pytest.fixture
def student(aftermath, request):
    """The student who handed an attack in."""
    return next(s for s, a in aftermath.range.students.items() if a.name == request.param)


@pytest.mark.parametrize("student", NAMES, indirect=True)
def test_no_attack_earns_a_point(found, student):
    exercises = {exercise["id"]: exercise for exercise in found[student]["exercises"]}
    assert exercises["double"]["score"] == 0, exercises["double"]
    assert sum(exercise["max_score"] for exercise in exercises.values()) == 10


@pytest.mark.parametrize("student", NAMES, indirect=True)
def test_what_ends_a_notebook_is_said(aftermath, found, student):
    attack, receipt = aftermath.range.students[student], found[student]
    if attack.attention is not None:
        assert receipt["status"] == "needs_attention"
        assert attack.attention in receipt["reason"]


@pytest.mark.parametrize("student", NAMES, indirect=True)
def test_no_attack_reads_a_secret(aftermath, texts, student):
    written = texts.get(student, "")
    source = (aftermath.range.course / "submitted" / student / "tiny").glob("*")
    known = "".join(path.read_text(errors="replace") for path in source)
    secret = (aftermath.range.course / ".proctor_secret").read_text().strip()
    for canary in (*CANARIES, secret):
        assert canary not in written or canary in known, canary


def test_all_others_get_what_they_deserve(aftermath, found):
    scores = {s: sum(e["score"] for e in found[s]["exercises"]) for s in aftermath.range.honest}
    assert scores == dict.fromkeys(aftermath.range.honest, 10.0)


def test_the_class_is_finished(aftermath, found):
    submitted = {path.name for path in (aftermath.range.course / "submitted").iterdir()}
    assert set(found) == submitted
    assert aftermath.done.returncode == EXIT_ATTENTION, aftermath.done.stderr
    assert "Traceback" not in aftermath.done.stderr


def test_every_notebook_ran_in_the_sandbox(aftermath, found):
    ran = {student for student, receipt in found.items() if receipt["seconds"]}
    assert len(ran) > len(NAMES) - 5
    words = {found[student]["sandbox"].partition(" ")[0] for student in ran}
    assert words == {aftermath.kind}


@pytest.mark.skipif(not parents() and os.getuid() == 0, reason="root can't limit processes here")
def test_no_storm_of_processes_gets_through(aftermath):
    # Four notebooks at a time with 64 and 16 to spare each, the servers, the grader's, and what
    # else the machine starts meanwhile.
    assert max(aftermath.tasks) < aftermath.tasks[0] + 4 * (64 + 16) + 100


def test_no_process_is_left(aftermath):
    assert running("987654") == []
    assert forsaken(running("proctor.sandbox")) == []
    assert running(str(aftermath.scratch)) == []


def test_no_file_is_left(aftermath):
    assert [path.name for path in aftermath.scratch.iterdir()] == []
    assert aftermath.range.untouched() == aftermath.before
    names = [path.name for path in aftermath.range.home.rglob("*") if path.is_file()]
    assert names == [".netrc"]
    shared = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108
    for folder in (Path(sys.prefix), aftermath.range.course, *map(Path, shared)):
        assert not list(folder.glob("poison-left")), folder


def test_no_mount_is_left(aftermath):
    assert str(aftermath.scratch) not in Path("/proc/self/mounts").read_text()


@pytest.fixture(scope="session")
def pages(aftermath):
    """The feedback pages' text, by student."""
    found = (aftermath.range.course / "feedback").rglob("*.html")
    return {path.parent.parent.name: path.read_text() for path in found}


def test_everybody_gets_a_page(pages, found):
    assert set(pages) == set(found)


@pytest.mark.parametrize("student", NAMES, indirect=True)
def test_a_page_runs_nothing_and_fetches_nothing(pages, student):
    assert "default-src 'none'" in pages[student]
    page = BeautifulSoup(pages[student], "html.parser")
    assert not page.find_all(
        ["script", "iframe", "object", "embed", "form", "input", "link", "base", "svg"]
    )
    assert len(page.find_all("style")) == 1
    for element in page.find_all(True):
        assert not [a for a in element.attrs if a.startswith("on") or a in ("style", "srcset")]
        assert element.get("src", "data:image/").startswith("data:image/")
        assert element.get("href", "#").startswith(("#", "http", "mailto:"))


@pytest.mark.parametrize("student", NAMES, indirect=True)
def test_a_page_tells_no_secret_and_no_place(aftermath, pages, student):
    text = pages[student]
    # What the student wrote down in the notebook is theirs to see.
    source = (aftermath.range.course / "submitted" / student / "tiny").glob("*")
    known = "".join(path.read_text(errors="replace") for path in source)
    places = (str(aftermath.range.course), str(aftermath.scratch), sys.prefix)
    others = set(pages) - {student}
    secret = (aftermath.range.course / ".proctor_secret").read_text().strip()
    for word in (*CANARIES, secret, *places, *others, "BEGIN HIDDEN TESTS"):
        assert word not in text or word in known, word


def test_nothing_that_is_shown_passes_for_the_summary(aftermath, pages):
    (student,) = (s for s, a in aftermath.range.students.items() if a.name == "forged-text")
    page = BeautifulSoup(pages[student], "html.parser")
    assert len(page.find_all(id="summary")) == 1
    assert not page.find_all("img", alt="canary-alt")
    assert "Not right yet" in page.find(id="summary").text
