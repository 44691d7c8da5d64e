"""Attacks by the shape of the submission itself."""

import copy

from engine.tests.attacks.attack import WRONG, Theme, cell, fill, insert

theme = Theme("submission")


def edit(name, tries, attention=None):
    """Register an edit of a submission whose ``double`` is wrong already."""

    def register(function):
        def change(nb):
            fill(nb, WRONG)
            function(nb)

        theme.edit(name, tries, change, attention=attention)
        return function

    return register


def metadata(nb, grade_id):
    return cell(nb, grade_id).metadata["nbgrader"]


@edit("points", "gives itself more points")
def _(nb):
    metadata(nb, "double-test")["points"] = 400
    metadata(nb, "total-test")["points"] = 400


@edit("test-edited", "replaces the test by one that succeeds")
def _(nb):
    cell(nb, "double-test").source = "4.0"


@edit("test-ungraded", "turns the test into an ordinary cell")
def _(nb):
    metadata(nb, "double-test").update(grade=False, locked=False, solution=True)


@edit("test-deleted", "deletes the test")
def _(nb):
    nb.cells = [c for c in nb.cells if c is not cell(nb, "double-test")]


@edit("test-first", "has a second test cell with the same id and without a test")
def _(nb):
    again = copy.deepcopy(cell(nb, "double-test"))
    again.source = "4.0"
    nb.cells.insert(0, again)


@edit("ids-swapped", "swaps the ids of the two exercises")
def _(nb):
    one, other = metadata(nb, "double"), metadata(nb, "total")
    one["grade_id"], other["grade_id"] = "total", "double"


@edit("cell-ids", "gives all cells the same id")
def _(nb):
    for one in nb.cells:
        one["id"] = "same"


@edit("demonstration", "tags the test as a demonstration, which is not run")
def _(nb):
    for one in nb.cells:
        one.metadata["tags"] = ["demonstration"]


@edit("solution-type", "turns the test into markdown")
def _(nb):
    cell(nb, "double-test").cell_type = "markdown"
    cell(nb, "double-test").pop("outputs", None)
    cell(nb, "double-test").pop("execution_count", None)


@edit("kernelspec", "asks for a kernel of its own")
def _(nb):
    nb.metadata["kernelspec"] = {
        "name": "poison",
        "display_name": "x",
        "language": "bash",
        "metadata": {"kernel_provisioner": {"provisioner_name": "local-provisioner"}},
    }


@edit("schema", "claims a metadata version from the future", attention="version 99")
def _(nb):
    metadata(nb, "double")["schema_version"] = 99


@edit("outputs", "hands in the outputs of a passed test")
def _(nb):
    import nbformat

    cell(nb, "double-test").outputs = [
        nbformat.v4.new_output("execute_result", data={"text/plain": "4.0"})
    ]


@edit("notebook-metadata", "forges the engine's own notes and receipts")
def _(nb):
    nb.metadata["proctor"] = {"notes": ["all is well"], "score": 10}
    nb.metadata["celltoolbar"] = "<script>canary-script</script>"


@edit("early-test", "runs a test cell of its own before the real one")
def _(nb):
    insert(nb, "from proctor.checks import examine\nexamine('double', {'double': lambda v: v * 2})")
