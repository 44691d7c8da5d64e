import ast
import gc
import sys

import pytest

from engine.tests.sessions import printed_by
from proctor.sandbox.inside.preload import preload

pytestmark = pytest.mark.sandbox


@pytest.fixture
def modules(tmp_path, monkeypatch):
    """A folder in which modules are found, and that is forgotten afterwards."""
    folder = tmp_path / "modules"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    before = set(sys.modules)
    yield folder
    for name in set(sys.modules) - before:
        del sys.modules[name]
    gc.unfreeze()


def test_what_modules_write_when_they_are_imported_is_removed(modules, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (modules / "writes_at_home.py").write_text(
        f"import gc\nopen({str(scratch / 'home' / 'left')!r}, 'w').close()\nseen = gc.isenabled()"
    )
    assert preload(("writes_at_home",), scratch) is None
    assert not sys.modules["writes_at_home"].seen
    assert list(scratch.iterdir()) == []
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0


def test_the_first_that_can_not_be_imported_is_named(modules, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (modules / "is_broken.py").write_text("1 / 0")
    problem = preload(("json", "is_broken", "not_there"), scratch)
    assert problem == "is_broken: ZeroDivisionError: division by zero"
    assert list(scratch.iterdir()) == []
    assert gc.isenabled()


def test_a_kernel_imports_nothing_that_its_server_could_have(open_notebook):
    with open_notebook() as session:
        for source in ("x = 1", "1 / 0", "def f(:", "display(x)", "x", "!true", "%pwd"):
            session.run(source)
        found = printed_by(session, "import sys; print([*sys.modules])")
    modules = ast.literal_eval(found)
    # It is the last one that the server imports.
    assert modules[modules.index("numpy.random") + 1 :] == []
