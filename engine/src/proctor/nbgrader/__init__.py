"""What a course puts into ``nbgrader_config.py`` to use the engine."""

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
    "proctor.nbgrader.stages.Grade",
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
    """Put the engine's preprocessors in nbgrader's place.

    Students' versions have solutions between the lesson's markers turned into None; submissions
    are rebuilt on the instructor's cells, then run and judged from outside.

    Args:
        c: What ``get_config()`` returns in ``nbgrader_config.py``.
    """
    # Formgrader shows what a student wrote and showed; a script in it must not run there, and
    # sanitising as nbconvert does it leaves ways.
    c.HTMLExporter.sanitize_html = True
    c.HTMLExporter.preprocessors = ["proctor.reporting.feedback.formgrader_filters.Inert"]
    c.HTMLExporter.filters = {**_INERT_FILTERS}
    c.GenerateFeedback.preprocessors = ["proctor.reporting.feedback.formgrader_filters.Grades"]
    c.GenerateFeedback.exporter_class = "proctor.reporting.feedback.exporter.FeedbackExporter"
    # nbgrader copies what lies beside a notebook from stage to stage. A receipt names the seeds
    # of the challenges, and must not reach the feedback folder; nor is one that a student brought
    # along to pass for ours. Added to what nbgrader or the course leaves out.
    c.CourseDirectory.ignore.append(f"*{RECEIPT_SUFFIX}")
    c.GenerateAssignment.preprocessors = [*_RELEASE]
    c.Autograde.exporter_class = "proctor.nbgrader.stages.SubmissionExporter"
    c.Autograde.sanitize_preprocessors = [*_SANITIZE]
    c.Autograde.autograde_preprocessors = [*_GRADE]
