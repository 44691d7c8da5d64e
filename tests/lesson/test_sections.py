"""What the printed original specifies of the lesson."""

import ast
import re

import pytest

# All but 1.1.5, which is ours, are the printed original's.
HEADINGS = [
    "1. Interpreting", "1.1 ", "1.1.1 ", "1.1.2 ", "1.1.3 ", "Exercise 1 - grad_cam", "1.1.4 ",
    "Exercise 2 - compute_gradcam", "1.1.5 How Often", "2. Feature", "2.1 ", "2.1.1 ",
    "Exercise 3 - permute_feature", "2.1.2 ", "Exercise 4 - permutation_importance", "2.1.3 ",
    "2.2 ", "2.2.1 ", "2.2.2 ", "2.2.3 ",
]  # fmt: skip

SIGNATURES = {
    "UNQ_C1": ("grad_cam", ["input_model", "image", "category_index", "layer_name"]),
    "UNQ_C2": (
        "compute_gradcam",
        [
            "model",
            "img",
            "mean",
            "std",
            "data_dir",
            "df",
            "labels",
            "selected_labels",
            "layer_name",
        ],
    ),
    "UNQ_C3": ("permute_feature", ["df", "feature"]),
    "UNQ_C4": ("permutation_importance", ["X", "y", "model", "metric", "num_samples"]),
}


def code(nb, start):
    return next(c for c in nb.cells if c.cell_type == "code" and c.source.startswith(start))


def test_all_sections_are_there_in_their_order(instructor):
    found = [
        line.lstrip("# ")
        for cell in instructor.cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if re.match(r"#+ ([12]\.|Exercise)", line)
    ]
    assert len(found) == len(HEADINGS)
    for heading, start in zip(found, HEADINGS, strict=True):
        assert heading.startswith(start)


def test_every_section_has_an_anchor_and_stands_in_the_table_of_contents(instructor):
    texts = [cell.source for cell in instructor.cells if cell.cell_type == "markdown"]
    (contents,) = (text for text in texts if text.startswith("## Table of Contents"))
    listed = re.findall(r"\[(.+?)\]\(#(.+?)\)", contents)
    found = re.findall(
        r"""<a name=["'](.+?)["']></a>\n#+ (.+)""", "\n".join(t for t in texts if t != contents)
    )
    # JupyterLab finds headings by their text, also of cells that it has not drawn yet.
    assert listed == [(heading, heading.replace(" ", "-")) for _, heading in found]
    assert len(listed) == len(HEADINGS)


def test_an_exercises_heading_is_no_larger_than_its_sections_and_larger_than_text(instructor):
    levels = [
        (len(found[1]), found[2])
        for cell in instructor.cells
        if cell.cell_type == "markdown"
        for found in re.finditer(r"^(#+) (.*)", cell.source, re.MULTILINE)
    ]
    exercises = [place for place, (_, text) in enumerate(levels) if text.startswith("Exercise ")]
    assert len(exercises) == 4
    for place in exercises:
        assert levels[place][0] >= levels[place - 1][0], levels[place]
        # JupyterLab shows headings of the fifth level as large as text.
        assert levels[place][0] < 5


def test_the_libraries_are_loaded_after_util_which_quiets_them(instructor):
    modules = [
        node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(ast.parse(code(instructor, "# First, since it keeps").source))
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert modules[0] == "util"
    assert {"keras", "tensorflow", "cv2"} <= set(modules)


@pytest.mark.parametrize("marker", SIGNATURES)
def test_exercises_have_the_printed_signatures_and_documented_arguments(
    instructor, student, marker
):
    name, arguments = SIGNATURES[marker]
    for nb in (instructor, student):
        cell = code(nb, f"# {marker} (UNIQUE CELL IDENTIFIER, DO NOT EDIT)")
        function = ast.parse(cell.source).body[0]
        assert function.name == name
        assert [argument.arg for argument in function.args.args] == arguments
        described = ast.get_docstring(function)
        assert all(re.search(rf"^\s*{a}\s*[(:]", described, re.MULTILINE) for a in arguments)


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_test_cells_carry_their_markers_and_ten_points(instructor, number):
    cell = code(instructor, f"### test cell: ex{number}\n### this cell is NOT editable")
    data = cell.metadata["nbgrader"]
    assert (data["grade"], data["locked"], data["solution"], data["points"]) == (
        True,
        True,
        False,
        10,
    )


def test_demonstrations_are_tagged(instructor):
    tagged = {
        cell.metadata["nbgrader"]["grade_id"]
        for cell in instructor.cells
        if "demonstration" in cell.metadata.get("tags", [])
    }
    assert tagged >= {
        "predictions", "summary", "case-clear-mass", "case-neither", "empty-map",
        "case-central-mass", "case-edema", "pointing-masks", "pointing-game", "pointing-share",
        "pointing-look",
        "importances", "importances-chart", "force-plot", "shap-values",
        "summary-plot", "dependence-age-sex", "dependence-poverty-age",
    }  # fmt: skip
    assert not tagged & {"packages", "load-model", "risk-model", "ex1-test"}


def test_importances_are_written_with_loc(instructor):
    assert 'importances.loc["importance", feature] =' in code(instructor, "# UNQ_C4").source


def names_of(cell, context):
    """Names that a cell binds (Store) or looks up (Load), imports among the bound ones."""
    nodes = list(ast.walk(ast.parse(cell.source)))
    found = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, context)}
    if context is ast.Store:
        imports = [n for n in nodes if isinstance(n, ast.Import | ast.ImportFrom)]
        found |= {(a.asname or a.name).split(".")[0] for n in imports for a in n.names}
    return found


def test_no_graded_cell_needs_what_only_a_demonstration_defines(instructor):
    """Grading skips demonstrations; even a student's own import of theirs would be missed."""
    skipped, kept, looked_up = set(), set(), set()
    for cell in instructor.cells:
        if cell.cell_type == "code" and "demonstration" in cell.metadata.get("tags", []):
            skipped |= names_of(cell, ast.Store)
            imported = [n for n in ast.walk(ast.parse(cell.source)) if isinstance(n, ast.Import)]
            assert not imported, cell.metadata["nbgrader"]["grade_id"]
        elif cell.cell_type == "code":
            kept |= names_of(cell, ast.Store)
            looked_up |= names_of(cell, ast.Load)
    assert "preds" in skipped
    assert not (skipped - kept) & looked_up
