"""What students import says nothing of the hidden tests, and these load soon."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def _public() -> list[Path]:
    return [p for p in sorted((ROOT / "util").rglob("*.py")) if "hidden_tests" not in p.parts]


@pytest.mark.parametrize("path", _public(), ids=str)
def test_what_students_import_names_no_hidden_test(path):
    assert "hidden_tests" not in path.read_text()


def test_the_command_starts_without_tensorflow():
    code = (
        "import sys, proctor.cli.app; sys.exit(not {'tensorflow', 'util'}.isdisjoint(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_hidden_tests_load_soon():
    """Every worker loads them before its first submission."""
    heavy = {"tensorflow", "keras", "sklearn", "scipy.stats", "matplotlib"}
    code = f"import sys, util.hidden_tests; sys.exit(not {heavy}.isdisjoint(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
