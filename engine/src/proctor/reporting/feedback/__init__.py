"""Feedback pages: one self-contained HTML file per graded notebook, for the student.

`summary` states the points of each exercise and why, `cell_views` converts the notebook to HTML in
which nothing of the student's can run or imitate the summary, and `exporter`, which nbgrader's
`generate_feedback` calls, combines both.
"""
