"""What a course puts into ``nbgrader_config.py`` to use the engine."""

from __future__ import annotations

from traitlets.config import Config

from proctor.running.results import RECEIPT_SUFFIX

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
    "proctor.intake.preprocessor.Restore",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
_GRADE = [
    "proctor.running.preprocessor.Examine",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]


def adopt(c: Config) -> None:
    """Put the engine's preprocessors in nbgrader's place.

    Students' versions have solutions between the lesson's markers turned into None; submissions
    are rebuilt on the instructor's cells, then run and judged from outside.

    Args:
        c: What ``get_config()`` returns in ``nbgrader_config.py``.
    """
    # Formgrader shows what a student's code showed; a script in it must not run there.
    c.HTMLExporter.sanitize_html = True
    c.GenerateFeedback.preprocessors = ["proctor.feedback.grades.Grades"]
    c.GenerateFeedback.exporter_class = "proctor.feedback.exporter.FeedbackExporter"
    # nbgrader copies what lies beside a notebook from stage to stage. A receipt names the seeds
    # of the challenges, and must not reach the feedback folder; nor is one that a student brought
    # along to pass for ours. Added to what nbgrader or the course leaves out.
    c.CourseDirectory.ignore.append(f"*{RECEIPT_SUFFIX}")
    c.GenerateAssignment.preprocessors = [*_RELEASE]
    c.Autograde.sanitize_preprocessors = [*_SANITIZE]
    c.Autograde.autograde_preprocessors = [*_GRADE]
