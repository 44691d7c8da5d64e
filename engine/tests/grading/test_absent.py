"""What would let a notebook find in the sandbox what it finds with nbgrader."""

from __future__ import annotations

import pytest

from proctor.grading.absent import FailedCell, Machine, remedy


@pytest.fixture
def machine(tmp_path):
    """Where nbgrader would run a notebook with some code."""
    course = tmp_path / "course"
    for name in ("helpers.py", "lib/tools/__init__.py", "data/table.csv", "source/a/own.csv"):
        (course / name).parent.mkdir(parents=True, exist_ok=True)
        (course / name).write_text("")
    (tmp_path / "elsewhere.csv").write_text("")

    def made(sources=""):
        folder = course / "autograded" / "student" / "a"
        return Machine(course, folder, frozenset({"PATH", "GIVEN"}), sources)

    return made


def failed(error, said=""):
    return FailedCell("cell", error, said)


@pytest.mark.parametrize(
    ("error", "sources", "shared"),
    [
        ("ModuleNotFoundError: No module named 'helpers'", "", "helpers.py"),
        ("ModuleNotFoundError: No module named 'tools.x'", "p('../../../lib')", "lib/tools"),
        ("FileNotFoundError: No such file: '../../../data/table.csv'", "", "data/table.csv"),
        ("ERROR: cannot open file ‘../../../data/table.csv’: No such file", "", "data/table.csv"),
    ],
)  # fmt: skip
def test_files_of_the_course(machine, error, sources, shared):
    assert remedy(failed(error), machine(sources)) == (
        f"let notebooks see it: c.Sandbox.share = ['{shared}']"
    )


def test_files_of_the_machine(machine, tmp_path):
    place = str(tmp_path / "elsewhere.csv")
    error = f"FileNotFoundError: [Errno 2] No such file or directory: '{place}'"
    assert f"c.Sandbox.share = ['{place}']" in remedy(failed(error), machine())


def test_where_r_says_which_file_in_a_warning(machine):
    said = "Warning: cannot open file '../../../data/table.csv': No such file or directory"
    assert "data/table.csv" in remedy(failed("ERROR: cannot open the connection", said), machine())


@pytest.mark.parametrize(
    "read", ["os.environ['COURSE_ONE']", 'os.getenv("COURSE_ONE", 3)', "Sys.getenv('COURSE_ONE')",
             "environ.get('COURSE_ONE')"],
)  # fmt: skip
def test_variables_that_the_grader_has(machine, monkeypatch, read):
    error = failed("TypeError: int() argument must be a string, not 'NoneType'")
    assert remedy(error, machine(read)) is None
    monkeypatch.setenv("COURSE_ONE", "1")
    assert "c.Sandbox.environment_from = ['COURSE_ONE']" in remedy(error, machine(read))


@pytest.mark.parametrize("name", ["GIVEN", "HOME"])
def test_variables_that_notebooks_have_are_not_missing(machine, monkeypatch, name):
    monkeypatch.setenv(name, "1")
    assert remedy(failed("KeyError: 'x'"), machine(f"os.environ['{name}']")) is None


def test_a_module_of_the_environment_that_is_not_in_site_packages(machine, monkeypatch, tmp_path):
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "on_the_path.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path / "path")
    (tmp_path / "path" / "package" / "inner").mkdir(parents=True)
    (tmp_path / "path" / "package" / "inner" / "last.py").write_text("raise SystemExit")
    for name in ("on_the_path", "package.inner.last"):
        error = failed(f"ModuleNotFoundError: No module named '{name}'")
        top = name.partition(".")[0]
        assert f"c.Sandbox.preload = ['{top}']" in remedy(error, machine())


@pytest.mark.parametrize(
    "error",
    [
        "URLError: <urlopen error [Errno -3] Temporary failure in name resolution>",
        "gaierror: [Errno -2] Name or service not known",
        "ConnectionError: Max retries exceeded: Failed to establish a new connection",
        "ERROR: cannot open the connection to 'http://x.org/a.csv': Could not resolve host: x.org",
    ],
)
def test_downloads(machine, error):
    assert "no network" in remedy(failed(error), machine())


def test_packages_of_r(machine):
    error = failed("ERROR: Error in library(tibble): there is no package called ‘tibble’")
    assert "install the package tibble for all users" in remedy(error, machine())


@pytest.mark.parametrize(
    "error",
    [
        "AssertionError: 3 != 4",
        "ModuleNotFoundError: No module named 'nowhere_at_all'",
        # The package is there, and has lost this in a later version.
        "ModuleNotFoundError: No module named 'email.no_longer.there'",
        "ModuleNotFoundError: No module named 'math.part'",
        "FileNotFoundError: [Errno 2] No such file or directory: 'own.csv'",
        "FileNotFoundError: [Errno 2] No such file or directory: '/nowhere/x.csv'",
        "KeyError: '/'",
        f"ValueError: '{'x' * 299}'",
        "OSError: '/\0'",
    ],
)
def test_other_errors_are_the_notebooks_own(machine, error):
    assert remedy(failed(error), machine()) is None


def test_files_that_stand_near_a_line_that_failed_are_not_missing(machine):
    said = "sys.path.append('../../..')\n----> assert f('../../../data/table.csv') == 3"
    assert remedy(failed("AssertionError: 3 != 4", said), machine()) is None


@pytest.mark.parametrize(
    "error",
    [
        "OperationalError: unable to open database file",
        "OSError: ../../../data/table.csv not found.",
        "cv2.error: can't open/read file: check file path/integrity",
        "Error: the file does not exist",
        "ValueError: could not find it",
    ],
)
def test_files_that_only_the_code_names(machine, error):
    said = "----> read('../../../data/table.csv')"
    assert "data/table.csv" in remedy(failed(error, said), machine())
