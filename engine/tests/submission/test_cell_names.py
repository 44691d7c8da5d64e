"""What a cell defines, reads, imports and changes."""

from __future__ import annotations

from proctor.submission.cell_names import names_of


def test_names():
    names = names_of(
        "import os\n%matplotlib inline\n"
        "def f():\n    global g\n    g = later\n    return [a for a in b]\n"
        "class C(Base):\n    x = body\n[c for c in d]\nlambda: e\n"
    )
    assert {"f", "g", "C"} <= names.stored
    assert names.imported == {"os"}
    assert {"d", "Base", "body"} <= names.used
    assert {"later", "b", "e"} <= names.later
    assert not {"a", "c", "x"} & (names.used | names.stored | names.later)


def test_names_in_cell_magics():
    assert names_of("%%time\nx = f(1)").stored == {"x"}
    assert not names_of("%%html\n<p>x = 1").stored


def test_what_code_changes_in_place():
    names = names_of("a[0] = 1\nb.c.append(2)\nshuffle(d)\nx = e.pop()\nprint(f)")
    assert names.changed == {"a", "b", "d"}


def test_what_is_no_python_has_no_names():
    assert names_of("assert (") is None


def test_what_is_imported_and_bound_otherwise_is_no_import_alone():
    names = names_of("import math, json\njson = 1\nimport not_installed_anywhere")
    assert names.imported == {"math"}
    assert names.imports == "import math, json"
