"""Find out which submitted file is which of the assignment's notebooks.

A file with a notebook's released name is that notebook, whatever else was handed in. Where a name
is missing, another file takes its place if its cells leave no doubt, or else its name. What is not
certain is said, and a human decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from nbformat import NotebookNode

from proctor.errors import SubmissionError
from proctor.files.names import core
from proctor.submission.likeness import Cells, is_untouched, most_like
from proctor.submission.read import MAX_NOTEBOOK_BYTES, read_notebook, read_plain_file
from proctor.submission.survey import Entry, survey
from proctor.text import listed, one_line

MAX_READ = 10
"""How many files of other names are read, of `MAX_NOTEBOOK_BYTES` together."""

_LISTED = 5
"""How many files are named in a message."""

_NOTEBOOK = re.compile(r"\.ipynb(?:\.txt|\.json)?$", re.IGNORECASE)
"""Names that notebooks have, also after a browser has taken them for text."""

_WHY = "submissions are matched to the assignment by file name and content"


@dataclass
class Found:
    """What was found of an assignment's notebooks.

    Attributes:
        paths: Their files, by name without extension.
        notes: What staff should know of them, by name.
        doubts: Why another file may be meant, by name.
        problems: Why it is not certain which file one is, by name.
        top: The folder of the submission in which all of them are.
    """

    paths: dict[str, Path] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)
    doubts: dict[str, str] = field(default_factory=dict)
    problems: dict[str, SubmissionError] = field(default_factory=dict)
    top: Path = Path()

    def note(self, name: str, text: str) -> None:
        """Add a note on a notebook."""
        self.notes.setdefault(name, []).append(text)


def find_notebooks(
    folder: Path, assignment: Mapping[str, Cells], *, given: Path | None = None
) -> Found:
    """Find an assignment's notebooks in a submission.

    Args:
        folder: The submission's folder.
        assignment: Cells of the released notebooks, by name without extension.
        given: The assignment's source folder, whose other notebooks students received, too.

    Raises:
        SubmissionError: It has nothing that may be one of them; or see `survey`.
    """
    found = Found()
    for name in assignment:
        path = folder / f"{name}.ipynb"
        # A broken link counts as present; it is refused when it is read.
        if path.is_symlink() or path.exists():
            found.paths[name] = path
    entries = survey(folder)
    others = _others(entries, assignment, given)
    if others:
        _Search(found, assignment, others).run()
    _doubt_what_was_saved(found, assignment, entries, folder)
    if not found.paths and not found.problems:
        raise SubmissionError(
            f"the submission has no {_listed([f'{name}.ipynb' for name in assignment], ' and ')}"
            ": it has no notebook",
            why=_WHY,
            where=one_line(str(folder), 300),
            remedy="submit the notebook under the name with which it was released",
        )
    tops = {path.parent.relative_to(folder) for path in found.paths.values()}
    found.top = tops.pop() if len(tops) == 1 else Path()
    return found


def name_of(path: Path, assignment: Mapping[str, Cells]) -> str | None:
    """Which of an assignment's notebooks a file is, whatever its name; None if that is not certain.

    Args:
        path: The file.
        assignment: Cells of the released notebooks, by name without extension.
    """
    if len(assignment) == 1:
        return next(iter(assignment))
    nb = _read(path)
    return None if nb is None else most_like(nb, assignment)


def _doubt_what_was_saved(
    found: Found, assignment: Mapping[str, Cells], entries: Sequence[Entry], folder: Path
) -> None:
    """Doubt a notebook without answers if JupyterLab has saved one with answers beside it."""
    plain = {entry.inside for entry in entries if entry.is_plain}
    for name, path in found.paths.items():
        inside = path.relative_to(folder)
        saved = inside.parent / ".ipynb_checkpoints" / f"{inside.stem}-checkpoint.ipynb"
        if name in found.doubts or not {inside, saved} <= plain:
            continue
        if _has_all_answers(_read(folder / saved), _read(path), assignment[name]):
            found.doubts[name] = (
                f"it has no answers, but a checkpoint of it has some: {one_line(str(saved), 300)}"
            )


def _has_all_answers(
    other: NotebookNode | None, counted: NotebookNode | None, cells: Cells
) -> bool:
    """Whether another version has answers, and the one that counts has none."""
    if other is None or counted is None:
        return False
    return is_untouched(counted, cells) and not is_untouched(other, cells)


def _others(
    entries: Sequence[Entry], assignment: Mapping[str, Cells], given: Path | None
) -> list[Entry]:
    """Notebooks of other names, those in the upper folders first."""
    released = {Path(f"{name}.ipynb") for name in assignment}
    found = [
        entry
        for entry in entries
        if entry.is_plain
        and _NOTEBOOK.search(entry.path.name)
        and entry.inside not in released
        and not any(part.startswith((".", "__MACOSX")) for part in entry.inside.parts)
        and not (given is not None and (given / entry.inside).exists())
    ]
    return sorted(found, key=lambda entry: len(entry.inside.parts))


class _Search:
    """Assigns the files of other names."""

    def __init__(
        self, found: Found, assignment: Mapping[str, Cells], others: Sequence[Entry]
    ) -> None:
        self.found = found
        self.assignment = assignment
        self.others = others
        self.read: Callable[[Path], NotebookNode | None] = cache(_read)
        self.by_content = {
            entry.inside: most_like(nb, assignment)
            for entry in _within_limits(others)
            if (nb := self.read(entry.path)) is not None
        }
        names = [core(name) for name in assignment]
        self.by_name = {
            entry.inside: name
            for entry in others
            for name, letters in zip(assignment, names, strict=True)
            if core(_stem(entry)) == letters and names.count(letters) == 1
        }

    def run(self) -> None:
        """Fill in what is missing, and name what is left over."""
        left = [*self.others]
        for name in [name for name in self.assignment if name not in self.found.paths]:
            meant = self._meant(name)
            if len(meant) == 1:
                self._take(name, meant[0])
                left.remove(meant[0])
            elif meant:
                files = _listed([_shown(entry) for entry in meant])
                self.found.problems[name] = _unsure(name, f"{len(meant)} files may be it: {files}")
        unknown = [entry for entry in left if self._name(entry) is None]
        open_ = [
            name
            for name in self.assignment
            if name not in self.found.paths and name not in self.found.problems
        ]
        if len(self.assignment) == len(open_) == len(unknown) == 1:
            # Whether it is one of the assignment's is found out when it is restored.
            self._take(open_[0], unknown[0])
            left.remove(unknown[0])
            unknown = []
        for name in open_ if unknown else ():
            files = _listed([_shown(entry) for entry in unknown])
            said = f"the submission has no {name}.ipynb, but {files}"
            self.found.problems[name] = _unsure(name, said)
        self._name_what_is_left(left, [] if open_ else unknown)

    def _name(self, entry: Entry) -> str | None:
        return self.by_content.get(entry.inside) or self.by_name.get(entry.inside)

    def _meant(self, name: str) -> list[Entry]:
        """The files that may be a notebook; one of those that have the same cells' texts."""
        meant = [entry for entry in self.others if self._name(entry) == name]
        texts = []
        distinct = []
        for entry in meant:
            nb = self.read(entry.path) if entry.inside in self.by_content else None
            text = None if nb is None else [cell.source for cell in nb.cells]
            if text is None or text not in texts:
                distinct.append(entry)
                texts.append(text)
        return distinct

    def _take(self, name: str, entry: Entry) -> None:
        self.found.paths[name] = entry.path
        self.found.note(name, f"it was handed in as {_shown(entry)}")

    def _name_what_is_left(self, left: Sequence[Entry], unknown: Sequence[Entry]) -> None:
        for entry in left:
            name = self._name(entry)
            if name is None or name not in self.found.paths:
                continue
            self.found.note(name, f"another version of it, {_shown(entry)}, was not graded")
            if self._has_the_answers(name, entry):
                self.found.doubts[name] = (
                    f"it has no answers, but another version of it has some: {_shown(entry)}"
                )
        for name in [*self.found.paths][: 1 if unknown else 0]:
            files = _listed([_shown(entry) for entry in unknown])
            self.found.note(name, f"not one of the assignment's notebooks, and not graded: {files}")

    def _has_the_answers(self, name: str, entry: Entry) -> bool:
        """Whether a version that is left has answers, and the one that counts has none."""
        if self.by_content.get(entry.inside) != name:
            return False
        counted = self.read(self.found.paths[name])
        return _has_all_answers(self.read(entry.path), counted, self.assignment[name])


def _within_limits(others: Sequence[Entry]) -> list[Entry]:
    chosen, size = [], 0
    for entry in others[:MAX_READ]:
        size += entry.size
        if size <= MAX_NOTEBOOK_BYTES:
            chosen.append(entry)
    return chosen


def _read(path: Path) -> NotebookNode | None:
    try:
        return read_notebook(read_plain_file(path), where=str(path))
    except SubmissionError:
        return None


def _stem(entry: Entry) -> str:
    return _NOTEBOOK.sub("", entry.path.name)


def _shown(entry: Entry) -> str:
    return one_line(str(entry.inside), 80)


def _listed(names: Sequence[str], between: str = ", ") -> str:
    return listed(names, _LISTED, between=between, rest="others")


def _unsure(name: str, said: str) -> SubmissionError:
    return SubmissionError(
        f"it is not certain which file is {name}.ipynb: {said}",
        why=_WHY,
        where=f"{name}.ipynb",
        remedy=f"give the one that counts the name {name}.ipynb, or ask the student",
    )
