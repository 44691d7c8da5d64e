"""Grade one submission from a bundle, without course folder or gradebook, leaving no files."""

from __future__ import annotations

import errno
import hashlib
import shutil
import tempfile
import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import ClearOutput, LimitOutput

from proctor.backends.base import Graded, Unit
from proctor.bundle.load import NotebookPlan, OpenBundle
from proctor.cells import read_check_cell
from proctor.errors import MACHINE_ERRORS, CourseError, reason_of
from proctor.execution.outside import TestSetting
from proctor.execution.runner import Runner
from proctor.files.archives import empty_tar
from proctor.grading.collect import AssignmentInfo
from proctor.results import ExerciseResult, HumanPart, Origin, Receipt
from proctor.sandbox.host.forkserver import ForkServer
from proctor.sandbox.host.options import warm_server
from proctor.sandbox.shared.server_config import Plan
from proctor.submission.likeness import most_like
from proctor.submission.read import read_with_remark
from proctor.submission.reference_cells import ReferenceCell, checked_tests
from proctor.submission.releases import origin_of, other_cells, stamp_of
from proctor.submission.restore import Restored, restore

_MIN_FREE_BYTES = 256 * 1024 * 1024
"""A disk with more free bytes than this is not full."""

_NOT_GRADED = "The submission could not be graded."
_NOT_HANDED_IN = "The notebook was not handed in."


