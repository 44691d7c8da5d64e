"""The table has a decision on every option of the installed nbgrader, and on none that is gone."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache

import nbgrader
import pytest
from nbconvert.exporters import HTMLExporter, NotebookExporter
from nbconvert.preprocessors import ClearMetadataPreprocessor, CSSHTMLHeaderPreprocessor
from nbconvert.writers import FilesWriter
from traitlets.config import Configurable

from proctor.nbgrader.options import configurable_classes
from proctor.nbgrader.options_table import GROUPS

BESIDE = (
    NotebookExporter,
    HTMLExporter,
    FilesWriter,
    ClearMetadataPreprocessor,
    CSSHTMLHeaderPreprocessor,
)
"""Classes of nbconvert's that nbgrader's programs use; of others, such as nbclient's, it has
subclasses."""
DECIDED = {
    (name, option) for group in GROUPS for name, os in group.options.items() for option in os
}


@cache
def nbgraders() -> list[type[Configurable]]:
    """All classes of nbgrader that can be configured."""
    for module in pkgutil.walk_packages(nbgrader.__path__, "nbgrader."):
        if not {"tests", "docs", "__main__"}.intersection(module.name.split(".")):
            importlib.import_module(module.name)
    found = [one for same in configurable_classes().values() for one in same]
    return [*(one for one in found if one.__module__.startswith("nbgrader.")), *BESIDE]


def options() -> Iterator[tuple[type, str, type]]:
    """Each option: a class that has it, its name, and the class that defines it."""
    for one in nbgraders():
        for name, trait in one.class_traits(config=True).items():
            yield one, name, trait.this_class


def test_every_option_is_decided_on():
    missing = {
        f"{owner.__name__}.{name}"
        for one, name, owner in options()
        if not {(one.__name__, name), (owner.__name__, name)} & DECIDED
    }
    assert not missing, "decide on them in proctor/nbgrader/options_table.py"
    assert len(DECIDED) > 200


def test_no_decision_is_on_an_option_that_is_gone():
    there = {
        (base.__name__, name)
        for one, name, _ in options()
        for base in inspect.getmro(one)
        if issubclass(base, Configurable) and name in base.class_trait_names(config=True)
    }
    gone = DECIDED - there
    assert not gone, "take them out of proctor/nbgrader/options_table.py"


def test_every_preprocessor_of_a_list_has_its_own_decision():
    enabled = {name for name, option in DECIDED if option == "enabled"}
    lists = [
        trait.default()
        for one in nbgraders()
        if one.__name__ in ("GenerateAssignment", "Autograde", "GenerateFeedback")
        for name, trait in one.class_traits(config=True).items()
        if name.endswith("preprocessors")
    ]
    assert {one.__name__ for members in lists for one in members} <= enabled


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.title)
def test_what_is_lost_says_why_and_what_to_do(group):
    for name, found in group.options.items():
        for option, decision in found.items():
            assert (decision.fate == "lost") == bool(decision.instead), f"{name}.{option}"
            assert decision.words or decision.fate != "lost"
