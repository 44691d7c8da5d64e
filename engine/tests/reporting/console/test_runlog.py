import json
from pathlib import Path

import pytest

from proctor.errors import CourseError
from proctor.grading.coordinator import Recorded
from proctor.reporting.console.runlog import FOLDER, RunLog, run_log
from proctor.results import CellTime, Receipt

RECEIPT = Receipt("a", "n.ipynb", (), seconds=1.0, cells=(CellTime("c", 0.5),), notes=("n",))


def events(folder):
    (path,) = (folder / FOLDER).iterdir()
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_every_line_is_json(tmp_path):
    with run_log(tmp_path, assignment="tiny") as log:
        log.started("eve\n{")
        log.finished(Recorded("eve\n{", [RECEIPT], ("look",)))
    run, started, done, ended = events(tmp_path)
    assert (run["event"], run["assignment"]) == ("run", "tiny")
    assert started["student"] == done["student"] == "eve\n{"
    assert (done["remarks"], done["notes"]) == (["look"], ["n"])
    assert done["cells"] == [{"notebook": "n", "cell": "c", "seconds": 0.5, "mib": 0.0}]
    assert ended["by"] is None


def test_it_says_what_ended_the_run(tmp_path):
    with pytest.raises(KeyboardInterrupt), run_log(tmp_path):
        raise KeyboardInterrupt
    assert events(tmp_path)[-1]["by"] == "KeyboardInterrupt"


def test_a_place_that_can_not_be_written_is_said(tmp_path):
    (tmp_path / FOLDER).write_text("a file in the folder's place")
    with pytest.raises(CourseError, match="right to write"), run_log(tmp_path):
        pass


def test_a_full_disk_is_said_on_the_way():
    file = Path("/dev/full").open("w", buffering=1)  # noqa: SIM115
    with pytest.raises(CourseError, match="No space left"):
        RunLog(file).started("ann")
    with pytest.raises(OSError, match="No space left"):
        file.close()
