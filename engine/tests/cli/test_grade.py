"""``proctor grade`` as an instructor meets it; one class for what changes nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from nbgrader.api import Gradebook

from engine.tests.coursework import command, plan
from proctor.backends.inline import in_process
from proctor.backends.local import local_workers
from proctor.cli import EXIT_ATTENTION
from proctor.grading.core import grade_unit
from proctor.grading.lock import course_lock
from proctor.grading.prepare import prepare
from proctor.results import Receipt
from proctor.text import one_line

pytestmark = [pytest.mark.sandbox, pytest.mark.programs]

MODULE = "engine.tests.grading.fake_grading"
WRONG = "def double(values):\n    return 0"
EVIL = "eve\x1b[2J\rbob: graded"


@pytest.fixture(scope="module")
def graded(released, filled, warm, tmp_path_factory):
    """A class of four, graded on two workers."""
    folder = tmp_path_factory.mktemp("class") / "course"
    shutil.copytree(released, folder)
    for student, nb in {
        "ann": filled(),
        "bob": filled(UNQ_C1=WRONG),
        "cy": filled(UNQ_C2="def total(values):\n    return 1 / 0"),
        EVIL: filled(),
    }.items():
        place = folder / "submitted" / student / "tiny"
        place.mkdir(parents=True)
        nbformat.write(nb, place / "exercise.ipynb")
    own = folder / "submitted" / "ann" / "tiny"
    (own / "notes.txt").write_text("mine")
    (own / "exercise.receipt.json").mkdir()
    (own / "exercise.receipt.json" / "x").write_text("in the way")
    (own / "other.receipt.json").write_text("{}")
    (own / "other.ipynb").mkdir()
    (own / "other.ipynb" / "x").write_text("in the way")
    (folder / "submitted" / "cy" / "tiny" / "timestamp.txt").write_text("the day before yesterday")
    done = warm.run("proctor", folder, "grade", "tiny", "--jobs=2")
    assert done.returncode == 0, done.stderr
    return folder, done


def receipts(folder):
    return {
        path.parent.parent.name: Receipt.from_json(path.read_text())
        for path in folder.glob("autograded/*/tiny/exercise.receipt.json")
    }


@pytest.mark.parametrize("workers", [1, 4])
def test_any_number_of_workers_gives_the_same_verdicts(graded, workers):
    folder, _ = graded
    app = command(folder)
    bundle = prepare(app, app.coursedir, "tiny")
    course, steps = app.course(bundle), plan(app, bundle)
    many = local_workers(bundle, grade_unit, workers) if workers > 1 else None
    with many or in_process(bundle, grade_unit) as running:
        found = {
            done.unit.student: done.graded.receipts[0].verdicts().encode()
            for done in running.results(course.unit(step) for step in reversed(steps))
        }
    wanted = {name: one.verdicts().encode() for name, one in receipts(folder).items()}
    assert found == wanted


def test_a_students_files_never_pass_for_ours_nor_stand_in_their_way(graded):
    folder, _ = graded
    names = sorted(path.name for path in (folder / "autograded" / "ann" / "tiny").iterdir())
    assert names == ["exercise.ipynb", "exercise.receipt.json", "notes.txt"]
    assert receipts(folder)["ann"].score == 10


def test_the_run_log_is_json_line_by_line(graded):
    folder, _ = graded
    (path,) = (folder / "autograded" / ".runs").iterdir()
    events = [json.loads(line) for line in path.read_text().splitlines()]
    assert [event["event"] for event in events][:2] == ["run", "workers"]
    assert {e["student"] for e in events if e["event"] == "done"} == {"ann", "bob", "cy", EVIL}
    assert events[-1]["event"] == "ended"
    assert events[-1]["by"] is None
    (bob,) = (e for e in events if e["event"] == "done" and e["student"] == "bob")
    assert (bob["score"], bob["max_score"], bob["status"]) == (4.0, 10.0, "graded")
    assert "double-test" in [cell["cell"] for cell in bob["cells"]]


def test_what_is_printed_can_not_be_forged_by_an_id(graded):
    _, done = graded
    assert "\x1b" not in done.stdout + done.stderr
    assert not any(line.startswith("bob: graded") for line in done.stdout.splitlines())
    assert sum("graded" in line for line in done.stderr.splitlines()) == 4


def test_a_summary_names_the_slowest(graded):
    folder, done = graded
    took = [(one.seconds, f"{name} exercise.ipynb") for name, one in receipts(folder).items()]
    slowest = [
        f"{seconds:.1f} s  {one_line(name, 100)}"
        for seconds, name in sorted(took, reverse=True)[:3]
    ]
    _, said = done.stdout.split("Slowest notebooks and cells:\n")
    assert [line.strip() for line in said.splitlines()][:3] == slowest


def test_a_time_that_can_not_be_read_is_said_and_stops_nobody(graded):
    _, done = graded
    assert (
        "cy: it counts as handed in on time, since its timestamp.txt holds no time" in done.stdout
    )


def test_nothing_that_names_a_challenge_reaches_the_students(graded, warm):
    folder, _ = graded
    for module, *arguments in (
        ("nbgrader", "generate_feedback", "tiny"),
        ("proctor", "feedback", "tiny"),
    ):
        done = warm.run(module, folder, *arguments)
        assert done.returncode == 0, done.stderr
        pages = [path for path in (folder / "feedback").rglob("*") if path.is_file()]
        assert len([path for path in pages if path.suffix == ".html"]) == 4
        assert not [path for path in pages if "receipt" in path.name]
        seeds = [r.seed.encode() for one in receipts(folder).values() for r in one.exercises]
        text = b"".join(path.read_bytes() for path in pages)
        assert not any(seed in text for seed in seeds if seed)


def test_a_page_is_one_students_own_and_names_no_folder(graded, warm):
    folder, _ = graded
    assert warm.run("proctor", folder, "feedback", "tiny").returncode == 0
    for student, others in (("ann", ("bob", "cy")), ("bob", ("ann", "cy"))):
        text = (folder / "feedback" / student / "tiny" / "exercise.html").read_text()
        assert f"Feedback for {student}" in text
        for word in (str(folder), sys.prefix, "HIDDEN", "check(", "judge"):
            assert word not in text, word
        assert not re.search(rf"\b(?:{'|'.join(others)})\b", text)


def new_page(warm, folder, student):
    """Write feedback anew, and read a student's page."""
    assert warm.run("proctor", folder, "feedback", "tiny").returncode == 0
    return (folder / "feedback" / student / "tiny" / "exercise.html").read_text()


