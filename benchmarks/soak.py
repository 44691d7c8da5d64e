"""A class with one third hostile submissions, graded while its processes are killed at random.

``python -m benchmarks soak``: the tiny course of the tests, attacks drawn from its attack suite
among honest submissions, two workers. Every few seconds one of the run's processes gets SIGKILL: a
worker, the workers' supervisor, a fork server, the zygote, or the grader itself, which is then
restarted. At the end leftovers are counted, and every honest submission's points are compared.
"""

from __future__ import annotations

import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from engine.tests.attacks.attack import Attack
from engine.tests.attacks.every import ATTACKS
from engine.tests.attacks.range import Range, attacked, receipts
from proctor.cli import EXIT_ATTENTION
from proctor.files.temporary import remove_tree

SUBMISSIONS = 300
_PAUSE = (2.0, 8.0)
"""Minimum and maximum seconds between two kills."""
_PATIENCE = 60 * 60
"""Seconds after which the soak is aborted."""
_MIB = 1 << 20
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - only read


@dataclass
class Soak:
    """Observations during the run.

    Attributes:
        kills: Number of kills by kind of process.
        coordinator: Memory of the grader in bytes, once a second; a list per start of the grader.
        descriptors: Open files of the grader, in the same way.
        servers: Memory of each fork server in bytes, by PID.
    """

    kills: Counter[str] = field(default_factory=Counter)
    coordinator: list[list[int]] = field(default_factory=list)
    descriptors: list[list[int]] = field(default_factory=list)
    servers: dict[int, list[int]] = field(default_factory=dict)


