"""See that the workers of a cluster are fit for the work before anything is sent to them."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Mapping
from typing import get_args

from distributed import Client

from proctor.errors import CourseError
from proctor.sandbox.shared.strength import Asked, Kind, problem_with

_PACKAGES = ("proctor", "nbformat", "nbgrader", "numpy", "distributed")
"""Packages whose versions must be alike on both sides: what crosses, and what judges."""

_WAIT_SECONDS = 30
_WORKS = "works"


def facts() -> dict[str, str]:
    """What matters of this process's environment, by name."""
    found = {"python": ".".join(platform.python_version_tuple()[:2])}
    for name in _PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    for kind in get_args(Kind):
        found[f"sandbox {kind}"] = problem_with(kind) or _WORKS
    return found


def check_workers(client: Client, address: str, *, sandbox: Asked) -> None:
    """Compare every worker with this process.

    Args:
        client: Connected to the scheduler.
        address: Its address, for the error.
        sandbox: What notebooks are run in, as the options say.

    Raises:
        CourseError: There is no worker, or one differs in something that matters.
    """
    try:
        client.wait_for_workers(1, timeout=_WAIT_SECONDS)
    except TimeoutError as error:
        raise CourseError(
            "A cluster has at least one worker.",
            found=f"none within {_WAIT_SECONDS} seconds",
            where=address,
            remedy="start workers (dask worker ADDRESS), and look at their logs",
        ) from error
    try:
        there: Mapping[str, Mapping[str, str]] = client.run(facts)
    # A worker without this engine, or with another Python, can't even read the question.
    except Exception as error:
        raise CourseError(
            "Workers have the same Python and the same packages as the grader.",
            found=f"a worker that does not understand ({type(error).__name__}: {error})"[:300],
            where=address,
            remedy=f"install the same on the workers: {_in_words(facts())}",
        ) from error
    here = facts()
    for worker, found in there.items():
        _check_one(worker, found, here)
        _check_sandbox(worker, found, sandbox)


def _check_one(worker: str, found: Mapping[str, str], here: Mapping[str, str]) -> None:
    compared = ("python", *_PACKAGES)
    others = {name: found.get(name, "?") for name in compared if found.get(name) != here[name]}
    if others:
        raise CourseError(
            "Workers have the same Python and the same packages as the grader.",
            found=_in_words(others),
            where=f"worker {worker}",
            remedy=f"install there what is here: {_in_words({n: here[n] for n in others})}",
        )


def _check_sandbox(worker: str, found: Mapping[str, str], asked: Asked) -> None:
    fitting = ("namespaces", "confined") if asked == "auto" else (asked,)
    problems = {kind: found.get(f"sandbox {kind}", "not known there") for kind in fitting}
    if _WORKS not in problems.values():
        raise CourseError(
            "A worker has no sandbox for students' notebooks.",
            found="; ".join(f"{kind}: {problem}" for kind, problem in problems.items()),
            where=f"worker {worker}",
            remedy="install bubblewrap there (apt install bubblewrap), or accept that notebooks "
            "run with the worker's own rights, with --sandbox none",
        )


def _in_words(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())
