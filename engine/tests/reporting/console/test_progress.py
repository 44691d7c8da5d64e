import io
from dataclasses import replace

from proctor.grading.coordinator import Recorded
from proctor.reporting.console.progress import ObserverPair, progress
from proctor.results import ExerciseResult, HumanPart, Receipt

RESULT = ExerciseResult("x", "UNQ_C1", 3.5, 4.0, "partial", "m")
GOOD = Receipt("a", "n.ipynb", (RESULT,), seconds=1.25)
BAD = Receipt("a", "m.ipynb", (), status="needs_attention", reason="r")
EVIL = "eve\x1b[2J\n[9/9] [red]ann[/red]"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_line_each_where_there_is_no_terminal():
    file = io.StringIO()
    with progress(2, file) as shown:
        shown.started("ann")
        shown.finished(Recorded("ann", [GOOD]))
        shown.finished(Recorded(EVIL, [GOOD, BAD]))
    assert file.getvalue().splitlines() == [
        "[1/2] ann: graded, 3.5 of 4 points, 1.2 s",
        "[2/2] eve [9/9] [red]ann[/red]: needs_attention, 3.5 of 4 points, 1.2 s",
    ]


def test_a_bar_with_counts_and_names_on_a_terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    file = Terminal()
    with progress(7, file) as shown:
        for student in ("ann", "bob", EVIL, "dora", "eli"):
            shown.started(student)
        shown.finished(Recorded("ann", [GOOD]))
        shown.finished(Recorded("bob", [BAD]))
        shown._progress.refresh()
    text = file.getvalue()
    assert "2/7" in text
    assert "1 graded, 1 needs_attention" in text
    assert "eve [9/9] [red]ann" in text.replace("...", "")
    assert "\x1b[2Jann" not in text
    assert "dora, eli" in text


def test_a_submission_without_receipts_has_no_points():
    file = io.StringIO()
    with progress(1, file) as shown:
        ObserverPair(shown, shown).finished(Recorded("ann", []))
    assert "0 of 0 points" in file.getvalue()


def test_points_that_wait_for_a_mark_by_hand_are_told():
    file = io.StringIO()
    human = HumanPart(scores={"why": None, "blank": 0.0}, points={"why": 5.0, "blank": 1.0})
    with progress(1, file) as shown:
        shown.finished(Recorded("ann", [replace(GOOD, human=human)]))
    assert "graded, 3.5 of 10 points, 5 by hand, 1.2 s" in file.getvalue()
