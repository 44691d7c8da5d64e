"""Preprocessors that a course has added to nbgrader's lists for autograding.

What nbgrader's own do, the engine does by itself. A course's run where a submission is graded, with
the grader's rights: first those that nbgrader would run before the notebook, on the restored
submission, and then those that come after its run.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbformat import NotebookNode
from nbgrader.converters import Autograde
from traitlets.config import Configurable
from traitlets.utils.importstring import import_item

from proctor.errors import ENDINGS, CourseError, SubmissionError, first_line
from proctor.text import one_line

_LISTS = ("sanitize_preprocessors", "autograde_preprocessors")
_RUNS = ("Execute", "GradeNotebook")
"""Names of the members that run the notebook: nbgrader's, and the engine's in its place."""
_NOT_OWN = ("nbgrader.", "proctor.")
_OPTIONAL = ("LimitOutput", "AssignLatePenalties")
"""Members that are left out of grading, too, where the course leaves them out."""


@dataclass(frozen=True)
class OwnPreprocessor:
    """A course's preprocessor, as workers need it.

    Attributes:
        path: Its import path.
        options: Its options that the course has set, by name.
        after: Whether it comes after the notebook's run.
    """

    path: str
    options: Mapping[str, Any]
    after: bool = False


@dataclass(frozen=True)
class Lists:
    """What a course has made of nbgrader's lists for autograding.

    Attributes:
        own: The course's preprocessors that are run.
        lost: Sentences on what is not as nbgrader would do it.
        names: Names of nbgrader's members that are in the lists and enabled.
    """

    own: tuple[OwnPreprocessor, ...]
    lost: tuple[str, ...]
    names: frozenset[str]


def read_lists(parent: Any, course: Path) -> Lists:
    """Read the lists of a course's configuration.

    Args:
        parent: The application, for configuration.
        course: The course folder, which may hold the preprocessors' modules.

    Raises:
        CourseError: A member can't be imported or configured.
    """
    autograde = Autograde(parent=parent)
    own: list[OwnPreprocessor] = []
    lost: list[str] = []
    names = set()
    for trait in _LISTS:
        members = [_imported(one, trait, course) for one in getattr(autograde, trait)]
        runs = [_name(one) in _RUNS and not _is_own(one) for one in members]
        for place, member in enumerate(members):
            if not _is_own(member):
                if _is_enabled(member, parent):
                    names.add(_name(member))
                continue
            try:
                found = _read(member, parent, after=any(runs[:place]))
            except _LostError as error:
                lost.append(f"c.Autograde.{trait}: {_name(member)} is not run: {error}")
                continue
            # nbgrader reads a configuration twice, and then has what was appended twice.
            if found is not None and found not in own:
                own.append(found)
        lost += _changed(members, trait)
    lost += [
        f"c.Autograde.autograde_preprocessors: {one.path} changes the autograded notebook and the "
        "feedback, but no points, which are given while the notebook runs"
        for one in own
        if one.after and not one.path.startswith("nbconvert.")
    ]
    return Lists(tuple(own), tuple(dict.fromkeys(lost)), frozenset(names))


def _changed(members: Iterable[Any], trait: str) -> Iterator[str]:
    """Sentences on members of nbgrader's that the course has taken out of a list."""
    default = Autograde.class_traits()[trait].default_args[0]
    known = {_name(one) for one in members} | {*_OPTIONAL}
    known |= {"Execute"} if known.intersection(_RUNS) else set()
    for name in (_name(one) for one in default if not _is_own(one)):
        if name not in known and name != "IgnorePattern":
            yield f"c.Autograde.{trait} is without {name}, which is done in any case"


class _LostError(Exception):
    """A preprocessor can't be run by workers; the message says why."""


def _read(member: Any, parent: Any, *, after: bool) -> OwnPreprocessor | None:
    """A member as workers need it; None if it is switched off."""
    path = f"{getattr(member, '__module__', '')}.{getattr(member, '__qualname__', '')}"
    try:
        importable = import_item(path) is member
    except (ImportError, ValueError):
        importable = False
    if not importable:
        raise _LostError("workers can't import it; put it into a module in the course folder")
    if not isinstance(member, type):
        return OwnPreprocessor(path, {}, after)
    if issubclass(member, NotebookClient):
        raise _LostError("it runs the notebook, which is done in the sandbox")
    if not issubclass(member, Configurable):
        return OwnPreprocessor(path, {}, after)
    made, usual = member(parent=parent), member()
    if not getattr(made, "enabled", True):
        return None
    options = {}
    for name in member.class_trait_names(config=True):
        value = getattr(made, name)
        if value != getattr(usual, name):
            options[name] = _plain(name, value)
    return OwnPreprocessor(path, options, after)


