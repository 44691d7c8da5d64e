"""Who may know whom."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add((node.module or "").split(".")[0])
    return names


def files(package: str) -> list[Path]:
    # Sample students' files are made to be broken.
    found = [p for p in sorted((ROOT / package).rglob("*.py")) if "sample_class" not in p.parts]
    assert found
    return found


@pytest.mark.parametrize("path", files("proctor"), ids=str)
def test_the_engine_knows_no_course(path):
    assert not imported(path) & {"util", "datagen", "demo", "lessons", "tensorflow", "keras"}


@pytest.mark.parametrize(
    "path", [p for p in files("util") if "hidden_tests" not in p.parts], ids=str
)
def test_what_students_import_knows_no_grader(path):
    assert not imported(path) & {"proctor", "nbgrader", "datagen"}
    assert "hidden_tests" not in path.read_text()


@pytest.mark.parametrize("package", ["proctor", "util", "demo", "lessons"])
def test_nothing_imports_the_data_makers(package):
    assert not any("datagen" in imported(path) for path in files(package))


def engine_imports(path: Path) -> set[str]:
    """Full names of what a module imports when it is run, not only for its types."""
    names = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def reached(*modules: str) -> set[str]:
    """All that modules of the engine import, by way of others of the engine, too."""
    found, waiting = set(), list(modules)
    while waiting:
        name = waiting.pop()
        path = ROOT / f"{name.replace('.', '/')}.py"
        if name not in found and name.startswith("proctor.") and path.is_file():
            waiting += engine_imports(path)
        found.add(name)
    return found


def test_workers_need_no_database():
    """nbgrader itself imports its gradebook whenever any part of it is; none of ours may."""
    there = reached(
        "proctor.grading.examining", "proctor.bundle.opening", "proctor.workers.cluster"
    )
    assert "proctor.running.preprocessor" in there
    assert not [name for name in there if name.startswith(("nbgrader.api", "sqlalchemy"))]
    assert not there & {"proctor.grading.gradebook", "proctor.released", "proctor.grading.files"}


@pytest.mark.parametrize("package", ["grading", "workers", "bundle", "reports"])
def test_the_work_knows_no_commands(package):
    for path in files(f"proctor/{package}"):
        assert not [name for name in engine_imports(path) if "proctor.commands" in str(name)]


def test_the_command_starts_without_tensorflow():
    code = "import sys, proctor.app; sys.exit('tensorflow' in sys.modules or 'util' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_hidden_tests_load_soon():
    """Every worker loads them before its first submission."""
    code = (
        "import sys, util.hidden_tests; "
        "sys.exit(not {'tensorflow', 'sklearn', 'scipy.stats', 'pandas'}.isdisjoint(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
