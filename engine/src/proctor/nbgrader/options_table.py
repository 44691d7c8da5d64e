"""What the engine makes of every option of nbgrader's: the one place where that is decided.

`engine/docs/nbgrader-options.md` is made from it, the commands warn by it, and a test compares it
with the installed nbgrader.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Fate = Literal["honoured", "lost", "nbgrader's"]
"""Does what it does with nbgrader; has no effect; belongs to a program that is still nbgrader's."""

UNSET: Any = object()


@dataclass(frozen=True)
class Decision:
    """What becomes of an option.

    Attributes:
        fate: See `Fate`.
        words: How it is honoured, or why it is not.
        instead: What to do instead, in the imperative.
        same: A value with which nothing is lost, besides nbgrader's default.
        replaced: Whether it is lost only where ``adopt`` has replaced the course's value.
    """

    fate: Fate
    words: str = ""
    instead: str = ""
    same: Any = UNSET
    replaced: bool = False


def honoured(words: str = "") -> Decision:
    """Does what it does with nbgrader."""
    return Decision("honoured", words)


def lost(words: str, instead: str, same: Any = UNSET, *, replaced: bool = False) -> Decision:
    """Has no effect, or less than with nbgrader."""
    return Decision("lost", words, instead, same, replaced)


Options = Mapping[str, Decision]


def _all(decision: Decision, names: str) -> Options:
    return dict.fromkeys(names.split(), decision)


def _theirs(names: str) -> Options:
    return _all(Decision("nbgrader's"), names)


@dataclass(frozen=True)
class Group:
    """The options of one program, or of several that share them.

    Attributes:
        title: What they belong to.
        commands: The engine's commands that say if one is lost, besides release and grade.
        options: Decisions by class and option.
    """

    title: str
    options: Mapping[str, Options]
    commands: tuple[str, ...] = ()


_HONOURED = honoured()
_ALWAYS = "proctor grade does this step in any case"
_PAGES = "feedback pages are proctor's own, self-contained and without scripts"
_FORGET = "take it out of the configuration"
_SANDBOX = "notebooks are run by proctor's own client, in kernels that are forked in a sandbox"
_ENABLED = {"enabled": _HONOURED}

EVERYWHERE = Group(
    "The course, and all commands",
    {
        "CourseDirectory": {
            **_all(
                _HONOURED,
                "root course_id assignment_id student_id student_id_exclude directory_structure "
                "source_directory release_directory submitted_directory autograded_directory "
                "feedback_directory db_url",
            ),
            "ignore": honoured("for the assignment's files and for a submission's"),
            "groupshared": honoured("for released, autograded and feedback files"),
            "notebook_id": lost(
                "proctor grade grades all notebooks of a submission; release and feedback heed it",
                "leave it out: what has not changed is not graded again",
            ),
            **_all(
                Decision("nbgrader's", "for the exchange's copies"),
                "include max_file_size max_dir_size",
            ),
            **_all(
                Decision("nbgrader's", "for generate_solution and sources with tests"),
                "solution_directory source_with_tests_directory",
            ),
        },
        "NbGrader": {"logfile": honoured("it has nbgrader's log, whatever is shown")},
        "JupyterApp": _all(_HONOURED, "answer_yes config_file config_file_name generate_config"),
        "Application": {
            "log_level": honoured("the default is CRITICAL: commands say what matters themselves"),
            **_all(_HONOURED, "log_datefmt log_format logging_config show_config show_config_json"),
        },
        "NbGraderPreprocessor": {"enabled": honoured("see each preprocessor")},
        "Preprocessor": {"enabled": honoured("for a course's own preprocessors, too")},
        "NbConvertBase": _all(
            lost("feedback pages choose themselves what they show of an output", _FORGET),
            "display_data_priority default_language",
        ),
    },
    ("feedback",),
)

