"""Lists of nbgrader's preprocessors with some members replaced."""

from __future__ import annotations

import copy

import pytest
from nbgrader.converters import Autograde, GenerateAssignment
from traitlets.config import Config

from proctor.nbgrader import adopt


def names(converter, trait):
    members = getattr(converter, trait)
    return [m.rpartition(".")[2] if isinstance(m, str) else m.__name__ for m in members]


def adopted(before=None, after=None):
    c = Config()
    for change in (before, adopt, after):
        if change is not None:
            change(c)
    return copy.deepcopy(c)


REPLACED = {"ClearSolutions": "Scaffold", "Execute": "GradeNotebook"}
LISTS = [
    (GenerateAssignment, "preprocessors", [], ["Stamp"]),
    (Autograde, "sanitize_preprocessors", ["Restore"], []),
    (Autograde, "autograde_preprocessors", [], []),
]


@pytest.mark.parametrize(("program", "trait", "first", "last"), LISTS)
def test_no_step_of_the_installed_nbgrader_gets_lost(program, trait, first, last):
    default = names(program(), trait)
    assert len(default) > 4
    found = names(program(config=adopted()), trait)
    assert found == [*first, *(REPLACED.get(name, name) for name in default), *last]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("program", "trait", "first", "last"), LISTS)
def test_what_a_course_adds_is_there(program, trait, first, last, when):
    def change(c):
        c[program.__name__][trait].append("course.Last")
        c[program.__name__][trait].prepend(["course.First"])

    default = [REPLACED.get(name, name) for name in names(program(), trait)]
    config = adopted(**{when: change})
    assert names(program(config=config), trait) == [*first, "First", *default, "Last", *last]


def test_a_list_of_the_courses_own_keeps_what_is_not_nbgraders():
    def change(c):
        c.Autograde.autograde_preprocessors = [
            "course.Execute",
            "nbgrader.preprocessors.Execute",
            Autograde.class_traits()["autograde_preprocessors"].default_args[0][0],
            "nbgrader.preprocessors.SaveAutoGrades",
        ]

    assert Autograde(config=adopted(change)).autograde_preprocessors == [
        "course.Execute",
        "proctor.nbgrader.stages.GradeNotebook",
        "proctor.nbgrader.stages.GradeNotebook",
        "nbgrader.preprocessors.SaveAutoGrades",
    ]
