import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from proctor.sandbox.shared.mounts import Mounts
from proctor.sandbox.shared.server_plan import Plan

pytestmark = pytest.mark.sandbox

PLAN = Plan(
    kind="namespaces",
    preload=("numpy",),
    view=Mounts((Path("/a"), Path("/b")), (), (("x", Path("/x")),)),
    environment=(("A", "1"),),
    scratch_mib=5,
    start_seconds=6,
    idle_seconds=7,
)


def test_equal_plans_have_one_digest_in_all_processes():
    source = """
import pickle, sys
print(pickle.load(sys.stdin.buffer).digest)
"""
    command = [sys.executable, "-c", source]
    done = subprocess.run(command, input=pickle.dumps(PLAN), capture_output=True, check=True)
    assert done.stdout.decode().strip() == PLAN.digest
    assert replace(PLAN, preload=("numpy",)).digest == PLAN.digest


def test_other_plans_have_others():
    changes = (
        {"scratch_mib": 6},
        {"environment": ()},
        {"preload": ()},
        {"view": Mounts((), (), ())},
    )
    digests = {replace(PLAN, **change).digest for change in changes}
    assert len({*digests, PLAN.digest}) == 1 + len(changes)
