"""Exercise 2: what its visible test prints and says."""

import matplotlib.pyplot as plt
import pytest

from util import load_image_normalize
from util.public_tests import ExerciseError, compute_gradcam_test


def test_it_passes_and_needs_no_right_exercise_1(cells, run, capsys):
    compute_gradcam_test(run(cells["compute_gradcam"], cells["compute_gradcam"].solved))
    assert capsys.readouterr().out.splitlines() == [
        "Selected labels: ['Mass', 'Nodule']",
        "Maps computed for: ['Mass', 'Nodule']",
        "",
        " All tests passed.",
    ]


SAYS = {
    "pass": "call grad_cam for the selected ones: it was not called; expected 2 calls",
    "[grad_cam(model, image, i, layer) for i in range(4)]": "alone: maps .* all 4 .*'Hernia'",
    "[grad_cam(model, image, i, layer) for i in range(2)]": "position in labels.*'Edema', 'Mass'",
    "[grad_cam(model, image, i, 'conv') for i in (1, 3)]": "the right layer.*layer_name",
    "[grad_cam(model, image[0], i, layer) for i in (1, 3)]": "the right image.*preprocessed_input",
    "[grad_cam('model', image, i, layer) for i in (1, 3)]": "the right model",
    "[i for i in None]": "Replace each None.*NoneType",
    "cam = None; plt.imshow(cam)": "Replace each None: cam is None.*grad_cam was not called before",
    "image = df.loc[0, 'no such column']": "Does f use its own arguments",
}


@pytest.mark.parametrize("line", SAYS)
def test_it_says_what_is_wrong(line):
    namespace = {"load_image_normalize": load_image_normalize, "plt": plt}
    code = (
        "def f(model, img, mean, std, data_dir, df, labels, selected, layer_name):\n"
        "    image, layer = load_image_normalize(data_dir + img, mean, std), layer_name\n"
        f"    {line}\n"
    )
    exec(code, namespace)  # noqa: S102 - written above
    with pytest.raises(ExerciseError, match=SAYS[line]):
        compute_gradcam_test(namespace["f"])


LOOP, TEST = "for i in range(len(labels))", "if labels[i] in selected_labels"
CALL = "grad_cam(model, preprocessed_input, i, layer_name)"
MISTAKES = {
    "positions among the selected": (
        [(LOOP, "for i in range(len(selected_labels))")],
        r"Give grad_cam a selected label's position in labels: maps .* \['Mass'\]; expected",
    ),
    "names for positions": ([(LOOP, "for i in labels")], "Loop over positions, which are numbers"),
    "a number is no loop": ([(LOOP, "for i in len(labels)")], "Loop over the numbers up to it"),
    "a position for a name": (
        [(TEST, "if i in selected_labels")],
        "Loop over all labels.*a label'",
    ),
    "always": ([(TEST, "if True")], "Ask for the selected labels alone"),
    "the others": (
        [(TEST, "if labels[i] not in selected_labels")],
        r"Give grad_cam .* \['Edema', 'Hernia'\]; expected \['Mass', 'Nodule'\]",
    ),
    "the path of the image": (
        [(CALL, "grad_cam(model, img_path, i, layer_name)")],
        "Give grad_cam the right image",
    ),
    "the name of the label": (
        [(CALL, "grad_cam(model, preprocessed_input, labels[i], layer_name)")],
        "Give grad_cam a label's position in labels, a whole number",
    ),
    "a count of its own": (
        [(CALL, "grad_cam(model, preprocessed_input, j, layer_name)")],
        r"Give grad_cam .* \['Hernia', 'Mass'\]; expected",
    ),
    "off by one": (
        [(CALL, "grad_cam(model, preprocessed_input, i + 1, layer_name)")],
        "Loop over the positions of labels, from 0: there is no such",
    ),
    "a layer of its own": (
        [(CALL, "grad_cam(model, preprocessed_input, i, 'conv5_block16_concat')")],
        "Give grad_cam the right layer",
    ),
    "an argument too few": (
        [(CALL, "grad_cam(model, preprocessed_input, i)")],
        "Give grad_cam its four arguments",
    ),
    "a name misspelt": ([(f"gradcam = {CALL}", f"cam = {CALL}")], "Use names that are set before"),
    "an error of its own": ([(CALL, "1 / 0")], "Look at the line at which .*line 40: gradcam"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_usual_mistake_ends_in_one_sentence(mistake, cells, run):
    changes, says = MISTAKES[mistake]
    cell = cells["compute_gradcam"]
    with pytest.raises(ExerciseError, match=f"^({says})") as caught:
        compute_gradcam_test(run(cell, cell.solved, *changes))
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    "change",
    [
        (LOOP, "for i, _ in enumerate(labels)"),
        (LOOP, "for i in reversed(range(len(labels)))"),
        (CALL, "grad_cam(model, preprocessed_input, category_index=i, layer_name=layer_name)"),
        (CALL, "grad_cam(model, preprocessed_input, labels.index(labels[i]), layer_name)"),
    ],
)
def test_another_right_way_passes(change, cells, run):
    cell = cells["compute_gradcam"]
    compute_gradcam_test(run(cell, cell.solved, change))


def test_no_figure_is_left_open_by_a_failure(cells, run):
    before = plt.get_fignums()
    cell = cells["compute_gradcam"]
    with pytest.raises(ExerciseError):
        compute_gradcam_test(run(cell, cell.solved, (CALL, "1 / 0")))
    assert plt.get_fignums() == before
