# %% [markdown]
# Two small functions.

# %% nbgrader={"grade": false, "grade_id": "packages", "locked": true, "schema_version": 3, "solution": false, "task": false}
import tiny_tools


# %% nbgrader={"grade": false, "grade_id": "double", "locked": false, "schema_version": 3, "solution": true, "task": false}
# UNQ_C1 (UNIQUE CELL IDENTIFIER, DO NOT EDIT)
def double(values):
    ### START CODE HERE ###
    # Twice the values
    result = values * 2
    ### END CODE HERE ###
    return result


# %% nbgrader={"grade": true, "grade_id": "double-test", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### test cell: ex1
print(double(3))
### BEGIN HIDDEN TESTS
from proctor.checks import examine

examine("double", globals(), points=4)
### END HIDDEN TESTS

# %% nbgrader={"grade": false, "grade_id": "demo", "locked": true, "schema_version": 3, "solution": false, "task": false} tags=["demonstration"]
print("a demonstration")


# %% nbgrader={"grade": false, "grade_id": "total", "locked": false, "schema_version": 3, "solution": true, "task": false}
# UNQ_C2 (UNIQUE CELL IDENTIFIER, DO NOT EDIT)
def total(values):
    ### START CODE HERE ###
    result = 0
    for value in values:  # complete this line
        result += value
    ### END CODE HERE ###
    return result


# %% nbgrader={"grade": true, "grade_id": "total-test", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### test cell: ex2
### BEGIN HIDDEN TESTS
from proctor.checks import examine

examine("total", globals(), points=4)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "stock-test", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# A stock nbgrader test without a check
assert double(2) == 4