def figures(seed: int = 1, count: int = SUBMISSIONS, kind: str = "auto") -> dict[str, float | bool]:
    """Run the soak and return its figures.

    Args:
        seed: Seed of the attacks and of the times of the kills.
        count: Number of submissions.
        kind: Kind of sandbox.
    """
    draw = random.Random(seed)
    attacks = [draw.choice(ATTACKS) for _ in range(count // 3)]
    root = Path(tempfile.mkdtemp(prefix="soak-"))
    soak = Soak()
    try:
        with attacked(root, []) as (place, environment):
            before = _leftovers(root / "tmp")
            _hand_in(place, attacks, count, draw)
            _grade(place, environment, soak, draw, kind)
            found = receipts(place.course)
            wrong = [s for s in place.honest if _points(found.get(s)) != 10.0]
            silent = [s for s in wrong if s in found and found[s]["status"] == "graded"]
            # As staff would do with submissions that were killed twice.
            _run(place, environment, kind, "--failed")
            found = receipts(place.course)
            still = [s for s in place.honest if _points(found.get(s)) != 10.0]
            undeserved = [s for s in place.students if _undeserved(found.get(s))]
            left = _leftovers(root / "tmp") - before
    finally:
        remove_tree(root)
    _tell(soak, wrong, still, left)
    return {
        "soak_submissions": count,
        "soak_kills": sum(soak.kills.values()),
        "soak_honest_wrong": len({*still, *silent}),
        "soak_honest_graded_again": len(wrong),
        "soak_undeserved_points": len(undeserved),
        "soak_left_behind": sum(left.values()),
        "soak_coordinator_growth_mib": max(map(_growth, soak.coordinator), default=0.0) / _MIB,
        "soak_coordinator_descriptors_growth": max(map(_growth, soak.descriptors), default=0.0),
        "soak_server_growth_mib": max(map(_growth, soak.servers.values()), default=0.0) / _MIB,
    }


def _hand_in(place: Range, attacks: list[Attack], count: int, draw: random.Random) -> None:
    """Hand in the attacks and, for the other numbers, honest submissions, in random order."""
    numbers = list(range(count))
    draw.shuffle(numbers)
    for attack in attacks:
        place.hand_in_attack(f"{numbers.pop():03d}-{attack.name}", attack)
    for number in numbers:
        place.hand_in_honest(f"{number:03d}-honest")


def _grade(
    place: Range, environment: dict[str, str], soak: Soak, draw: random.Random, kind: str
) -> None:
    """Grade until a run finishes, killing processes meanwhile."""
    started = time.monotonic()
    while time.monotonic() - started < _PATIENCE:
        soak.coordinator.append([])
        soak.descriptors.append([])
        with subprocess.Popen(  # noqa: S603 - our own command
            _command(kind), cwd=place.course, env=environment, stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        ) as grader:  # fmt: skip
            next_kill = time.monotonic() + draw.uniform(*_PAUSE)
            while grader.poll() is None:
                time.sleep(1)
                _look(grader.pid, soak)
                if time.monotonic() >= next_kill:
                    _kill_one(grader.pid, soak, draw)
                    next_kill = time.monotonic() + draw.uniform(*_PAUSE)
        if grader.returncode in (0, EXIT_ATTENTION):
            return
    raise TimeoutError("the soak did not come to its end")


def _run(place: Range, environment: dict[str, str], kind: str, *options: str) -> None:
    subprocess.run(  # noqa: S603 - our own command
        [*_command(kind), *options], cwd=place.course, env=environment, capture_output=True,
        check=False,
    )  # fmt: skip


def _command(kind: str) -> list[str]:
    return [sys.executable, "-m", "proctor", "grade", "tiny", "--jobs=2", f"--sandbox={kind}"]


def _look(grader: int, soak: Soak) -> None:
    try:
        process = psutil.Process(grader)
        soak.coordinator[-1].append(process.memory_info().rss)
        soak.descriptors[-1].append(process.num_fds())
        for kind, one in _family(grader):
            if kind == "server":
                memory = one.memory_full_info().pss
                soak.servers.setdefault(one.pid, []).append(memory)
    except psutil.Error:
        return


def _family(grader: int) -> Iterator[tuple[str, psutil.Process]]:
    """Processes of the run that may be killed, with their kinds; not those that notebooks start."""
    for process in psutil.Process(grader).children(recursive=True):
        try:
            line, name = " ".join(process.cmdline()), process.name()
        except psutil.Error:
            continue
        if "bwrap" in name:
            continue
        if "proctor.sandbox.inside.zygote_server" in line:
            # Shims and servers are forked from it and have its command line.
            below = _depth(process.pid) - _depth(grader)
            yield "zygote" if below == 1 else "server", process
        elif "proctor.sandbox.inside.server" in line:
            yield "server", process
        elif "spawn_main" in line:
            # Workers are forked from their supervisor and have its command line.
            yield "supervisor" if process.ppid() == grader else "worker", process


def _depth(process: int) -> int:
    return len([p for p in psutil.Process(process).parents() if "bwrap" not in p.name()])


def _kill_one(grader: int, soak: Soak, draw: random.Random) -> None:
    by_kind: dict[str, list[int]] = {"coordinator": [grader]}
    try:
        for kind, process in _family(grader):
            by_kind.setdefault(kind, []).append(process.pid)
    except psutil.Error:
        return
    # All kinds in turn; less often those that do not come back before the next start.
    weight = {"coordinator": 3, "zygote": 3, "supervisor": 3}
    kind = min(
        sorted(by_kind), key=lambda kind: (soak.kills[kind] + draw.random()) * weight.get(kind, 1)
    )
    try:
        os.kill(draw.choice(by_kind[kind]), signal.SIGKILL)
    except ProcessLookupError:
        return
    soak.kills[kind] += 1


def _points(receipt: dict[str, Any] | None) -> float:
    return sum(e["score"] for e in receipt["exercises"]) if receipt else -1.0


def _undeserved(receipt: dict[str, Any] | None) -> bool:
    exercises = receipt["exercises"] if receipt else []
    return any(one["score"] for one in exercises if one["id"] == "double")


def _leftovers(scratch: Path) -> Counter[str]:
    """Count what a run may have left on the machine.

    Args:
        scratch: The run's folder for temporary files, in which every file counts.
    """
    left: Counter[str] = Counter()
    for process in psutil.process_iter():
        try:
            if "proctor.sandbox" in " ".join(process.cmdline()):
                left["process"] += 1
        except psutil.Error:
            continue
    left["mount"] = Path("/proc/self/mounts").read_text().count("proctor-")
    left["file"] = len(list(scratch.iterdir()))
    left["file"] += len(list(Path(tempfile.gettempdir()).glob("proctor-*")))
    left["file"] += len(list(_SHARED_MEMORY.iterdir()))
    left["control group"] = len(list(Path("/sys/fs/cgroup").glob("**/proctor-*")))
    left["socket"] = Path("/proc/net/unix").read_text().count("proctor-")
    return left


def _growth(values: list[int]) -> float:
    """Growth of a value from the second quarter of its time to the last."""
    quarter = len(values) // 4
    if quarter < 3:
        return 0.0
    middle, end = values[quarter : 2 * quarter], values[-quarter:]
    return max(0.0, statistics.median(end) - statistics.median(middle))


def _tell(soak: Soak, wrong: list[str], still: list[str], left: Counter[str]) -> None:
    print("kills:", dict(soak.kills))
    print("honest ones without their points before --failed:", wrong)
    print("and after it:", still)
    print("left behind:", {name: count for name, count in left.items() if count})
