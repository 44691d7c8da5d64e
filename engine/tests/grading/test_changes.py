"""What is said to have changed since a submission was graded."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import fields, replace

import nbformat
import pytest

from engine.tests.coursework import cell, command, notebook
from proctor.bundle.build import pack
from proctor.bundle.parts import _APART, _OPTIONS, parts_of
from proctor.checks.load import load_checks_module
from proctor.grading.changes import UNKNOWN, Changes, changes_of

CHECKS = {
    "judges/__init__.py": "from judges.one import one\nfrom judges.two import two\n",
    "judges/one.py": "from proctor.checks import check\nfrom judges.common import YES\n\n"
    "@check('one', cell='UNQ_C1')\ndef one(student, rng):\n    return YES\n",
    "judges/two.py": "from proctor.checks import check\nfrom judges.common import YES\n\n"
    "@check('two', cell='UNQ_C1')\ndef two(student, rng):\n    return YES\n",
    "judges/common.py": "from proctor.checks import Verdict\nYES = Verdict(1.0, 'Yes.')\n",
    "judges/table.csv": "1,2\n",
}
CONFIG = """
from proctor.nbgrader import adopt
c = get_config()
c.CourseDirectory.course_id = "two"
adopt(c)
c.Examine.checks = "judges"
"""


def hidden(name):
    return cell(
        "test",
        "test",
        "### BEGIN HIDDEN TESTS\nfrom proctor.checks import examine\n"
        f"examine('{name}', globals())\n### END HIDDEN TESTS",
    )


@pytest.fixture(scope="module")
def two_assignments(tmp_path_factory, run_nbgrader):
    """A course of two assignments, each with a check in a file of its own."""
    folder = tmp_path_factory.mktemp("two") / "course"
    for name, text in CHECKS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "nbgrader_config.py").write_text(CONFIG)
    for name in ("one", "two"):
        place = folder / "source" / name
        place.mkdir(parents=True)
        (place / "data.csv").write_text("1\n")
        nbformat.write(
            notebook([cell("f", "solution", "def f(): pass"), hidden(name)]),
            place / f"{name}.ipynb",
        )
        done = run_nbgrader(folder, "generate_assignment", name)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def course(two_assignments, tmp_path):
    return shutil.copytree(two_assignments, tmp_path / "course")


@pytest.fixture
def said(course):
    """Change something, and get what is said of each assignment."""
    bundles = {}

    def pack_all(*arguments):
        found = {}
        for name in ("one", "two"):
            app = command(course, *arguments)
            bundle = pack(app, app.coursedir, name)
            found[name] = changes_of(app, app.coursedir, bundle)
            bundles.setdefault(name, bundle.hash)
        return found

    pack_all()

    def change(*arguments):
        return {n: c.since(bundles[n]) for n, c in pack_all(*arguments).items()}

    return change


@pytest.mark.parametrize(
    ("path", "one", "two"),
    [
        ("judges/one.py", "hidden tests changed: judges/one.py", None),
        ("judges/two.py", None, "hidden tests changed: judges/two.py"),
        ("judges/common.py", "judges/common.py", "judges/common.py"),
        ("judges/table.csv", "judges/table.csv", "judges/table.csv"),
        ("source/one/data.csv", "files of the assignment changed: source/one/data.csv", None),
    ],
)
def test_a_changed_file_is_named_and_counts_where_it_is_used(course, said, path, one, two):
    file = course / path
    file.write_text(file.read_text() + "# changed\n")
    for name, wanted in (("one", one), ("two", two)):
        found = said()[name]
        assert found is None if wanted is None else wanted in found


def test_a_line_that_gathers_another_check_is_no_change(course, said):
    file = course / "judges" / "__init__.py"
    file.write_text(file.read_text() + "from judges.three import three\n")
    (course / "judges" / "three.py").write_text(CHECKS["judges/two.py"].replace("two", "three"))
    assert said() == {"one": None, "two": None}


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("from judges.two import two", True),
        ("import numpy, judges", True),
        ("from numpy import judges", False),
        ("# from judges import two", False),
    ],
)
def test_a_test_that_imports_hidden_modules_by_itself_depends_on_all(course, line, counts):
    app = command(course)
    bundle = pack(app, app.coursedir, "one")
    plan = bundle.contents.notebooks["one"]
    cells = [replace(one, source=f"{one.source}\n{line}") for one in plan.cells]
    notebooks = {"one": replace(plan, cells=tuple(cells))}
    changed = replace(bundle, contents=replace(bundle.contents, notebooks=notebooks))
    module = load_checks_module("judges", course)
    assert ("test judges/two.py" in parts_of(changed, "source/one", vars(module))) is counts


def test_all_of_a_bundle_is_in_its_parts(course):
    with (course / "nbgrader_config.py").open("a") as file:
        file.write('\nc.Sandbox.share = ["tables"]\n')
    (course / "tables").mkdir()
    (course / "tables" / "a.csv").write_text("1")
    app = command(course)
    bundle = pack(app, app.coursedir, "one")
    found = parts_of(bundle, "source/one", {})
    assert "shared tables/a.csv" in found
    names = {name.rpartition(".")[2] for name in found if name.startswith("setting ")}
    missing = {one.name for one in fields(bundle.contents)} - names
    assert missing == {*_APART, *_OPTIONS}
    assert {"exclude_overwriting", "ignore"} <= names


def test_a_change_in_a_courses_preprocessor_is_a_reason_to_grade_again(course, monkeypatch):
    monkeypatch.syspath_prepend(str(course))
    steps = course / "changed_steps.py"
    with (course / "nbgrader_config.py").open("a") as file:
        file.write('\nc.Autograde.sanitize_preprocessors.append("changed_steps.note")\n')
    parts = []
    for text in ("", "    # Another comment.\n"):
        steps.write_text(f"def note(nb, resources):\n{text}    return nb, resources\n")
        app = command(course)
        parts.append(parts_of(pack(app, app.coursedir, "one"), "source/one", {}))
    monkeypatch.delitem(sys.modules, "changed_steps")
    assert "setting preprocessors in c.Autograde" in parts[0]
    assert parts[0].keys() == parts[1].keys()
    assert [n for n in parts[0] if parts[0][n] != parts[1][n]] == ["module changed_steps.py"]


def test_an_option_is_named(said):
    assert said("--full") == dict.fromkeys(("one", "two"), "settings changed: c.Examine.full")


def test_another_release_names_the_notebook_and_the_cell(course, said, run_nbgrader):
    source = course / "source" / "one" / "one.ipynb"
    nb = nbformat.read(source, as_version=4)
    nb.cells[1].metadata["nbgrader"]["points"] = 7
    nbformat.write(nb, source)
    assert run_nbgrader(course, "generate_assignment", "one", "--force").returncode == 0
    found = said()
    assert found["one"] == "the notebook changed: source/one/one.ipynb, cell test"
    assert found["two"] is None


@pytest.mark.parametrize("damage", ["", "[]", '{"version": 1, "parts": [], "bundles": {"x": 3}}'])
def test_a_record_that_can_not_be_read_is_made_anew(course, said, damage):
    record = course / ".proctor" / "one.bundles.json"
    record.write_text(damage)
    (course / "judges" / "one.py").write_text(CHECKS["judges/one.py"] + "# changed\n")
    found = said()
    assert found["one"] == UNKNOWN
    assert json.loads(record.read_text())["version"] == 1


def test_an_unknown_bundle_is_graded_again():
    assert Changes("b", {"b": {"engine proctor": "1"}}).since("a") == UNKNOWN
    assert Changes("b", {}).since("b") is None
