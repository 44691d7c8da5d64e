"""Gradebooks in each kind of database."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def gradebook_url(request, tmp_path_factory) -> Callable[..., str]:
    """Get the address of a new gradebook's database, or of a copy of one; to fill one is slow."""
    if request.param == "postgresql":
        made: Callable[..., str] = request.getfixturevalue("new_postgresql")
        return made

    def sqlite(like: str = "") -> str:
        path = tmp_path_factory.mktemp("grades") / "gradebook.db"
        if like:
            shutil.copy(like.removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"

    return sqlite
