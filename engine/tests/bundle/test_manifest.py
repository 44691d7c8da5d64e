import pytest

from proctor.bundle.manifest import Contents, NotebookPlan
from proctor.submission.reference_cells import ReferenceCell

CELL = ReferenceCell("a", "code", "x = 1", "c", True, True, False, False, 2.0, ("tag",))
CONTENTS = Contents(
    assignment="tiny",
    engine="1",
    examine={"full": False},
    sandbox={"kind": "none"},
    output={},
    packages=("tiny_checks",),
    leave_out=("*.pyc",),
    notebooks={"n": NotebookPlan((CELL,), {"name": "python3"}), "m": NotebookPlan((), None)},
)


def test_what_is_written_is_read():
    assert Contents.from_json(CONTENTS.to_json()) == CONTENTS


def test_another_version_is_refused():
    text = CONTENTS.to_json().replace('"version": 1', '"version": 99')
    with pytest.raises(ValueError, match="another version"):
        Contents.from_json(text)
