"""A class that was made up."""

import io

import pytest
from PIL import Image

from proctor.cell_labels import CellKey
from proctor.checks import Picture
from proctor.exports.grades import Grade, Person
from proctor.reporting.class_report.inputs import Work
from proctor.reporting.class_report.normalized_code import read_code
from proctor.results import CellTime, ExerciseResult, Receipt


def jpeg(colour="red"):
    buffer = io.BytesIO()
    Image.new("RGB", (240, 240), colour).save(buffer, format="JPEG")
    return buffer.getvalue()


@pytest.fixture
def work():
    """Make what one student handed in, with one exercise."""

    def make(
        student, status="passed", *, score=4.0, misconception=None, seconds=1.0, mib=8.0,
        link="", code=None, picture=True, verdict="outside", why="", **about,
    ):  # fmt: skip
        result = ExerciseResult(
            "double",
            "UNQ_C1",
            score,
            4,
            status,
            f"Told {status}.",
            misconception,
            verdict,
            "t",
            reason=why,
        )
        receipt = Receipt(
            "tiny", "n.ipynb", (result,), cells=(CellTime("t", seconds, mib),), seconds=2.0,
            **{k: about.pop(k) for k in ("reason", "notes") if k in about},
            status=about.pop("receipt_status", "graded"),
        )  # fmt: skip
        about |= {
            name: about.pop(f"{name}_of_grade")
            for name in ("status", "reason")
            if f"{name}_of_grade" in about
        }
        grade = Grade(
            Person(student), total=score, late_penalty=0.0,
            **{"status": "graded", "receipts": (receipt,), "settled": True, **about},
        )  # fmt: skip
        maps = (
            {CellKey("n", "t"): Picture("Your map", f"{student}'s map", jpeg())} if picture else {}
        )
        return Work(grade, link, maps, {"UNQ_C1": read_code(code)} if code else {})

    return make
