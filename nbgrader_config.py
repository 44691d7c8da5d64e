"""The course: its names, its markers, which preprocessors run; nothing else.

Both ``nbgrader`` and ``proctor`` read this file when they are started in this folder.
"""

from proctor.nbgrader import adopt

c = get_config()  # noqa: F821 - traitlets provides it

c.CourseDirectory.course_id = "interpretation"

adopt(c)
c.Scaffold.style = "markers"
c.Examine.checks = "util.hidden_tests"
c.Examine.demonstration_tag = "demonstration"
c.Examine.when_needed_tag = "when-needed"
c.Examine.course_packages = ["util", "util.py", "proctor", "proctor.py"]

# Imported once per fork server. None of these starts a thread or builds a model when imported.
c.Sandbox.preload = [
    "numpy",
    "pandas",
    "matplotlib.pyplot",
    "cv2",
    "sklearn.ensemble",
    "sklearn.inspection",
    "lifelines",
    "lifelines.utils",
    "shap",
    "keras",
    "tensorflow",
    "util",
    "util.advice",
    "util.answering.stage",
    "util.answering.tiny_models",
]
c.Sandbox.environment = {"TF_CPP_MIN_LOG_LEVEL": "3"}

# nbgrader validate runs the whole notebook, as a student does.
c.Execute.timeout = 600
c.Examine.cell_seconds = 60

c.StudentKit.packages = ["util"]
c.StudentKit.private = ["util/hidden_tests"]
c.StudentKit.extras = {"C3M3": "lessons/C3M3/kit"}
c.StudentKit.required = {
    "C3M3": ["data/nih_new/train-small.csv", "data/nih_new/images-small", "models"],
}
