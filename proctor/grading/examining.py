"""Grade one submission from a bundle: no course folder, no gradebook, nothing left behind."""

from __future__ import annotations

import errno
import hashlib
import io
import tarfile
import tempfile
import time
from collections.abc import Mapping
from typing import Protocol

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearOutput, LimitOutput

from proctor.bundle.contents import Contents, NotebookPlan
from proctor.bundle.opening import OpenBundle
from proctor.contract import Check
from proctor.errors import CourseError
from proctor.grading.reasons import reason_of
from proctor.grading.unit import Graded, Unit
from proctor.intake.files import read_notebook
from proctor.intake.reference import ReferenceCell
from proctor.intake.restoring import restore
from proctor.running.checkcell import read_check_cell
from proctor.running.humans import human_part
from proctor.running.preprocessor import Examine
from proctor.running.results import ExerciseResult, HumanPart, Origin, Receipt
from proctor.sandbox.forkserver import ForkServer
from proctor.sandbox.plan import Plan
from proctor.sandbox.settings import Sandbox, warm_server

_MACHINE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE)
"""Errors that every submission would meet; what a notebook does shows in other ways."""

_NOTHING_TO_RUN = "The submission could not be graded."
_NOT_HANDED_IN = "The notebook was not handed in."


def grade_unit(unit: Unit, bundle: OpenBundle) -> Graded:
    """Grade a submission; a bad one gets receipts that say so, never an exception.

    Args:
        unit: The submission.
        bundle: What it is graded with.

    Raises:
        CourseError: The fault is the course's or this machine's: there is no sandbox, or the
            hidden tests can't be imported. No submission can be graded here then.
    """
    receipts: list[Receipt] = []
    notebooks: dict[str, bytes] = {}
    for name, plan in bundle.contents.notebooks.items():
        raw = unit.notebooks.get(name)
        if unit.problem is not None or raw is None:
            receipts.append(_without_run(unit, bundle, name, plan))
            continue
        try:
            nb = read_notebook(raw, where=f"{name}.ipynb")
            receipt, blob = _grade(nb, name, plan, unit, bundle)
            notebooks[name] = blob
        except CourseError:
            raise
        except OSError as error:
            if error.errno in _MACHINE:
                raise _unfit(error) from error
            receipt = set_aside(unit, bundle, name, reason_of(error))
        # Whatever a notebook makes our own code stumble over, the class goes on.
        except Exception as error:
            receipt = set_aside(unit, bundle, name, reason_of(error))
        receipts.append(receipt)
    return Graded(unit.student, tuple(receipts), notebooks)


def _unfit(error: OSError) -> CourseError:
    return CourseError(
        "Notebooks are run with temporary files.",
        found=error.strerror or str(error),
        where=str(error.filename or tempfile.gettempdir()),
        remedy="make room there, or set TMPDIR to another folder, and grade again",
    )


class Known(Protocol):
    """What must be known of an assignment to write a receipt without a run."""

    @property
    def contents(self) -> Contents:
        """The assignment's cells."""

    @property
    def checks(self) -> Mapping[str, Check]:
        """The hidden tests."""

    @property
    def hash(self) -> str:
        """The bundle's hash."""


def give_up(unit: Unit, known: Known, why: str) -> Graded:
    """What becomes of a submission that could not be graded."""
    names = known.contents.notebooks
    return Graded(unit.student, tuple(set_aside(unit, known, name, why) for name in names))


def set_aside(unit: Unit, bundle: Known, name: str, why: str) -> Receipt:
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


def _missing(bundle: Known, plan: NotebookPlan, message: str) -> tuple[ExerciseResult, ...]:
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


def _grade(
    nb: NotebookNode, name: str, plan: NotebookPlan, unit: Unit, bundle: OpenBundle
) -> tuple[Receipt, bytes]:
    started = time.monotonic()
    nb, notes = restore(nb, plan.cells, where=f"{name}.ipynb")
    nb, _ = ClearOutput().preprocess(nb, {})
    if plan.kernelspec:
        nb.metadata["kernelspec"] = dict(plan.kernelspec)
    examine = Examine(**bundle.contents.examine)
    sandbox = Sandbox(**bundle.contents.sandbox)
    runner = examine.runner(bundle.checks, sandbox, lambda: _server(bundle))
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
        human=human_part(nb),
        cells=examined.times,
    )
    return receipt, blob


def _server(bundle: OpenBundle) -> ForkServer:
    return warm_server(server_plan(bundle), bundle.zygote)


def server_plan(bundle: OpenBundle) -> Plan:
    """How the fork servers are started whose kernels run a bundle's notebooks.

    Raises:
        CourseError: See `view_of`.
    """
    examine = Examine(**bundle.contents.examine)
    return Sandbox(**bundle.contents.sandbox).plan(
        course=bundle.folder,
        packages=examine.answering_packages(),
        hidden=examine.checks,
        given=bundle.given,
        leave_out=bundle.contents.leave_out,
        search=bundle.packages,
    )


def _no_files() -> bytes:
    buffer = io.BytesIO()
    tarfile.open(fileobj=buffer, mode="w").close()
    return buffer.getvalue()
