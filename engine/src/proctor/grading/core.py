"""Grade one submission from a bundle: no course folder, no gradebook, nothing left behind."""

from __future__ import annotations

import errno
import hashlib
import io
import shutil
import tarfile
import tempfile
import time

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearOutput, LimitOutput

from proctor.backends.base import Graded, Unit
from proctor.bundle.load import OpenBundle
from proctor.bundle.manifest import NotebookPlan
from proctor.cells import read_check_cell
from proctor.errors import MACHINE_ERRORS, CourseError, reason_of
from proctor.execution.lazy_cells import manual_grading
from proctor.grading.collect import AssignmentInfo
from proctor.results import ExerciseResult, HumanPart, Origin, Receipt
from proctor.sandbox.host.forkserver import ForkServer
from proctor.sandbox.host.options import warm_server
from proctor.sandbox.shared.server_config import Plan
from proctor.submission.read import read_notebook
from proctor.submission.reference_cells import ReferenceCell
from proctor.submission.restore import restore

_PLENTY = 256 * 1024 * 1024
"""Bytes that are free on a disk that is not full."""

_NOTHING_TO_RUN = "The submission could not be graded."
_NOT_HANDED_IN = "The notebook was not handed in."


def grade_unit(unit: Unit, bundle: OpenBundle) -> Graded:
    """Grade a submission; a bad one gets receipts that say so, never an exception.

    Args:
        unit: The submission.
        bundle: What it is graded with.

    Raises:
        CourseError: See `grade_notebook`.
    """
    receipts: list[Receipt] = []
    notebooks: dict[str, bytes] = {}
    for name in bundle.contents.notebooks:
        receipt, blob = grade_notebook(name, unit, bundle)
        receipts.append(receipt)
        if blob is not None:
            notebooks[name] = blob
    return Graded(unit.student, tuple(receipts), notebooks)


def grade_notebook(name: str, unit: Unit, bundle: OpenBundle) -> tuple[Receipt, bytes | None]:
    """Grade one notebook: every way of grading comes here.

    Args:
        name: The notebook's, without extension.
        unit: The submission that it is in.
        bundle: What it is graded with.

    Returns:
        The receipt, and the graded notebook; None where there was nothing to run.

    Raises:
        CourseError: The fault is the course's or this machine's: there is no sandbox, or the
            hidden tests can't be imported. No submission can be graded here then.
    """
    plan = bundle.contents.notebooks[name]
    raw = unit.notebooks.get(name)
    if unit.problem is not None or raw is None:
        return _without_run(unit, bundle, name, plan), None
    try:
        return _run(read_notebook(raw, where=f"{name}.ipynb"), name, plan, unit, bundle)
    except CourseError:
        raise
    except OSError as error:
        if error.errno in MACHINE_ERRORS and not _is_elsewhere(error):
            raise _unfit(error) from error
        return set_aside(unit, bundle, name, reason_of(error)), None
    # Whatever a notebook makes our own code stumble over, the class goes on.
    except Exception as error:
        return set_aside(unit, bundle, name, reason_of(error)), None


def _is_elsewhere(error: OSError) -> bool:
    """Whether it is not the disk that is full: the system says the same of counts per user."""
    free = shutil.disk_usage(tempfile.gettempdir()).free
    return error.errno == errno.ENOSPC and error.filename is None and free > _PLENTY


def _unfit(error: OSError) -> CourseError:
    return CourseError(
        "Notebooks are run with temporary files.",
        found=error.strerror or str(error),
        where=str(error.filename or tempfile.gettempdir()),
        remedy="make room there, or set TMPDIR to another folder, and grade again",
    )


def give_up(unit: Unit, info: AssignmentInfo, why: str) -> Graded:
    """What becomes of a submission that could not be graded."""
    names = info.contents.notebooks
    return Graded(unit.student, tuple(set_aside(unit, info, name, why) for name in names))