def test_feedback_follows_the_verdicts(graded, warm):
    folder, _ = graded
    bob = new_page(warm, folder, "bob")
    assert '<span class="status">Not right yet</span>' in bob
    assert "The values are not doubled." in bob
    assert "<strong>4</strong> of 10 points" in bob


def test_marks_and_comments_by_hand_are_on_the_page(graded, warm, tmp_path):
    folder = tmp_path / "course"
    shutil.copytree(graded[0], folder)
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}", "tiny") as gradebook:
        gradebook.find_grade("double-test", "exercise", "tiny", "bob").manual_score = 3
        gradebook.find_comment("double", "exercise", "tiny", "bob").manual_comment = "Nearly <b>."
        gradebook.db.commit()
    bob = new_page(warm, folder, "bob")
    assert "Marked by hand" in bob
    assert "<strong>7</strong> of 10 points" in bob
    assert "Nearly &lt;b&gt;." in bob


def test_what_could_not_be_run_gets_a_page_and_one_student_is_enough(graded, warm, tmp_path):
    folder = tmp_path / "course"
    shutil.copytree(graded[0], folder)
    place = folder / "submitted" / "dee" / "tiny"
    place.mkdir(parents=True)
    (place / "exercise.ipynb").write_text("no notebook")
    assert warm.run("proctor", folder, "grade", "tiny", "--jobs=1").returncode == EXIT_ATTENTION
    shutil.rmtree(folder / "feedback", ignore_errors=True)
    done = warm.run("proctor", folder, "feedback", "tiny", "--student=dee")
    assert done.returncode == 0, done.stderr
    (page,) = (folder / "feedback").rglob("*.html")
    text = page.read_text()
    assert "could not be run as a notebook" in text
    assert "JSON" not in text


