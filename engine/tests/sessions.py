"""Talk to a notebook in a slot of its own."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from proctor.execution.session import Limits, Session, open_session
from proctor.sandbox.host.forkserver import ForkServer
from proctor.sandbox.shared.limits import ResourceLimits


@contextmanager
def session_in(
    server: ForkServer,
    files: bytes,
    resources: ResourceLimits,
    limits: Limits = Limits(),  # noqa: B008
) -> Iterator[Session]:
    """A session in a new notebook of a server."""
    with (
        server.notebook(files, resources) as slot,
        open_session(slot, limits=limits, log=logging.getLogger("t")) as session,
    ):
        yield session


def printed_by(session: Session, source: str) -> str:
    """What code prints that runs without an error."""
    outcome = session.run(source)
    assert outcome.error is None, outcome.error
    return "".join(o.get("text", "") for o in outcome.outputs if o.output_type == "stream")
