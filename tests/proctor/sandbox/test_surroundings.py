import json
from pathlib import Path

from proctor.sandbox import surroundings as module
from proctor.sandbox.landlock import SHARING_ABI
from proctor.sandbox.surroundings import Surroundings


def test_they_are_the_same_after_the_way_to_the_server(plan_of, tmp_path):
    for one in (Surroundings.sandboxed(plan_of()), Surroundings.bare(plan_of(), tmp_path)):
        assert Surroundings.from_json(json.loads(json.dumps(one.to_json()))) == one


def test_a_sandbox_has_its_own_places_and_none_has_the_folder(plan_of, tmp_path):
    enclosed = Surroundings.sandboxed(plan_of())
    assert (enclosed.scratch, enclosed.enclosed) == (Path("/scratch"), True)
    bare = Surroundings.bare(plan_of(), tmp_path)
    assert bare.scratch.parent == bare.sockets.parent == bare.given.parent == tmp_path
    assert not bare.enclosed


def test_kernels_confine_themselves_in_a_sandbox_where_the_system_can(
    plan_of, tmp_path, monkeypatch
):
    monkeypatch.setattr(module, "landlock_abi", lambda: SHARING_ABI)
    assert Surroundings.sandboxed(plan_of()).landlock
    assert not Surroundings.bare(plan_of(), tmp_path).landlock
    monkeypatch.setattr(module, "landlock_abi", lambda: SHARING_ABI - 1)
    assert not Surroundings.sandboxed(plan_of()).landlock
