"""What stands against judging a test outside."""

from __future__ import annotations

import pytest

from proctor.submission.test_obstacles import defined_classes, obstacle


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import sys\nsys.setrecursionlimit(9)", "whole process: sys.setrecursionlimit"),
        ("from sys import settrace\nsettrace(None)", "whole process: settrace"),
        ("import os\nassert not os.path.exists('a')", "whole process: os.path.exists"),
        ("import os\nassert 'a' not in next(os.walk('.'))[2]", "whole process: os.walk"),
        ("import sqlite3\nsqlite3.connect('a.db')", "whole process: sqlite3.connect"),
        ("from time import perf_counter\nperf_counter()", "whole process: perf_counter"),
        ("math.__dict__['sin'] = None", "a class: math.__dict__['sin']"),
        ("frame.query(condition)", "student's code returned: frame.query"),
        ("import yaml\nyaml.load(text)", "student's code returned: yaml.load"),
        ("Data.minimum = None", "a class: Data.minimum"),
        ("setattr(Data, 'a', 1)", "a class: setattr(Data, 'a', 1)"),
        ("with patch('zoo.Animal.legs', 3):\n    f()", "a class: zoo.Animal.legs"),
        ("import pandas as pd\npd.DataFrame.mean = None", "a class: pd.DataFrame.mean"),
    ],
)
def test_what_is_said(source, said):
    assert obstacle(source, {"Data"}).endswith(said)


@pytest.mark.parametrize(
    "source",
    [
        "assert f(1) == 2",
        "import numpy as np\nnp.mean = None",
        "frame.query('a > 1')",
        "import ast\nast.walk(ast.parse(text))",
        "Data(1).minimum = 3",
        "other.minimum = 3",
        "assert (",
    ],
)
def test_nothing_is_said_of_other_tests(source):
    assert obstacle(source, {"Data"}) == ""


def test_classes_that_are_defined():
    assert defined_classes(["class A:\n    class B: pass", "(", "x = 1"]) == {"A", "B"}
