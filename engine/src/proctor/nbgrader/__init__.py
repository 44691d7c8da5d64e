"""The function that a course calls in ``nbgrader_config.py`` to use the engine."""

from __future__ import annotations

from traitlets.config import Config

from proctor.results import RECEIPT_SUFFIX

_RELEASE = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.LockCells",
    "proctor.release.scaffold.Scaffold",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]
_SANITIZE = [
    "proctor.nbgrader.stages.Restore",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
_GRADE = [
    "proctor.nbgrader.stages.GradeNotebook",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
_INERT_FILTERS = {
    "markdown2html": "proctor.reporting.feedback.formgrader_filters.markdown",
    "clean_html": "proctor.reporting.feedback.formgrader_filters.clean",
    "strip_files_prefix": "proctor.reporting.feedback.formgrader_filters.unchanged",
}


def adopt(c: Config) -> None:
    """Replace nbgrader's preprocessors with the engine's.

    In student versions, solutions between the lesson's markers are replaced by None. Submissions
    are rebuilt on the instructor's cells, then run and judged from outside.

    Args:
        c: The result of ``get_config()`` in ``nbgrader_config.py``.
    """
    # Formgrader renders students' text and outputs; scripts in them must not run there, and
    # nbconvert's sanitiser does not stop all of them.
    c.HTMLExporter.sanitize_html = True
    c.HTMLExporter.preprocessors = ["proctor.reporting.feedback.formgrader_filters.Inert"]
    c.HTMLExporter.filters = {**_INERT_FILTERS}
    c.GenerateFeedback.preprocessors = [
        "proctor.reporting.feedback.formgrader_filters.GetGradesWithManual"
    ]
    c.GenerateFeedback.exporter_class = "proctor.reporting.feedback.exporter.FeedbackExporter"
    # nbgrader copies the files beside a notebook from stage to stage. A receipt contains the seeds
    # of the challenges and must not reach the feedback folder, and a forged receipt in a submission
    # must not pass for one of ours. Added to the patterns that nbgrader or the course ignores.
    c.CourseDirectory.ignore.append(f"*{RECEIPT_SUFFIX}")
    c.GenerateAssignment.preprocessors = [*_RELEASE]
    c.Autograde.exporter_class = "proctor.nbgrader.stages.SubmissionExporter"
    c.Autograde.sanitize_preprocessors = [*_SANITIZE]
    c.Autograde.autograde_preprocessors = [*_GRADE]
