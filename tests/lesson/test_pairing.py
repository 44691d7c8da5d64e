from pathlib import Path

import jupytext
import nbformat
import pytest

from lessons.__main__ import STABLE, pairs


@pytest.mark.parametrize("pair", pairs(), ids=lambda pair: pair[0].stem)
def test_notebook_and_script_are_the_same_lesson(pair: tuple[Path, Path]):
    notebook, script = nbformat.read(pair[0], as_version=4), jupytext.read(pair[1])
    assert len(notebook.cells) == len(script.cells)
    for one, other in zip(notebook.cells, script.cells, strict=True):
        assert (one.cell_type, one.source) == (other.cell_type, other.source)
        assert one.metadata == other.metadata


@pytest.mark.parametrize("pair", pairs(), ids=lambda pair: pair[0].stem)
def test_only_stable_outputs_are_kept(pair: tuple[Path, Path]):
    for cell in nbformat.read(pair[0], as_version=4).cells:
        if cell.cell_type == "code" and cell.outputs:
            assert STABLE in cell.metadata["tags"]
            assert all(output.output_type == "stream" for output in cell.outputs)
