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


def test_the_command_starts_without_tensorflow():
    code = "import sys, proctor.app; sys.exit('tensorflow' in sys.modules or 'util' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_hidden_tests_load_without_tensorflow():
    code = "import sys, util.hidden_tests; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
