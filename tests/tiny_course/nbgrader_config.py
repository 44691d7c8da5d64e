"""A second course, to prove that the engine knows none: no TensorFlow, a second per notebook."""

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "tiny"
c.GenerateAssignment.preprocessors = [
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
c.Autograde.sanitize_preprocessors = [
    "proctor.intake.preprocessor.Restore",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "proctor.running.preprocessor.Examine",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Examine.checks = "tiny_checks"
c.Examine.answers = "tiny_answers"
c.Examine.cell_seconds = 5
