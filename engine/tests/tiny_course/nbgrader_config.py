"""A second course, to prove that the engine knows none: no TensorFlow, a second per notebook."""

from proctor.nbgrader import adopt

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "tiny"
adopt(c)
c.Examine.checks = "tiny_checks"
c.Examine.demonstration_tag = "demonstration"
c.Sandbox.preload = ["numpy"]
c.Examine.cell_seconds = 2
c.Examine.interrupt_seconds = 1
