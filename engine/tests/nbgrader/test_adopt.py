import pytest
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from proctor.nbgrader import adopt


def test_every_preprocessor_that_a_course_adopts_is_there():
    c = Config()
    adopt(c)
    adopted = [
        *c.GenerateAssignment.preprocessors,
        *c.Autograde.sanitize_preprocessors,
        *c.Autograde.autograde_preprocessors,
        *c.HTMLExporter.preprocessors,
        c.Autograde.exporter_class,
        c.GenerateFeedback.exporter_class,
    ]
    assert all(issubclass(import_item(name), object) for name in adopted)
    assert all(callable(import_item(name)) for name in c.HTMLExporter.filters.values())
    assert "proctor.nbgrader.stages.GradeNotebook" in adopted
    assert not any(name.endswith(".Execute") for name in adopted)


@pytest.mark.parametrize("own", [None, ["mine"]])
def test_receipts_are_left_behind_beside_what_is_left_out_already(own):
    c = Config()
    if own:
        c.CourseDirectory.ignore = [*own]
    adopt(c)
    ignored = CourseDirectory(config=c).ignore
    assert ignored == [*(own or CourseDirectory().ignore), "*.receipt.json"]
