import json
from pathlib import Path

import pytest

from proctor.sandbox.linux.landlock import SCOPING_ABI
from proctor.sandbox.shared import server_config as module
from proctor.sandbox.shared.server_config import ServerConfig

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
    enclosed = ServerConfig.in_namespaces(none, root_outside=False)
    assert (enclosed.scratch, enclosed.enclosed) == (Path("/scratch"), True)
    bare = ServerConfig.in_folder(none, tmp_path)
    assert bare.scratch.parent == bare.sockets.parent == bare.given.parent == tmp_path
    assert not bare.enclosed


def test_a_server_outlives_a_notebook_where_the_notebook_can_not_reach_it(
    none, tmp_path, monkeypatch
):
    enclosed = ServerConfig.in_namespaces(none, root_outside=False)
    monkeypatch.setattr(module, "landlock_abi", lambda: SCOPING_ABI)
    assert enclosed.reusable
    monkeypatch.setattr(module, "landlock_abi", lambda: SCOPING_ABI - 1)
    assert not enclosed.reusable
    assert ServerConfig.in_folder(none, tmp_path).reusable
