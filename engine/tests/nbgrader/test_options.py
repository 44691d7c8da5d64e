"""Which options of a course's configuration are said to have no effect."""

from __future__ import annotations

import pytest
from traitlets.config import Config

import proctor.cli.base  # noqa: F401 - options are those of classes that commands have imported
from proctor.nbgrader import adopt
from proctor.nbgrader.options import lost_options, unknown_options


def told(change, command=None):
    c = Config()
    change(c)
    adopt(c)
    return list(lost_options(c, command))


def assign(section, option, value):
    def change(c):
        c[section][option] = value

    return change


@pytest.mark.parametrize(
    ("section", "option", "value"),
    [
        ("Execute", "interrupt_on_timeout", False),
        ("ExecutePreprocessor", "kernel_name", "ir"),
        ("NotebookClient", "startup_timeout", 600),
        ("Execute", "extra_arguments", ["--pylab=inline"]),
        ("Autograde", "post_convert_hook", print),
        ("BaseConverter", "force", True),
        ("OverwriteCells", "missing_cell_notification", "gone"),
        ("DeduplicateIds", "enabled", False),
        ("CourseDirectory", "notebook_id", "p1"),
        ("HTMLExporter", "template_name", "mine"),
        ("TemplateExporter", "exclude_input", True),
        ("HTMLExporter", "sanitize_html", False),
        ("GenerateFeedback", "exporter_class", "course.Pages"),
        ("Autograde", "exporter_class", "course.Reader"),
    ],
)
def test_an_option_without_effect_is_named_with_what_to_do(section, option, value):
    (sentence,) = told(assign(section, option, value))
    assert sentence.startswith(f"c.{section}.{option} has no effect")
    assert "What to do: " in sentence


@pytest.mark.parametrize(
    ("section", "option", "value"),
    [
        ("Execute", "timeout", 300),
        ("Execute", "interrupt_on_timeout", True),
        ("Execute", "record_timing", False),
        ("ClearSolutions", "code_stub", {"python": "pass"}),
        ("LateSubmissionPlugin", "penalty_method", "zero"),
        ("GenerateAssignment", "force", True),
        ("Exchange", "root", "/srv/exchange"),
        ("ExportApp", "plugin_class", "course.Export"),
        ("HTMLExporter", "filters", {"mine": print}),
        ("CourseDirectory", "student_id", "a*"),
    ],
)
def test_nothing_is_said_of_others(section, option, value):
    assert told(assign(section, option, value)) == []


def test_each_option_is_named_once_and_commands_name_their_own():
    def change(c):
        c.NbGraderPreprocessor.enabled = False
        c.HTMLExporter.theme = "dark"

    assert len(told(change)) == 2
    (sentence,) = told(change, "feedback")
    assert sentence.startswith("c.HTMLExporter.theme")
    assert told(change, "export") == []


def test_a_course_that_adopts_twice_has_set_nothing():
    assert told(adopt) == []


def test_formgraders_pages_keep_what_the_course_adds_and_stay_inert():
    c = Config()
    c.HTMLExporter.preprocessors.append("course.Last")
    c.HTMLExporter.filters = {"mine": print, "clean_html": print}
    adopt(c)
    assert [one.rpartition(".")[2] for one in c.HTMLExporter.preprocessors] == ["Last", "Inert"]
    assert c.HTMLExporter.filters["mine"] is print
    assert c.HTMLExporter.filters["clean_html"] is not print


def test_misspelt_options_are_named():
    c = Config()
    c.Examine.cell_second = 5
    c.Execute.time_out = 5
    c.Execute.allow_errors = False
    c.ClearSolutions.comment_mark = "#"
    c.CourseDirectory.course_id = "x"
    c.JupyterHub.anything = 1
    assert list(unknown_options(c)) == [
        "Examine has no option cell_second. Did you mean cell_seconds?",
        "Execute has no option time_out. Did you mean timeout?",
        "Execute has no option allow_errors. Did you mean allow_error_names?",
    ]