RELEASE = Group(
    "`nbgrader generate_assignment`: proctor release",
    {
        "GenerateAssignment": {
            "preprocessors": honoured("ClearSolutions is replaced by Scaffold, which extends it"),
            "create_assignment": _HONOURED,
            "no_database": honoured("without a record in the gradebook nothing can be graded"),
        },
        "GenerateAssignmentApp": {
            "source_with_tests": lost(
                "proctor release writes no source with AUTOTEST lines filled in",
                "run nbgrader generate_assignment --source_with_tests for it",
            )
        },
        "BaseConverter": {
            "permissions": honoured("by grade where the course sets it, too"),
            "exporter_class": honoured("by release; see Autograde and GenerateFeedback"),
            "force": honoured("release and feedback replace what is there; see Autograde"),
            "pre_convert_hook": honoured("by release and feedback; see Autograde"),
            "post_convert_hook": honoured("by release and feedback; see Autograde"),
        },
        "IncludeHeaderFooter": _all(_HONOURED, "enabled header footer"),
        "InstantiateTests": _all(
            _HONOURED,
            "enabled autotest_filename autotest_delimiter hashed_delimiter use_salt "
            "enforce_metadata comment_strs sanitizers",
        ),
        "LockCells": _all(
            _HONOURED,
            "enabled lock_solution_cells lock_grade_cells lock_readonly_cells lock_all_cells",
        ),
        "ClearSolutions": _all(
            honoured("in cells without the lesson's markers"),
            "enabled code_stub text_stub begin_solution_delimeter end_solution_delimeter "
            "enforce_metadata",
        ),
        "ClearOutput": {
            "enabled": honoured("by release; grade removes outputs in any case"),
            "remove_metadata_fields": honoured("by release"),
        },
        "CheckCellMetadata": _ENABLED,
        "ComputeChecksums": _ENABLED,
        "SaveCells": _ENABLED,
        "ClearHiddenTests": {
            "enabled": _HONOURED,
            "begin_test_delimeter": honoured("by grade and feedback, too"),
            "end_test_delimeter": honoured("by grade and feedback, too"),
            "enforce_metadata": _HONOURED,
        },
        "ClearMarkScheme": _all(
            _HONOURED,
            "enabled begin_mark_scheme_delimeter end_mark_scheme_delimeter enforce_metadata "
            "check_attachment_leakage",
        ),
        "NotebookExporter": {
            "nbformat_version": honoured("by release; grade writes the newest format")
        },
        "Exporter": {
            **_all(_HONOURED, "preprocessors file_extension optimistic_validation"),
            "default_preprocessors": honoured("nbgrader sets it itself"),
            "enabled": Decision("nbgrader's", "for nbconvert's command line"),
        },
        "FilesWriter": _all(honoured("by release and feedback"), "build_directory relpath"),
        "WriterBase": {"files": honoured("by release and feedback")},
    },
)

GRADE = Group(
    "`nbgrader autograde`: proctor grade",
    {
        "Autograde": {
            "sanitize_preprocessors": honoured("a course's own are run, before the notebook"),
            "autograde_preprocessors": honoured(
                "a course's own are run; those after Execute change no points"
            ),
            "create_student": _HONOURED,
            "exclude_overwriting": _HONOURED,
            "exporter_class": lost(
                "submissions are read with limits, since they may be anything",
                "put what it does into a preprocessor",
                replaced=True,
            ),
            "force": lost(
                "proctor grade grades what is new or has changed",
                "set c.GradeCommand.force = True, or pass --force",
            ),
            "pre_convert_hook": lost(
                "proctor grade has no hooks; release and feedback run it",
                "do its work before you grade",
            ),
            "post_convert_hook": lost(
                "proctor grade has no hooks; release and feedback run it",
                "do its work after you grade",
            ),
        },
        "DeduplicateIds": {"enabled": lost(_ALWAYS, _FORGET)},
        "OverwriteKernelspec": {"enabled": lost(_ALWAYS, _FORGET)},
        "OverwriteCells": {
            "enabled": lost(_ALWAYS, _FORGET),
            "add_missing_cells": honoured("missing cells are always put back"),
            "missing_cell_notification": lost(
                "receipts and feedback say which cells were missing, in words of their own", _FORGET
            ),
        },
        "Execute": {
            "enabled": lost(_ALWAYS, _FORGET),
            "timeout": honoured("as c.Examine.cell_seconds, unless the course sets that"),
            "skip_cells_with_tag": honoured("as c.Examine.skipped_tag; tests are always run"),
            "timeout_func": lost(
                "the time limit is the same for all cells", "set c.Examine.cell_seconds"
            ),
            "interrupt_on_timeout": lost(
                "a cell is always interrupted at its time limit, and the next ones are run",
                "see c.Examine.interrupt_seconds",
            ),
            "error_on_timeout": lost(
                "a cell that ran too long has the status timeout, and words of proctor's",
                _FORGET,
            ),
            "raise_on_iopub_timeout": lost(
                "outputs that come late never end a run", "see c.Examine.interrupt_seconds"
            ),
            "iopub_timeout": lost(
                "outputs are waited for as long as for an interrupted cell",
                "set c.Examine.interrupt_seconds",
            ),
            "shell_timeout_interval": lost(_SANDBOX, _FORGET),
            "startup_timeout": lost(
                "kernels are forked, and libraries imported before",
                "set c.Sandbox.start_seconds for these imports",
            ),
            "extra_arguments": lost(_SANDBOX, "configure IPython in the notebook itself"),
            "kernel_name": lost(
                "the kernel is the one that the instructor's notebook names",
                "set the notebook's kernel, or c.Examine.same_kernels",
            ),
            "kernel_manager_class": lost(_SANDBOX, _FORGET),
            "ipython_hist_file": lost("kernels keep no history", _FORGET),
            "shutdown_kernel": lost("kernels are ended at once", _FORGET, "immediate"),
            "execute_retries": lost(
                "a notebook is run again only if its sandbox was lost",
                "run proctor grade --failed for what needs attention",
            ),
            "allow_error_names": honoured("nbgrader allows all errors"),
            "force_raise_errors": lost("errors of a cell never end the run", _FORGET, False),
            "record_timing": lost(
                "autograded notebooks have no timing in their metadata",
                "see the receipts' seconds of each cell",
                False,
            ),
            "store_widget_state": lost(
                "autograded notebooks keep no state of widgets", _FORGET, False
            ),
            **_all(
                lost(_SANDBOX, "put what the hook does into a preprocessor"),
                "on_cell_complete on_cell_error on_cell_execute on_cell_start "
                "on_notebook_complete on_notebook_error on_notebook_start",
            ),
        },
        "IgnorePattern": {
            "enabled": _HONOURED,
            "pattern": honoured("as c.Examine.ignored_errors, unless the course sets that"),
        },
        "ClearMetadataPreprocessor": _all(
            honoured("run as nbgrader does, after the notebook"),
            "enabled clear_cell_metadata clear_notebook_metadata preserve_cell_metadata_mask "
            "preserve_nb_metadata_mask",
        ),
        "LimitOutput": _all(_HONOURED, "enabled max_lines max_traceback"),
        "SaveAutoGrades": {"enabled": lost(_ALWAYS, _FORGET)},
        "AssignLatePenalties": _all(_HONOURED, "enabled plugin_class"),
        "LateSubmissionPlugin": {"penalty_method": _HONOURED},
    },
)

