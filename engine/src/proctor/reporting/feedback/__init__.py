"""Feedback pages: one self-contained HTML file per graded notebook, for the student.

`summary` says what each exercise earned and why, `cells` turns the notebook into HTML in which
nothing of the student's can run or pass for the summary, `page` puts both together, and
`exporter` is what nbgrader's `generate_feedback` calls.
"""
