"""The tiny course's bundle, and workers for it."""

from __future__ import annotations

import pytest

from proctor.workers.local import local_workers
from tests.proctor.coursework import bundle_of
from tests.proctor.workers.fake_work import work


@pytest.fixture(scope="session")
def bundle(released):
    return bundle_of(released)


@pytest.fixture(scope="module")
def workers(bundle):
    """Two on this machine, for all tests of a file."""
    with local_workers(bundle, work, 2) as running:
        yield running
