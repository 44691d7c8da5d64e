# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # ASSIGNMENT
#
# Say here what students will learn, and what they need to know before.
#
# Cells marked `UNQ_C1` are yours to fill in, between the two marker lines. The test cell below tells you at once whether you are on the way.

# %% nbgrader={"grade": false, "grade_id": "packages", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np

# %% [markdown]
# ## Exercise 1 - mean_absolute_error
#
# Complete `mean_absolute_error`: the mean of the absolute differences between predictions and what was measured.
#
# $$\mathrm{MAE} = \frac{1}{n} \sum_{i=1}^{n} |y_i - \hat{y}_i|$$


# %% nbgrader={"grade": false, "grade_id": "ex1-solution", "locked": false, "schema_version": 3, "solution": true, "task": false}
# UNQ_C1 (UNIQUE CELL IDENTIFIER, DO NOT EDIT)
def mean_absolute_error(measured, predicted):
    """
    Args:
        measured (np.array): what was measured, shape (n,)
        predicted (np.array): what was predicted, shape (n,)

    Returns:
        float: the mean absolute error
    """
    ### START CODE HERE ###
    # The absolute differences, shape (n,)
    differences = np.abs(measured - predicted)
    error = differences.mean()
    ### END CODE HERE ###
    return error


# %% nbgrader={"grade": true, "grade_id": "ex1-test", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
### test cell: ex1
### this cell is NOT editable
assert mean_absolute_error(np.array([1.0, 2.0]), np.array([2.0, 0.0])) == 1.5, (
    "The differences are 1 and 2."
)
### BEGIN HIDDEN TESTS
# Students never see these lines. They name the check, which is in CHECKS.py of the course folder.
from proctor.checks import examine

examine("mean_absolute_error", globals(), points=10)
### END HIDDEN TESTS

# %% [markdown]
# ## Exercise 2 - in your own words

# %% [markdown] nbgrader={"grade": true, "grade_id": "ex2-words", "locked": false, "points": 5, "schema_version": 3, "solution": true, "task": false}
# When would you prefer the mean absolute error to the mean squared error? Write two or three sentences.
