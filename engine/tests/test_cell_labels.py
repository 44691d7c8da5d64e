from proctor.cell_labels import CellKey, id_labels, labels

M, N = CellKey("m", "t"), CellKey("n", "t")


def test_the_ids_of_one_notebook_stay_as_they_are():
    assert id_labels([M, CellKey("m", "u")]) == {M: "t", ("m", "u"): "u"}


def test_only_what_two_notebooks_have_is_named_by_both():
    own = CellKey("n", "own")
    assert id_labels([M, N, own]) == {M: "m/t", N: "n/t", own: "own"}


def test_what_is_taken_is_named_by_both():
    assert id_labels([M], ["t"]) == {M: "m/t"}


def test_one_check_in_two_cells_of_a_notebook_is_named_by_them():
    other = CellKey("m", "u")
    assert labels({M: "double", other: "double", N: "double"}) == {
        M: "m/t",
        other: "m/u",
        N: "n/double",
    }
