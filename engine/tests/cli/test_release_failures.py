"""What is said where one of nbgrader's steps fails; the steps are nbgrader's, the kernel is not."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.preprocessors import ClearSolutions, IncludeHeaderFooter, InstantiateTests
from nbgrader.preprocessors import instantiatetests as nbgrader_autotest

from proctor.cli.release_failures import Failure, failure_of
from proctor.release.autotest_kernels import kernels_ended

TEMPLATES = "ir: {dispatch: '', templates: {}, check: '', normalize: ''}\n"
R_ERROR = 'Error in file("../../lib/a.R", "r"):\n  cannot open the connection'


def notebook(name="ir", language="R"):
    cells = [new_code_cell("# just text"), new_code_cell("# AUTOTEST x")]
    for grade_id, cell in zip(("load", "test"), cells, strict=True):
        cell.metadata.nbgrader = {"grade_id": grade_id, "grade": True, "solution": False}
    spec = {"name": name, "language": language, "display_name": ""}
    return new_notebook(cells=cells, metadata={"kernelspec": spec})


def failed(folder, step, nb):
    def convert(notebook_filename):
        step.preprocess(nb, {"metadata": {"path": str(folder)}})

    try:
        convert(f"{folder}/means.ipynb")
    except Exception as error:
        return failure_of(error)
    raise AssertionError("it did not fail")


class FailingKernel:
    """Stands for a kernel's manager and its client."""

    ended = False
    closed = False

    def execute_interactive(self, code, output_hook):
        content = {"ename": "ERROR", "evalue": R_ERROR, "traceback": ["a", "b"]}
        output_hook({"header": {"msg_type": "error"}, "content": content})

    def shutdown_kernel(self, now=False):
        self.ended = now

    def stop_channels(self):
        self.closed = True


@pytest.fixture
def course(tmp_path, monkeypatch):
    folder = tmp_path / "source" / "ra"
    folder.mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def kernel(monkeypatch):
    found = FailingKernel()
    monkeypatch.setattr(nbgrader_autotest, "start_new_kernel", lambda **options: (found, found))
    return found


def test_autotest_lines_without_templates_say_where_they_were_looked_for(course, kernel):
    found = failed(course, InstantiateTests(), notebook())
    assert found.where == "means.ipynb"
    assert "there is no autotests.yml" in found.said
    assert f"looked for in {course} and in {course.parent.parent}" in found.said
    assert f"put autotests.yml into {course} " in found.remedy


def test_templates_without_the_kernels_entry_say_so(course, kernel):
    (course.parent.parent / "autotests.yml").write_text(TEMPLATES)
    found = failed(course, InstantiateTests(), notebook("python3", "python"))
    assert found.said == "autotests.yml has no entry 'python3'"
    assert "add it to autotests.yml" in found.remedy


def test_a_cell_that_fails_is_named_with_the_folder_and_its_kernel_is_ended(course, kernel):
    (course.parent.parent / "autotests.yml").write_text(TEMPLATES)
    with kernels_ended():
        found = failed(course, InstantiateTests(), notebook())
        assert not kernel.ended
    assert kernel.ended
    assert kernel.closed
    assert found.where == "means.ipynb, cell 1 (load)"
    assert 'ERROR: Error in file("../../lib/a.R", "r"): cannot open the connection' in found.said
    assert f"The notebook ran in {course}," in found.remedy


def test_kernels_are_ended_and_nbgraders_function_is_back_after_any_end(kernel):
    before = nbgrader_autotest.start_new_kernel

    def interrupted():
        with kernels_ended():
            nbgrader_autotest.start_new_kernel(kernel_name="ir", cwd=None)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert kernel.ended
    assert nbgrader_autotest.start_new_kernel is before


def test_a_language_that_an_option_lacks_is_no_fault_of_the_cells(course):
    found = failed(course, ClearSolutions(), notebook("calysto_scheme", "scheme"))
    wanted = "give c.ClearSolutions.code_stub in nbgrader_config.py an entry for 'scheme'"
    assert found.remedy.startswith(wanted)
    assert found.where == "means.ipynb"
    found = failed(course, InstantiateTests(), notebook("calysto_scheme", "scheme"))
    assert "c.InstantiateTests.comment_strs" in found.remedy
    assert "'calysto_scheme'" in found.remedy


def test_any_other_file_is_named_with_its_place(course):
    found = failed(course, IncludeHeaderFooter(header="source/header.ipynb"), notebook())
    assert f"at {course.parent / 'header.ipynb'}" in found.said
    assert "put the file there" in found.remedy


def test_of_any_other_error_nothing_is_made_up():
    assert failure_of(ValueError("x")) == Failure()
