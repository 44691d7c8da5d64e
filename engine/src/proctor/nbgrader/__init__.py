"""The function that a course calls in ``nbgrader_config.py`` to use the engine."""

from __future__ import annotations

from traitlets.config import Config

from proctor.nbgrader.members import replace_members
from proctor.results import RECEIPT_SUFFIX

_INERT_FILTERS = {
    "markdown2html": "proctor.reporting.feedback.formgrader_filters.markdown",
    "clean_html": "proctor.reporting.feedback.formgrader_filters.clean",
    "strip_files_prefix": "proctor.reporting.feedback.formgrader_filters.unchanged",
}


def adopt(c: Config) -> None:
    """Replace some of nbgrader's preprocessors with the engine's.

    All others stay, also those that the course has put there itself. In student versions, solutions
    between the lesson's markers are replaced by None. Submissions are rebuilt on the instructor's
    cells, then run and judged from outside.

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
    c.Autograde.exporter_class = "proctor.nbgrader.stages.SubmissionExporter"
    replace_members(
        c,
        "GenerateAssignment",
        "preprocessors",
        {"ClearSolutions": "proctor.release.scaffold.Scaffold"},
        last=["proctor.release.stamp.Stamp"],
    )
    replace_members(
        c, "Autograde", "sanitize_preprocessors", {}, first=["proctor.nbgrader.stages.Restore"]
    )
    replace_members(
        c,
        "Autograde",
        "autograde_preprocessors",
        {"Execute": "proctor.nbgrader.stages.GradeNotebook"},
    )
