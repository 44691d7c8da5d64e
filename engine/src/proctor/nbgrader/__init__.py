"""The function that a course calls in ``nbgrader_config.py`` to use the engine."""

from __future__ import annotations

from typing import Any

from traitlets.config import Config
from traitlets.config.loader import LazyConfigValue

from proctor.nbgrader.members import replace_members
from proctor.nbgrader.options import ADOPTION
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
    _replace(c, "HTMLExporter", "sanitize_html", True)
    own = _current(c.HTMLExporter, "preprocessors", [])
    inert = "proctor.reporting.feedback.formgrader_filters.Inert"
    c.HTMLExporter.preprocessors = [*(one for one in own if one != inert), inert]
    c.HTMLExporter.filters = {**_current(c.HTMLExporter, "filters", {}), **_INERT_FILTERS}
    _replace(
        c,
        "GenerateFeedback",
        "exporter_class",
        "proctor.reporting.feedback.exporter.FeedbackExporter",
    )
    # nbgrader copies the files beside a notebook from stage to stage. A receipt contains the seeds
    # of the challenges and must not reach the feedback folder, and a forged receipt in a submission
    # must not pass for one of ours. Added to the patterns that nbgrader or the course ignores.
    c.CourseDirectory.ignore.append(f"*{RECEIPT_SUFFIX}")
    _replace(c, "Autograde", "exporter_class", "proctor.nbgrader.stages.SubmissionExporter")
    replace_members(
        c,
        "GenerateFeedback",
        "preprocessors",
        {
            "GetGrades": "proctor.reporting.feedback.formgrader_filters.GetGradesWithManual",
            # The pages have a style of their own.
            "CSSHTMLHeaderPreprocessor": "",
        },
    )
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


def _current(section: Config, trait: str, empty: Any) -> Any:
    """What a course has made of a list or dictionary that is empty by default."""
    found = section.get(trait, empty)
    return found.get_value(empty) if isinstance(found, LazyConfigValue) else found


def _replace(c: Config, section: str, trait: str, value: Any) -> None:
    """Set an option, and note it if the course has set it otherwise; see `lost_options`."""
    if c[section].get(trait, value) != value:
        c[ADOPTION].replaced = [*c[ADOPTION].get("replaced", []), f"{section}.{trait}"]
    c[section][trait] = value