def set_aside(unit: Unit, bundle: AssignmentInfo, name: str, why: str) -> Receipt:
    """The receipt of a notebook that could not be graded: every exercise is missing.

    Args:
        unit: The submission.
        bundle: What it would have been graded with.
        name: Name of the notebook, without extension.
        why: What went wrong.
    """
    return Receipt(
        assignment=bundle.contents.assignment,
        notebook=f"{name}.ipynb",
        exercises=_missing(bundle, bundle.contents.notebooks[name], _NOTHING_TO_RUN),
        status="needs_attention",
        reason=why,
        origin=Origin(bundle=bundle.hash, submission=unit.fingerprint),
    )


def _without_run(unit: Unit, bundle: OpenBundle, name: str, plan: NotebookPlan) -> Receipt:
    if unit.problem is not None:
        return set_aside(unit, bundle, name, unit.problem)
    return Receipt(
        assignment=bundle.contents.assignment,
        notebook=f"{name}.ipynb",
        exercises=_missing(bundle, plan, _NOT_HANDED_IN),
        origin=Origin(bundle=bundle.hash, submission=unit.fingerprint),
        # Nothing is left for a human to look at.
        human=HumanPart(scores={c.grade_id: 0.0 for c in plan.cells if _by_hand(c)}),
    )


def _by_hand(cell: ReferenceCell) -> bool:
    return cell.task or (cell.grade and (cell.solution or cell.cell_type != "code"))


def _missing(
    bundle: AssignmentInfo, plan: NotebookPlan, message: str
) -> tuple[ExerciseResult, ...]:
    results = []
    for index, cell in enumerate(plan.cells):
        graded = read_check_cell(index, cell.as_notebook_cell())
        if graded is None:
            continue
        check = bundle.checks.get(graded.check or "")
        results.append(
            ExerciseResult(
                id=check.id if check else graded.grade_id,
                cell=check.cell if check else "",
                score=0.0,
                max_score=graded.points,
                status="missing",
                message=message,
                test=graded.grade_id,
            )
        )
    return tuple(results)


def _run(
    nb: NotebookNode, name: str, plan: NotebookPlan, unit: Unit, bundle: OpenBundle
) -> tuple[Receipt, bytes]:
    started = time.monotonic()
    nb, notes = restore(nb, plan.cells, where=f"{name}.ipynb")
    nb, _ = ClearOutput().preprocess(nb, {})
    if plan.kernelspec:
        nb.metadata["kernelspec"] = dict(plan.kernelspec)
    runner = bundle.examine.runner(bundle.checks, bundle.sandbox, lambda: _server(bundle))
    examined = runner.run(nb, unit.files or _no_files(), unit.seeds)
    nb, _ = LimitOutput(**bundle.contents.output).preprocess(nb, {})
    nb.metadata.pop("proctor", None)
    blob = nbformat.writes(nb).encode()
    limits = {**runner.limits.__dict__, **runner.resources.__dict__}
    receipt = Receipt(
        assignment=bundle.contents.assignment,
        notebook=f"{name}.ipynb",
        exercises=examined.results,
        status="needs_attention" if examined.lost else "graded",
        reason=examined.lost,
        notes=(*notes, *examined.notes),
        seconds=round(time.monotonic() - started, 2),
        sandbox=examined.sandbox,
        origin=Origin(
            bundle=bundle.hash,
            submission=unit.fingerprint,
            graded=hashlib.sha256(blob).hexdigest(),
            limits={**limits, "answer_bytes": runner.answer_bytes},
        ),
        human=manual_grading(nb),
        cells=examined.times,
    )
    return receipt, blob


def _server(bundle: OpenBundle) -> ForkServer:
    return warm_server(server_plan(bundle), bundle.zygote)


def server_plan(bundle: OpenBundle) -> Plan:
    """How the fork servers are started whose kernels run a bundle's notebooks.

    Raises:
        CourseError: See `mounts_of`.
    """
    return bundle.sandbox.plan(
        course=bundle.folder,
        packages=bundle.examine.answering_packages(),
        hidden=bundle.examine.checks,
        given=bundle.given,
        leave_out=bundle.contents.leave_out,
        search=bundle.packages,
        exclusive=bundle.exclusive,
    )


def _no_files() -> bytes:
    buffer = io.BytesIO()
    tarfile.open(fileobj=buffer, mode="w").close()
    return buffer.getvalue()