def _plain(name: str, value: Any) -> Any:
    """An option's value, as JSON can hold it."""
    found = sorted(value) if isinstance(value, set | frozenset) else value
    try:
        again = json.loads(json.dumps(found))
    except (TypeError, ValueError):
        again = None
    if again != found:
        raise _LostError(f"its option {name} can't be sent to workers; make it of text and numbers")
    return again


def _imported(member: Any, trait: str, course: Path) -> Any:
    if not isinstance(member, str):
        return member
    # Appended, so that a course's files can't shadow the grader's libraries.
    if str(course) not in sys.path:
        sys.path.append(str(course))
    try:
        return import_item(member)
    except ENDINGS:
        raise
    # A course's module may raise anything while it is imported.
    except BaseException as error:
        raise CourseError(
            f"the preprocessor {member} can't be imported: {type(error).__name__}: {error}",
            why="nbgrader's list of preprocessors names it",
            where=f"c.Autograde.{trait}",
            remedy="correct the name or the module, or take it out of the list",
        ) from error


def _name(member: Any) -> str:
    return str(getattr(member, "__name__", type(member).__name__))


def _is_own(member: Any) -> bool:
    return not f"{getattr(member, '__module__', '')}.".startswith(_NOT_OWN)


def _is_enabled(member: Any, parent: Any) -> bool:
    # Most are enabled, and to make an instance of each would take long.
    if not any("enabled" in parent.config.get(one.__name__, ()) for one in member.__mro__):
        return True
    return bool(getattr(member(parent=parent), "enabled", True))


Preprocessor = Callable[[NotebookNode, Any], tuple[NotebookNode, Any]]


@dataclass(frozen=True)
class Loaded:
    """A course's preprocessors, ready to run.

    Attributes:
        steps: Import path, whether it comes after the run, and the preprocessor.
    """

    steps: tuple[tuple[str, bool, Preprocessor], ...] = ()

    def apply(self, nb: NotebookNode, *, after: bool, name: str, about: Mapping[str, str]) -> Any:
        """The notebook after the preprocessors of one half.

        Args:
            nb: The notebook; may be changed in place.
            after: Whether those after the notebook's run are meant, or those before.
            name: Name of the notebook, without extension.
            about: What nbgrader tells preprocessors: assignment, student, notebook.

        Raises:
            SubmissionError: One failed.
        """
        resources: dict[str, Any] = {
            "nbgrader": dict(about),
            "unique_key": name,
            "output_files_dir": f"{name}_files",
            "metadata": {"name": name, "path": ""},
        }
        for path, is_after, step in self.steps:
            if is_after == after:
                nb, resources = _applied(step, path, nb, resources, name)
        return nb


def _applied(
    step: Preprocessor, path: str, nb: NotebookNode, resources: dict[str, Any], name: str
) -> tuple[NotebookNode, dict[str, Any]]:
    try:
        return step(nb, resources)
    except ENDINGS:
        raise
    # It is the course's code, and the notebook is a student's; sys.exit() must not end the run.
    except BaseException as error:
        said = one_line(f"{type(error).__name__}: {first_line(error)}", 300)
        raise SubmissionError(
            f"the course's preprocessor {path} failed: {said}",
            why="the course has put it among nbgrader's for autograding",
            where=f"{name}.ipynb",
            remedy="look at what it can't read there, and correct it; it has neither the "
            "gradebook nor the submission's folder",
        ) from error


def load(found: Iterable[OwnPreprocessor]) -> Loaded:
    """Import preprocessors, on a worker.

    Raises:
        CourseError: One can't be imported or made.
    """
    steps = []
    for one in found:
        try:
            made = import_item(one.path)
            step = made(**one.options) if isinstance(made, type) else made
        except ENDINGS:
            raise
        except BaseException as error:
            raise CourseError(
                f"the preprocessor {one.path} can't be used: {type(error).__name__}: {error}",
                why="nbgrader's lists of preprocessors name it",
                where="c.Autograde.sanitize_preprocessors or c.Autograde.autograde_preprocessors",
                remedy="correct its module, or take it out of the list",
            ) from error
        steps.append((one.path, one.after, step))
    return Loaded(tuple(steps))
