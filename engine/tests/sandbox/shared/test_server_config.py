import json
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from proctor.sandbox.linux.landlock import SCOPING_ABI
from proctor.sandbox.shared import server_config as module
from proctor.sandbox.shared.mounts import SCRATCH, SCRATCH_BELOW, Mounts
from proctor.sandbox.shared.server_config import Plan, ServerConfig

pytestmark = pytest.mark.sandbox


@pytest.fixture
def none(plan_of):
    return plan_of(kind="none")


def test_they_are_the_same_after_the_way_to_the_server(none, tmp_path):
    several = (
        ServerConfig.in_namespaces(none, root_outside=True),
        ServerConfig.in_folder(none, tmp_path),
        ServerConfig.in_folder(none, tmp_path, read=(Path("/a"),), names=(Path("/b"),)),
    )
    for one in several:
        assert ServerConfig.from_json(json.loads(json.dumps(one.to_json()))) == one


def test_namespaces_have_places_of_their_own_and_others_have_the_folder(none, tmp_path):
    own_namespaces = ServerConfig.in_namespaces(none, root_outside=False)
    assert (own_namespaces.scratch, own_namespaces.own_namespaces) == (SCRATCH, True)
    bare = ServerConfig.in_folder(none, tmp_path)
    assert bare.sockets.parent == bare.given.parent == tmp_path
    # A notebook's folder is three below the course's, as with nbgrader.
    assert (bare.scratch / "work").relative_to(tmp_path / "course") == SCRATCH_BELOW / "work"
    assert len((SCRATCH_BELOW / "work").parts) == 3
    assert not bare.own_namespaces


def test_a_server_outlives_a_notebook_where_the_notebook_can_not_reach_it(
    none, tmp_path, monkeypatch
):
    own_namespaces = ServerConfig.in_namespaces(none, root_outside=False)
    monkeypatch.setattr(module, "landlock_abi", lambda: SCOPING_ABI)
    assert own_namespaces.reusable
    monkeypatch.setattr(module, "landlock_abi", lambda: SCOPING_ABI - 1)
    assert not own_namespaces.reusable
    assert ServerConfig.in_folder(none, tmp_path).reusable


PLAN = Plan(
    kind="namespaces",
    preload=("numpy",),
    mounts=Mounts((Path("/a"), Path("/b")), (), (("x", Path("/x")),)),
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
        {"mounts": Mounts((), (), ())},
    )
    digests = {replace(PLAN, **change).digest for change in changes}
    assert len({*digests, PLAN.digest}) == 1 + len(changes)
