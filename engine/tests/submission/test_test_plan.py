"""Which of an instructor's cells run where."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from nbformat.v4 import new_code_cell

from proctor.submission.test_plan import TestPlan, plan_tests


def cell(source, kind="", grade_id="x"):
    made = new_code_cell(source)
    if kind:
        made.metadata["nbgrader"] = {
            "grade_id": grade_id,
            "grade": kind == "test",
            "solution": kind == "solution",
            "locked": kind != "solution",
            "points": 1,
        }
    return made


def shared(plan):
    return [cell.source for cell in plan.shared]


def test_what_runs_where():
    plan = plan_tests(
        [
            cell("import numpy as np\ndata = np.arange(3)"),
            cell("def double(x): return 2 * x", "solution", "double"),
            cell("doubled = double(data)"),
            cell("def check(x): assert double(1) == 2", "locked", "check"),
            cell("check(1)\nassert doubled[1] == 2 * data[1]", "test", "t"),
        ]
    )
    assert plan.student == ("double", "doubled")
    assert plan.defined == ("check", "data", "np")
    assert shared(plan) == [
        "import numpy as np\ndata = np.arange(3)",
        "def check(x): assert double(1) == 2",
    ]
    assert plan.tests == {"t": 4}
    assert not plan.refused


def test_what_a_solution_imports_the_test_imports_itself():
    plan = plan_tests(
        [
            cell("import math\ndef f(x): return math.sqrt(x)", "solution"),
            cell("assert math.isclose(f(9), 3)", "test", "t"),
        ]
    )
    assert plan.student == ("f",)
    assert plan.defined == ("math",)
    assert shared(plan) == ["import math"]


def test_what_a_solution_imports_from_a_file_is_the_students():
    plan = plan_tests(
        [cell("from no_such_library import f", "solution"), cell("assert f(1)", "test", "t")]
    )
    assert plan.student == ("f",)
    assert not plan.shared


@pytest.mark.parametrize(
    "solution",
    ["d['a'] = 1", "d.update(a=1)", "d.a = 1", "del d['a']", "d['a'] += 1", "shuffle(d)"],
)
def test_what_a_solution_changes_in_place_is_the_students(solution):
    plan = plan_tests(
        [cell("d = make()"), cell(solution, "solution"), cell("assert d", "test", "t")]
    )
    assert "d" in plan.student


def test_what_a_solution_only_reads_stays_the_tests():
    plan = plan_tests(
        [
            cell("import random\nd = {}"),
            cell("print(d)\nrandom.seed(1)\ne = d.get('a')", "solution"),
            cell("assert d == {}", "test", "t"),
        ]
    )
    assert plan.student == ("e",)
    assert plan.defined == ("d", "random")


def test_demonstrations_are_left_out():
    plan = plan_tests(
        [
            cell("import numpy as np"),
            cell("print(np.arange(1000))"),
            cell("unused = 1"),
            cell("np.random.seed(3)"),
            cell("x = 1", "solution"),
            cell("assert np.isclose(x, 1)", "test", "t"),
        ]
    )
    assert shared(plan) == ["import numpy as np", "np.random.seed(3)"]


def test_a_test_on_which_a_later_cell_depends_stays_in_the_kernel():
    plan = plan_tests(
        [
            cell("def f(x): return x", "solution"),
            cell("points = 3\nassert f(points) == 3", "test", "t"),
            cell("g = f(points)", "solution"),
        ]
    )
    assert "points" in plan.refused["t"]


@pytest.mark.parametrize(
    "test",
    [
        "import sys\nsys.setrecursionlimit(50)\nassert f(1)",
        "import sys\nsys.modules['json'] = None\nassert f(1)",
        "from tracemalloc import start\nimport tracemalloc\ntracemalloc.start()\nassert f(1)",
        "from time import process_time\nbegan = process_time()\nassert f(1)",
        "import warnings\nwith warnings.catch_warnings(record=True) as w:\n    f(1)",
        "import numpy as np\nwith np.errstate(all='raise'):\n    f(1)",
        "import os\nos.environ['A'] = 'b'\nassert f(1)",
        "import builtins\nbuiltins.__import__ = None\nassert f(1)",
        "Data.minimum = None\nassert f(1)",
        "from unittest import mock\nwith mock.patch.object(Data, 'minimum'):\n    f(1)",
    ],
)
def test_what_concerns_a_process_or_a_class_of_both_sides_stays_in_the_kernel(test):
    plan = plan_tests(
        [
            cell("class Data:\n    def minimum(self): return 1"),
            cell("def f(x): return x", "solution"),
            cell(test, "test", "t"),
        ]
    )
    assert "t" in plan.refused


def test_what_is_no_python_stays_in_the_kernel():
    plan = plan_tests([cell("assert (", "test", "t")])
    assert plan.refused == {"t": "it is no Python"}


@pytest.mark.parametrize(
    ("sources", "draws"),
    [
        (["x = 1"], ("t",)),
        (["rng = 3"], ()),
        (["from random import *"], ()),
    ],
)
def test_a_test_draws_where_the_notebook_says_nothing_else_of_the_name(sources, draws):
    plan = plan_tests([*map(cell, sources), cell("assert f(rng.normal())", "test", "t")])
    assert plan.draws == draws


def test_a_solution_may_define_what_would_be_the_generator():
    tests = [cell("rng.normal()", "test", "t"), cell("rng = 1\nrng", "test", "u")]
    assert plan_tests([cell("rng = 3", "solution"), *tests]).draws == ()
    assert plan_tests(tests[1:]).draws == ()


def test_what_only_a_test_imports_the_notebook_gets_too():
    def plan(*before, later=()):
        test = "import numpy as np, json\nimport os as system\nassert f(np.ones(2)) == 2"
        solution = "def f(x): return np.sum(x)"
        cells = [*map(cell, before), cell(solution, "solution"), cell(test, "test", "t")]
        return plan_tests([*cells, *later])

    assert plan().imports == {"t": "import numpy as np, json\nimport os as system"}
    assert plan("import numpy as np").imports == {}
    last = cell("total = system.getpid()", "solution", "s")
    assert plan("import numpy as np", later=[last]).imports.keys() == {"t"}
    assert not plan(later=[last]).refused


def test_what_a_cell_fills_with_the_students_values_is_the_students():
    filled = "cubes = []\nfor x in base:\n    cubes.append(x ** 3)\nlast = cubes[-1]\nown = [1]"
    plan = plan_tests(
        [cell("base = [1, 2]", "solution"), cell(filled), cell("assert cubes", "test", "t")]
    )
    assert {"cubes", "last"} <= set(plan.student)
    assert plan.defined == ("own",)


def test_where_the_students_names_are_assigned():
    plan = plan_tests(
        [
            cell("rates = {'a': 1}", "solution", "s"),
            cell("rates = {'a': 2}\nassert rates", "test", "t"),
            cell("other = rates['a']"),
            cell("rates = {'b': 1}", "solution", "later"),
            cell("assert rates", "test", "last"),
        ]
    )
    assert plan.assigned_between(-1, 1) == ["rates"]
    assert plan.assigned_between(1, 4) == ["other", "rates"]
    assert plan.assigned_between(2, 3) == []
    assert TestPlan.from_json(json.loads(json.dumps(asdict(plan)))) == plan
