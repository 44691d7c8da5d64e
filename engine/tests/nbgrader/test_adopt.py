import pytest
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from proctor.adoption import adopt as earlier
from proctor.nbgrader import adopt


def test_everything_that_a_course_adopts_is_there():
    c = Config()
    adopt(c)
    generate, autograde = GenerateAssignment(config=c), Autograde(config=c)
    adopted = [
        *generate.preprocessors,
        *autograde.sanitize_preprocessors,
        *autograde.autograde_preprocessors,
        *c.HTMLExporter.preprocessors,
        c.Autograde.exporter_class,
        c.GenerateFeedback.exporter_class,
    ]
    paths = [one for one in adopted if isinstance(one, str)]
    assert "proctor.nbgrader.stages.GradeNotebook" in paths
    assert all(isinstance(import_item(path), type) for path in paths)
    assert all(callable(import_item(name)) for name in c.HTMLExporter.filters.values())
    assert Execute not in adopted


def test_the_earlier_place_of_adopt():
    assert earlier is adopt


@pytest.mark.parametrize("own", [None, ["mine"]])
def test_receipts_are_left_behind_beside_what_is_left_out_already(own):
    c = Config()
    if own:
        c.CourseDirectory.ignore = [*own]
    adopt(c)
    ignored = CourseDirectory(config=c).ignore
    assert ignored == [*(own or CourseDirectory().ignore), "*.receipt.json"]
