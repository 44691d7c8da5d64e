from contextlib import suppress
from queue import Empty

import pytest
from nbclient.util import run_sync

from engine.tests.hostile import ENDS, SPEAK

pytestmark = pytest.mark.sandbox


def alive(session):
    return run_sync(session._client.kc.is_alive)()


def test_there_are_two_channels_and_they_are_closed_at_the_end(open_notebook):
    with open_notebook() as session:
        client = session._client.kc
        assert alive(session)
        assert client.channels_running
        assert client.shell_channel.is_alive()
        assert client.iopub_channel.is_alive()
    assert not client.channels_running


def test_a_kernel_that_has_hung_up_is_as_good_as_dead(open_notebook):
    with open_notebook() as session:
        client = session._client.kc
        client.execute(SPEAK + ENDS["closed"])
        while alive(session):
            run_sync(_look)(client)


async def _look(client):
    with suppress(Empty):
        await client.shell_channel.get_msg(0.05)