def test_nothing_is_done_a_second_time(graded, warm):
    folder, _ = graded
    before = {p: p.stat().st_mtime_ns for p in (folder / "autograded").rglob("*") if p.is_file()}
    done = warm.run("proctor", folder, "grade", "tiny")
    assert "4 of 4: graded before, and unchanged" in done.stderr
    after = {p: p.stat().st_mtime_ns for p in (folder / "autograded").rglob("*") if p.is_file()}
    assert after == before


def test_verify_finds_no_difference_and_then_each(graded, warm, tmp_path):
    folder = tmp_path / "course"
    shutil.copytree(graded[0], folder)
    done = warm.run("proctor", folder, "verify", "tiny", "--jobs=1")
    assert (done.returncode, done.stdout) == (0, "4 submissions graded again, 0 differences\n")
    path = folder / "autograded" / "bob" / "tiny" / "exercise.receipt.json"
    path.write_text(path.read_text().replace('"score": 0.0', '"score": 4.0', 1))
    note = folder / "submitted" / "cy" / "tiny" / "late.txt"
    note.write_text("changed after it was graded")
    done = warm.run("proctor", folder, "verify", "tiny", "--jobs=1")
    assert done.returncode == EXIT_ATTENTION
    assert "bob double: 4 failed" in done.stdout
    assert "now 0 failed" in done.stdout
    assert "cy: the submission changed since it was graded" in done.stdout
    assert "4 submissions graded again, 2 differences" in done.stdout
    done = warm.run("proctor", folder, "verify", "tiny", "--sample=1", "--student=ann")
    assert done.stdout == "1 submissions graded again, 0 differences\n"


@pytest.fixture
def class_(released, tmp_path):
    """A class whose notebooks are not run."""
    folder = tmp_path / "course"
    shutil.copytree(released, folder)
    for student in ("ann", "bob", "cy"):
        place = folder / "submitted" / student / "tiny"
        place.mkdir(parents=True)
        (place / "exercise.ipynb").write_text(student)
    return folder


def test_a_run_says_what_it_does_and_why(class_, warm):
    assert "3 of 3: new" in warm.run(MODULE, class_, "tiny").stderr
    (class_ / "submitted" / "bob" / "tiny" / "exercise.ipynb").write_text("better")
    (class_ / "autograded" / "cy" / "tiny" / "exercise.ipynb").unlink()
    done = warm.run(MODULE, class_, "tiny")
    assert "1 of 3: graded before, and unchanged" in done.stderr
    assert "1 of 3: the submission changed" in done.stderr
    assert "1 of 3: its graded notebook is not there any more, or was changed" in done.stderr
    done = warm.run(MODULE, class_, "tiny", "--force", "--student=[ab]*")
    assert "2 of 2: asked for with --force" in done.stderr
    checks = class_ / "tiny_checks.py"
    checks.write_text(checks.read_text() + "\n# stricter\n")
    done = warm.run(MODULE, class_, "tiny", "--CourseDirectory.student_id_exclude=cy")
    assert "2 of 2: hidden tests changed: tiny_checks.py" in done.stderr
    (class_ / "gradebook.db").write_bytes((class_ / "gradebook.db").read_bytes())
    with Gradebook(f"sqlite:///{class_ / 'gradebook.db'}") as book:
        book.remove_submission("tiny", "ann")
    done = warm.run(MODULE, class_, "tiny", "--student=ann")
    assert "1 of 1: graded before, but not yet in the gradebook" in done.stderr
    with Gradebook(f"sqlite:///{class_ / 'gradebook.db'}") as book:
        assert book.find_submission("tiny", "ann")


def test_a_second_grader_refuses_and_says_who_is_at_work(class_, warm):
    with course_lock(class_):
        done = warm.run(MODULE, class_, "tiny")
    assert done.returncode == 2
    assert f"process {os.getpid()} of " in done.stderr
    assert warm.run(MODULE, class_, "tiny").returncode == 0


