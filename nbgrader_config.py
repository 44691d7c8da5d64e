"""The course: its names, its markers, which preprocessors run; nothing else.

Both ``nbgrader`` and ``proctor`` read this file when they are started in this folder.
"""

c = get_config()  # noqa: F821 - traitlets provides it

c.CourseDirectory.course_id = "interpretation"

# Students' versions: solutions between the lesson's markers become None.
c.GenerateAssignment.preprocessors = [
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

# Submissions: rebuilt on the instructor's cells, then run and judged from outside.
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
c.Examine.checks = "util.hidden_tests"
c.Examine.answers = "util.answers"
c.Examine.course_packages = ["util", "util.py", "proctor", "proctor.py"]

# nbgrader validate runs the whole notebook, as a student does.
c.Execute.timeout = 600

c.StudentKit.packages = ["util"]
c.StudentKit.private = ["util/hidden_tests"]
c.StudentKit.extras = "lessons/C3M3/kit"
c.StudentKit.required = [
    "data/nih_new/train-small.csv",
    "data/nih_new/images-small",
    "models",
]
