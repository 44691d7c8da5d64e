"""The course: its names, its markers, which preprocessors run; nothing else.

Both ``nbgrader`` and ``proctor`` read this file when they are started in this folder.
"""

from proctor.adoption import adopt

c = get_config()  # noqa: F821 - traitlets provides it

c.CourseDirectory.course_id = "interpretation"

adopt(c)
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