def test_a_submission_that_brings_nothing_to_grade_needs_attention(class_, warm):
    (class_ / "submitted" / "dora" / "tiny").mkdir(parents=True)
    (class_ / "submitted" / "eli").mkdir()
    (class_ / "submitted" / "fay").mkdir()
    (class_ / "submitted" / "fay" / "tiny").symlink_to("/")
    place = class_ / "submitted" / "gil" / "tiny"
    place.mkdir(parents=True)
    os.mkfifo(place / "timestamp.txt")
    done = warm.run("proctor", class_, "grade", "tiny", "--student=[d-g]*", "--jobs=1")
    assert done.returncode == EXIT_ATTENTION, done.stderr
    assert "dora: the submission has no exercise.ipynb: it has no notebook" in done.stdout
    assert "eli" not in done.stdout
    assert "fay: the submission's folder is a symbolic link" in done.stdout
    assert "gil: the submission has a special file in it" in done.stdout
    assert "timestamp.txt is no plain file" in done.stdout


@pytest.fixture
def small_disk(class_):
    """The class on a disk of its own that is nearly full."""
    place = class_ / "autograded"
    place.mkdir()
    command_ = ["mount", "-t", "tmpfs", "-o", "size=64k,mode=755", "tmpfs", str(place)]
    if subprocess.run(command_, capture_output=True).returncode:
        pytest.skip("a file system can be mounted by root alone")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_said_and_nothing_is_lost(class_, small_disk, warm):
    for number in range(40):
        place = class_ / "submitted" / f"s-{number}" / "tiny"
        place.mkdir(parents=True)
        (place / "exercise.ipynb").write_text("x")
    done = warm.run(MODULE, class_, "tiny")
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    kept = receipts(class_)
    assert 0 < len(kept) < 43
    subprocess.run(["mount", "-o", "remount,size=8m", str(small_disk)], check=True)
    done = warm.run(MODULE, class_, "tiny")
    assert done.returncode == 0, done.stderr
    assert f"{len(kept)} of 43: graded before" in done.stderr
    assert len(receipts(class_)) == 43


@pytest.mark.parametrize("name", ["two\nlines", b"\xff".decode(errors="surrogateescape")])
def test_an_id_that_no_gradebook_could_hold_is_said_and_all_others_are_graded(class_, warm, name):
    (class_ / "submitted" / name / "tiny").mkdir(parents=True)
    for graded in ("3 of 3: new", "3 of 3: "):
        done = warm.run(MODULE, class_, "tiny")
        assert done.returncode == EXIT_ATTENTION, done.stderr
        assert "rename the folder" in done.stdout
        assert graded in done.stderr
    assert set(receipts(class_)) == {"ann", "bob", "cy"}


def test_a_folder_that_can_not_be_written_is_said(class_, warm):
    (class_ / "autograded").write_text("a file in the folder's place")
    done = warm.run(MODULE, class_, "tiny")
    assert done.returncode == 2
    assert "what to do" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_scheduler_that_is_not_there_is_said(class_, warm):
    done = warm.run("proctor", class_, "grade", "tiny", "--scheduler=nowhere")
    assert done.returncode == 2
    assert "start it (dask scheduler)" in done.stderr
    assert not (class_ / "autograded").exists()


def test_postgresql_does_as_well(class_, warm, new_postgresql):
    url = new_postgresql()
    config = class_ / "nbgrader_config.py"
    config.write_text(config.read_text() + f"\nc.CourseDirectory.db_url = {url!r}\n")
    assert warm.run("proctor", class_, "release", "tiny").returncode == 0
    done = warm.run(MODULE, class_, "tiny")
    assert done.returncode == 0, done.stderr
    assert "3 of 3: graded before" in warm.run(MODULE, class_, "tiny").stderr
    with Gradebook(url) as book:
        scores = {s.student_id: s.score for s in book.assignment_submissions("tiny")}
    assert scores == {student: one.score for student, one in receipts(class_).items()}
    done = warm.run("proctor", class_, "export", "tiny")
    assert done.stdout == "3 students in grades.csv\n"