_FORMGRADER = lost(_PAGES, "leave it for formgrader, which heeds it")

FEEDBACK = Group(
    "`nbgrader generate_feedback`: proctor feedback",
    {
        "GenerateFeedback": {
            "preprocessors": honoured("GetGrades is replaced by one that extends it"),
            "exporter_class": lost(
                _PAGES, "set it after adopt(c) if pages may run what students wrote", replaced=True
            ),
        },
        "GetGrades": {
            "enabled": _HONOURED,
            "display_data_priority": lost(_PAGES, _FORGET),
        },
        "CSSHTMLHeaderPreprocessor": _all(lost(_PAGES, _FORGET), "enabled highlight_class style"),
        "HTMLExporter": {
            **_all(
                _FORMGRADER,
                "anchor_link_text embed_images exclude_anchor_links html_manager_semver_range "
                "jquery_url jupyter_widgets_base_url language_code lexer_options mathjax_url "
                "require_js_url skip_svg_encoding theme widget_renderer_url "
                "exclude_code_cell exclude_input exclude_input_prompt exclude_markdown "
                "exclude_output exclude_output_prompt exclude_output_stdin exclude_raw "
                "exclude_unknown extra_template_basedirs extra_template_paths raw_mimetypes "
                "template_extension template_file template_name template_paths",
            ),
            "sanitize_html": lost(
                "what students wrote runs neither in formgrader nor on feedback pages",
                _FORGET,
                replaced=True,
            ),
            "preprocessors": Decision("nbgrader's", "for formgrader's pages, then made inert"),
            "filters": Decision("nbgrader's", "for formgrader's pages, but for three filters"),
        },
    },
    ("feedback",),
)

_EXPORT = Decision("nbgrader's", "for nbgrader export; proctor export has formats of its own")

EXPORT = Group(
    "`nbgrader export`: proctor export",
    {
        "ExportApp": {"plugin_class": _EXPORT},
        "ExportPlugin": _all(_EXPORT, "to student assignment"),
    },
)

THEIRS = Group(
    "Programs that are nbgrader's: exchange, formgrader, validation, database and others",
    {
        "Exchange": _theirs(
            "assignment_dir timestamp_format timezone cache path_includes_course root"
        ),
        "ExchangeCollect": _theirs("before_duedate check_owner update"),
        "ExchangeFetchAssignment": _theirs("replace_missing_files"),
        "ExchangeList": _theirs("cached inbound remove"),
        "ExchangeReleaseAssignment": _theirs("force"),
        "ExchangeSubmit": _theirs("strict add_random_string"),
        "ExchangeFactory": _theirs(
            "collect exchange fetch_assignment fetch_feedback list release_assignment "
            "release_feedback submit"
        ),
        "Authenticator": _theirs("plugin_class"),
        "NbGraderAPI": _theirs("log_level timestamp_format timezone"),
        "FormgradeExtension": _theirs("debug"),
        "Validator": _theirs(
            "changed_warning failed_warning ignore_checksums indent invert passed_warning "
            "type_changed_warning validate_all width"
        ),
        "GenerateSolution": _theirs("create_assignment preprocessors"),
        "GenerateSourceWithTests": _theirs("preprocessors"),
        "GenerateConfigApp": _theirs("filename"),
        "QuickStartApp": _theirs("autotest force"),
        "UpdateApp": _theirs("validate"),
        "DbAssignmentAddApp": _theirs("duedate"),
        "DbAssignmentRemoveApp": _theirs("force"),
        "DbStudentAddApp": _theirs("email first_name last_name lms_user_id"),
        "DbStudentRemoveApp": _theirs("force"),
        "ZipCollectApp": _theirs(
            "archive_directory collect_directory_structure collector_plugin downloaded_directory "
            "extracted_directory extractor_plugin force strict"
        ),
        "ExtractorPlugin": _theirs("force zip_ext"),
        "FileNameCollectorPlugin": _theirs("named_regexp valid_ext"),
    },
)

GROUPS = (EVERYWHERE, RELEASE, GRADE, FEEDBACK, EXPORT, THEIRS)
