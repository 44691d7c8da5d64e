"""Records that are made inside the student's process can be forged there; see `records`."""

from __future__ import annotations

import subprocess
import sys

import pytest

from engine.tests.attacks.records import FORGERIES, code_of
from proctor.contract import judge_safely
from proctor.packet import decode, encode
from proctor.seeds import generator
from util.hidden_tests import CHECKS

pytestmark = pytest.mark.sandbox

NAMES = [forgery.name for forgery in FORGERIES]


@pytest.fixture(scope="module")
def scores(tmp_path_factory, root):
    """What each wrong solution earns, by name and by whether its record is forged."""
    folder = tmp_path_factory.mktemp("records")
    posed = {}
    for forgery in FORGERIES:
        check = CHECKS[forgery.exercise]
        for forged in (False, True):
            name = f"{forgery.name}-{forged}"
            posed[name] = check, check.pose(generator(17))
            (folder / f"{name}.py").write_text(code_of(forgery, forged=forged))
            (folder / f"{name}.{check.id}.npz").write_bytes(encode(posed[name][1]))
    command = [sys.executable, "-m", "engine.tests.attacks.forging", str(folder)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {
        name: judge_safely(check, challenge, decode((folder / f"{name}.answer.npz").read_bytes()))
        for name, (check, challenge) in posed.items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_by_itself_the_solution_earns_nothing(scores, name):
    assert scores[f"{name}-False"].score == 0, scores[f"{name}-False"].message


@pytest.mark.xfail(
    strict=True,
    reason="what a function did is written down inside the student's process; it is to be written "
    "down outside",
)
@pytest.mark.parametrize("name", NAMES)
def test_a_forged_record_earns_nothing(scores, name):
    assert scores[f"{name}-True"].score == 0
