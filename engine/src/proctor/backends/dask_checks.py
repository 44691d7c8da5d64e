"""Check that the workers of a cluster can grade before anything is sent to them."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Mapping
from typing import get_args

from distributed import Client

from proctor.errors import CourseError
from proctor.sandbox.shared.strength import Asked, Kind, problem_with

_PACKAGES = ("proctor", "nbformat", "nbgrader", "numpy", "distributed")
"""Packages whose versions must match, since they define or judge what is exchanged."""

_WAIT_SECONDS = 30
_OK = "works"


def environment_facts() -> dict[str, str]:
    """The relevant facts of this process's environment, by name."""
    found = {"python": ".".join(platform.python_version_tuple()[:2])}
    for name in _PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    for kind in get_args(Kind):
        found[f"sandbox {kind}"] = problem_with(kind) or _OK
    return found


def check_workers(client: Client, address: str, *, sandbox: Asked) -> None:
    """Compare every worker with this process.

    Args:
        client: Connected to the scheduler.
        address: The scheduler's address, for errors.
        sandbox: The configured sandbox for notebooks.

    Raises:
        CourseError: There is no worker, or a worker differs in a relevant fact.
    """
    try:
        client.wait_for_workers(1, timeout=_WAIT_SECONDS)
    except TimeoutError as error:
        raise CourseError(
            f"no Dask worker was ready within {_WAIT_SECONDS} seconds",
            why="a cluster needs at least one worker",
            where=address,
            remedy="start workers (dask worker ADDRESS), and look at their logs",
        ) from error
    try:
        there: Mapping[str, Mapping[str, str]] = client.run(environment_facts)
    # A worker without this engine, or with another Python, can't even unpickle the request.
    except Exception as error:
        raise CourseError(
            f"a worker does not understand the grader ({type(error).__name__}: {error})"[:300],
            why="workers and grader need the same Python and the same packages",
            where=address,
            remedy=f"install the same on the workers: {_format_versions(environment_facts())}",
        ) from error
    here = environment_facts()
    for worker, found in there.items():
        _check_one(worker, found, here)
        _check_sandbox(worker, found, sandbox)


def _check_one(worker: str, found: Mapping[str, str], here: Mapping[str, str]) -> None:
    compared = ("python", *_PACKAGES)
    others = {name: found.get(name, "?") for name in compared if found.get(name) != here[name]}
    if others:
        raise CourseError(
            f"a worker has other versions than the grader: {_format_versions(others)}",
            why="workers and grader exchange Python objects, so that both need the same versions",
            where=f"worker {worker}",
            remedy=f"install these there: {_format_versions({n: here[n] for n in others})}",
        )


def _check_sandbox(worker: str, found: Mapping[str, str], asked: Asked) -> None:
    fitting = ("namespaces", "confined") if asked == "auto" else (asked,)
    problems = {kind: found.get(f"sandbox {kind}", "not known there") for kind in fitting}
    if _OK not in problems.values():
        raise CourseError(
            "a worker has no sandbox for students' notebooks: "
            + "; ".join(f"{kind}: {problem}" for kind, problem in problems.items()),
            why="students' code must not run with the worker's rights",
            where=f"worker {worker}",
            remedy="install bubblewrap there (apt install bubblewrap), or accept that notebooks "
            "run with the worker's own rights, with --sandbox none",
        )


def _format_versions(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())