def grade_unit(unit: Unit, bundle: OpenBundle) -> Graded:
    """Grade a submission; a bad one yields receipts that state the problem, not an exception.

    Args:
        unit: The submission.
        bundle: The bundle to grade it with.

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
    """Grade one notebook; every way of grading calls this function.

    Args:
        name: Name of the notebook, without extension.
        unit: The submission that contains it.
        bundle: The bundle to grade it with.

    Returns:
        The receipt, and the graded notebook; None if there was nothing to run.

    Raises:
        CourseError: The cause is the course or this machine: there is no sandbox, or the hidden
            tests can't be imported. No submission can be graded here then.
    """
    plan = bundle.contents.notebooks[name]
    raw = unit.notebooks.get(name)
    if unit.problem is not None or name in unit.problems or raw is None:
        return _without_run(unit, bundle, name, plan), None
    try:
        nb, guessed = read_with_remark(raw, where=f"{name}.ipynb")
        return _run(nb, guessed, name, plan, unit, bundle)
    except CourseError:
        raise
    except OSError as error:
        if error.errno in MACHINE_ERRORS and not _is_not_disk_full(error):
            raise _temp_folder_error(error) from error
        return ungraded_receipt(unit, bundle, name, reason_of(error)), None
    # An error that a notebook causes in our own code must not stop the class.
    except Exception as error:
        return ungraded_receipt(unit, bundle, name, reason_of(error)), None


def _is_not_disk_full(error: OSError) -> bool:
    """Whether ENOSPC means something else than a full disk, such as a per-user count."""
    free = shutil.disk_usage(tempfile.gettempdir()).free
    return error.errno == errno.ENOSPC and error.filename is None and free > _MIN_FREE_BYTES


def _temp_folder_error(error: OSError) -> CourseError:
    return CourseError(
        f"the temporary folder can't be used: {error.strerror or error}",
        why="notebooks are run with temporary files",
        where=str(error.filename or tempfile.gettempdir()),
        remedy="make room there, or set TMPDIR to another folder, and grade again",
    )


def give_up(unit: Unit, info: AssignmentInfo, why: str) -> Graded:
    """Return the result of a submission that could not be graded."""
    names = info.contents.notebooks
    return Graded(unit.student, tuple(ungraded_receipt(unit, info, name, why) for name in names))


def ungraded_receipt(unit: Unit, bundle: AssignmentInfo, name: str, why: str) -> Receipt:
    """Return the receipt of a notebook that could not be graded: every exercise is missing.

    Args:
        unit: The submission.
        bundle: The assignment that it would have been graded with.
        name: Name of the notebook, without extension.
        why: What went wrong.
    """
    plan = bundle.contents.notebooks[name]
    receipt = Receipt(
        assignment=bundle.contents.assignment,
        notebook=f"{name}.ipynb",
        exercises=_missing(bundle, plan, _NOT_GRADED),
        status="needs_attention",
        reason=why,
        notes=tuple(unit.notes.get(name, ())),
        origin=Origin(bundle=bundle.hash, submission=unit.fingerprint),
        # Nobody has seen the answers, so that none of them is zero.
        human=_unwritten(plan, None),
    )
    return _named(receipt, plan)


def _without_run(unit: Unit, bundle: OpenBundle, name: str, plan: NotebookPlan) -> Receipt:
    problem = unit.problem or unit.problems.get(name)
    if problem is not None:
        return ungraded_receipt(unit, bundle, name, problem)
    receipt = Receipt(
        assignment=bundle.contents.assignment,
        notebook=f"{name}.ipynb",
        exercises=_missing(bundle, plan, _NOT_HANDED_IN),
        origin=Origin(bundle=bundle.hash, submission=unit.fingerprint),
        # Zero for cells graded by hand too, so that no manual grading is pending.
        human=_unwritten(plan, 0.0),
    )
    return _named(receipt, plan)


def _unwritten(plan: NotebookPlan, score: float | None) -> HumanPart:
    """The same score for all cells that are graded by hand."""
    points = {cell.grade_id: cell.points for cell in plan.cells if _by_hand(cell)}
    return HumanPart(scores=dict.fromkeys(points, score), points=points)


def _ids(plan: NotebookPlan) -> frozenset[str]:
    return frozenset(cell.grade_id for cell in plan.cells)


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


def _named(receipt: Receipt, plan: NotebookPlan) -> Receipt:
    """The receipt with readable names of cells whose ids are made up."""
    names = {cell.grade_id: cell.title for cell in plan.cells if cell.title}
    exercises = tuple(replace(one, name=names.get(one.test, "")) for one in receipt.exercises)
    by_hand = {cell: names[cell] for cell in receipt.human.scores if cell in names}
    return replace(receipt, exercises=exercises, human=replace(receipt.human, names=by_hand))


def _run(
    nb: NotebookNode, guessed: str, name: str, plan: NotebookPlan, unit: Unit, bundle: OpenBundle
) -> tuple[Receipt, bytes]:
    started = time.monotonic()
    doubt = unit.doubts.get(name) or _other_notebook(nb, name, bundle)
    stamp = stamp_of(nb)
    release, note = origin_of(name, stamp, unit.releases)
    other = other_cells(name, stamp, unit.releases)
    restored = rebuilt(nb, plan, where=f"{name}.ipynb", other=other)
    nb = preprocessed(restored.nb, bundle, name, unit.student)
    runner = runner_of(bundle, plan)
    result = runner.run(nb, unit.files or empty_tar(), unit.seeds)
    nb = preprocessed(nb, bundle, name, unit.student, after=True)
    nb, _ = LimitOutput(**bundle.contents.output).preprocess(nb, {})
    blob = nbformat.writes(nb).encode()
    limits = {**runner.limits.__dict__, **runner.resources.__dict__}
    reason = result.lost or "; ".join(result.faults) or doubt
    reason = reason or _doubt([guessed, _unsure(restored.unsure)], result.results)
    receipt = Receipt(
        assignment=bundle.contents.assignment,
        notebook=f"{name}.ipynb",
        exercises=result.results,
        status="needs_attention" if reason else "graded",
        reason=reason or None,
        stopped=bool(result.lost),
        notes=(
            *([note] if note else []),
            *unit.notes.get(name, ()),
            *([guessed] if guessed else []),
            *restored.notes,
            *result.notes,
        ),
        seconds=round(time.monotonic() - started, 2),
        sandbox=result.sandbox,
        origin=Origin(
            bundle=bundle.hash,
            submission=unit.fingerprint,
            graded=hashlib.sha256(blob).hexdigest(),
            limits=limits,
            release=stamp,
        ),
        release=release,
        # Where another file may be meant, no answer is taken for empty.
        human=_manual_grading(nb, _ids(plan) if doubt else restored.unsure),
        cells=result.times,
    )
    return _named(receipt, plan), blob


def _other_notebook(nb: NotebookNode, name: str, bundle: OpenBundle) -> str:
    """What to say of a submitted notebook with the cells of another one of the assignment's."""
    plans = bundle.contents.notebooks
    found = most_like(nb, {key: plan.cells for key, plan in plans.items()})
    if found in (None, name):
        return ""
    return f"its cells are those of {found}.ipynb; ask the student which file is which"


def _doubt(doubts: Sequence[str], results: Sequence[ExerciseResult]) -> str:
    """What a human should look at, if points are missing."""
    if all(result.score >= result.max_score for result in results):
        return ""
    return "; ".join(filter(None, doubts))


def _unsure(cells: Collection[str]) -> str:
    found = ", ".join(sorted(cells))
    return f"it is not certain which cells have the answers of {found}" if found else ""


def rebuilt(
    nb: NotebookNode, plan: NotebookPlan, *, where: str, other: Collection[str] | None = None
) -> Restored:
    """Rebuild a notebook on the instructor's cells, without outputs and with the planned kernel.

    Args:
        nb: The notebook; changed in place.
        plan: The notebook's plan.
        where: Location of the notebook, for errors.
        other: See `restore`.

    Raises:
        SubmissionError: See `restore`.
    """
    restored = restore(nb, plan.cells, where=where, other=other)
    nb, _ = ClearOutput().preprocess(restored.nb, {})
    if plan.kernelspec:
        nb.metadata["kernelspec"] = dict(plan.kernelspec)
    return replace(restored, nb=nb)


