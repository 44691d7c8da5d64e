"""``proctor report`` and ``proctor new`` as an instructor meets them."""

import json

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell

pytestmark = [pytest.mark.sandbox, pytest.mark.programs]


def test_without_a_grading_the_report_says_so(course, run):
    done = run(course, "report", "tiny")
    assert done.returncode == 0, done.stderr
    assert "Nobody handed anything in." in (course / "reports" / "tiny.html").read_text()


def test_an_assignment_that_was_not_released_is_refused(course, run):
    (course / "source" / "other").mkdir()
    done = run(course, "report", "other")
    assert done.returncode == 2
    assert "no assignment 'other'" in done.stderr
    assert not (course / "reports").exists()


def test_a_graded_class_is_reported(course, hand_in, filled, run):
    hand_in("ann", filled())
    hand_in("bob", filled(UNQ_C1="def double(values):\n    return values"))
    assert run(course, "grade", "tiny", "--jobs=1").returncode == 0
    assert run(course, "report", "tiny", f"--to={course / 'r.html'}").returncode == 0
    page = BeautifulSoup((course / "r.html").read_text(), "html.parser")
    assert "unchanged" in page.find(id="misconceptions").text
    memory = page.find(id="exercises").find("tbody").find("tr").find_all("td")[-1]
    assert float(memory["data-sort"]) >= 0
    receipt = json.loads((course / "autograded/ann/tiny/exercise.receipt.json").read_text())
    assert any(cell["mib"] > 0 for cell in receipt["cells"])


LOOKS = """
import glob, sys
try:
    import checks_M4
    print(open(checks_M4.__file__).read())
except ImportError as error:
    print(error)
for path in sys.path:
    for found in glob.glob(f"{path}/*checks_*.py") + glob.glob(f"{path}/__pycache__/*checks_*"):
        try:
            print(open(found, "rb").read())
        except OSError as error:
            print(error)
"""


def test_a_new_assignment_can_be_released_and_graded(course, run):
    done = run(course, "new", "M4")
    assert done.returncode == 0, done.stderr
    assert "add to the module tiny_checks: from checks_M4 import" in done.stdout
    with (course / "tiny_checks.py").open("a") as module:
        module.write("from checks_M4 import mean_absolute_error\n")
    assert run(course, "release", "M4").returncode == 0
    nb = nbformat.read(course / "release" / "M4" / "M4.ipynb", as_version=4)
    assert "HIDDEN" not in nbformat.writes(nb)
    assert "differences = None" in nbformat.writes(nb)
    place = course / "submitted" / "ann" / "M4"
    place.mkdir(parents=True)
    solved = nbformat.read(course / "source/M4/M4.ipynb", as_version=4)
    solved.cells.insert(0, new_code_cell(LOOKS))
    nbformat.write(solved, place / "M4.ipynb")
    done = run(course, "grade", "M4", "--jobs=1")
    assert "10 passed" in done.stdout, done.stdout + done.stderr
    graded = (course / "autograded" / "ann" / "M4" / "M4.ipynb").read_text()
    assert "No module named 'checks_M4'" in graded
    assert "not_absolute" not in graded


@pytest.mark.parametrize("arguments", [["new", "tiny"], ["new", "a b"], ["new"]])
def test_what_can_not_be_started_is_refused(course, run, arguments):
    before = sorted(course.rglob("*"))
    assert run(course, *arguments).returncode == 2
    assert sorted(course.rglob("*")) == before