def preprocessed(
    nb: NotebookNode, bundle: OpenBundle, name: str, student: str, *, after: bool = False
) -> NotebookNode:
    """Apply the course's own preprocessors.

    Args:
        nb: The notebook; may be changed in place.
        bundle: The bundle.
        name: Name of the notebook, without extension.
        student: The student's id; empty for the instructor's notebook.
        after: Whether the notebook has been run.

    Raises:
        CourseError: One can't be imported.
        SubmissionError: One failed.
    """
    about = {"assignment": bundle.contents.assignment, "notebook": name, "student": student}
    return bundle.preprocessors.apply(nb, after=after, name=name, about=about)


def runner_of(bundle: OpenBundle, plan: NotebookPlan) -> Runner:
    """The runner for a notebook's submissions.

    Args:
        bundle: The bundle.
        plan: The notebook's plan.
    """
    return bundle.examine.runner(
        bundle.checks,
        bundle.sandbox,
        lambda: _server(bundle),
        TestSetting(
            plan.tests,
            plan.modes,
            lambda: _test_server(bundle),
            bundle.examine.checks,
            bundle.hidden,
            bool(checked_tests(plan.cells)),
        ),
        plan.program,
    )


def _server(bundle: OpenBundle) -> ForkServer:
    return warm_server(server_plan(bundle), bundle.zygote)


def server_plan(bundle: OpenBundle) -> Plan:
    """Start-up plan of the fork servers whose kernels run a bundle's notebooks.

    Raises:
        CourseError: See `mounts_of`.
    """
    return bundle.sandbox.plan(
        course=bundle.folder,
        packages=(),
        hidden=bundle.hidden,
        given=bundle.given,
        leave_out=bundle.contents.leave_out,
        search=bundle.packages,
        shared=bundle.shared,
        exclusive=bundle.exclusive,
        ours=["proctor.remote.student"] if bundle.judges_outside else [],
    )


def _test_server(bundle: OpenBundle) -> ForkServer:
    return warm_server(test_plan(bundle), bundle.test_zygote, purpose="tests")


def zygotes(bundle: OpenBundle) -> dict[Path, Plan]:
    """The zygotes from which a bundle's fork servers are forked: their folders, and their plans.

    Raises:
        CourseError: See `mounts_of`.
    """
    notebooks = {bundle.zygote: server_plan(bundle)}
    tests = {bundle.test_zygote: test_plan(bundle)} if bundle.judges_outside else {}
    return notebooks | tests


def test_plan(bundle: OpenBundle) -> Plan:
    """Start-up plan of the fork servers whose kernels run a bundle's tests, and no student code.

    They see the hidden tests, and nothing of any submission.

    Raises:
        CourseError: See `mounts_of`.
    """
    checks = [bundle.examine.checks] if bundle.examine.checks else []
    return bundle.sandbox.plan(
        course=bundle.folder,
        packages=bundle.contents.packages,
        hidden=(),
        given=bundle.given,
        leave_out=bundle.contents.leave_out,
        search=bundle.packages,
        shared=bundle.shared,
        exclusive=bundle.exclusive,
        ours=[*checks, "proctor.remote.test_process"],
        # Checks import by themselves what they need, which is little.
        preload=bundle.has_outside_tests,
    )


test_plan.__test__ = False  # type: ignore[attr-defined]


_NO_RESPONSE = "No response."
"""nbgrader's comment on a solution that is unchanged since the release."""


def _manual_grading(nb: NotebookNode, unsure: Collection[str]) -> HumanPart:
    """Return the scores of cells graded by hand, and the comments on empty answers.

    Args:
        nb: A restored submission; its nbgrader metadata are the instructor's.
        unsure: Cells that may not have what the student has answered; a human decides.
    """
    scores: dict[str, float | None] = {}
    comments: dict[str, str | None] = {}
    points: dict[str, float] = {}
    for cell in nb.cells:
        about = cell.metadata.get("nbgrader", {})
        grade_id = about.get("grade_id")
        by_hand = utils.is_solution(cell) or cell.cell_type != "code"
        if utils.is_grade(cell) and by_hand:
            score = None if grade_id in unsure else utils.determine_grade(cell)[0]
            scores[grade_id] = None if score is None else float(score)
            points[grade_id] = float(about["points"])
        if utils.is_task(cell):
            scores[grade_id] = comments[grade_id] = None
            points[grade_id] = float(about["points"])
        elif utils.is_solution(cell):
            unchanged = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
            said = unchanged and grade_id not in unsure
            comments[grade_id] = _NO_RESPONSE if said else None
    return HumanPart(scores, comments, points)
