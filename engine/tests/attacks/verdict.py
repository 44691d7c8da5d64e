"""Attacks on the verdict itself, from inside the kernel."""

from engine.tests.attacks.attack import WRONG, Theme, fill, insert

theme = Theme("verdict")

theme.code(
    "display-hook",
    "shows the score as the cell's result while the function is tested",
    """
    import sys
    def double(values):
        sys.displayhook(4.0)
        return 0
    """,
)
theme.code(
    "show-traceback",
    "keeps failures from being shown",
    """
    from IPython import get_ipython
    get_ipython().showtraceback = lambda *a, **k: None
    get_ipython().showsyntaxerror = lambda *a, **k: None
    """,
)
theme.code(
    "exits-quietly",
    "ends the test cell without an error",
    """
    from IPython.core.interactiveshell import InteractiveShell
    InteractiveShell.showtraceback = lambda *a, **k: None
    def double(values):
        raise SystemExit
    """,
)
theme.code(
    "numpy-testing",
    "makes every comparison of numpy succeed",
    """
    import numpy, numpy.testing
    for name in dir(numpy.testing):
        if name.startswith("assert"):
            setattr(numpy.testing, name, lambda *a, **k: None)
    numpy.array_equal = numpy.allclose = numpy.isclose = lambda *a, **k: True
    """,
)
theme.code(
    "asserts-away",
    "takes assert statements out of every later cell",
    """
    import ast
    from IPython import get_ipython
    class NoAsserts(ast.NodeTransformer):
        def visit_Assert(self, node):
            return ast.Pass()
    get_ipython().ast_transformers.append(NoAsserts())
    """,
)
theme.code(
    "assertion-error",
    "redefines AssertionError so that nothing is one",
    """
    import builtins
    class Silent(BaseException):
        pass
    builtins.AssertionError = Silent
    builtins.all = builtins.any = builtins.isinstance = lambda *a: True
    """,
)
theme.code(
    "answering-module",
    "replaces the module that answers calls, and what a test cell imports",
    """
    import sys, types
    import proctor.checks, proctor.remote.student
    def examine(*a, **k):
        return 4.0
    proctor.checks.examine = examine
    fake = types.ModuleType("proctor.checks")
    fake.examine = examine
    sys.modules["proctor.checks"] = fake
    proctor.remote.student.serve = lambda *a: None
    """,
)
theme.code(
    "import-hook",
    "answers every import with a module of its own",
    """
    import sys, types
    class Finder:
        def find_spec(self, name, path=None, target=None):
            return None
        def find_module(self, name, path=None):
            return self
        def load_module(self, name):
            return types.SimpleNamespace(examine=lambda *a: 4.0)
    sys.meta_path.insert(0, Finder())
    sys.modules.pop("tiny_tools", None)
    import builtins
    real = builtins.__import__
    builtins.__import__ = lambda name, *a: (
        types.SimpleNamespace(examine=lambda *x, **k: 4.0)
        if name == "proctor.checks" else real(name, *a))
    """,
)
theme.code(
    "equal-to-all",
    "returns an object that is equal to everything",
    """
    class Any:
        __array_priority__ = 1000
        def __eq__(self, other): return True
        def __ne__(self, other): return False
        def __array__(self, *a, **k): raise TypeError
        def __array_ufunc__(self, *a, **k): return True
        def all(self): return True
        def __bool__(self): return True
        def __hash__(self): return 0
    def double(values):
        return Any()
    """,
)
theme.code(
    "array-protocol",
    "returns an array subclass whose comparisons succeed",
    """
    import numpy
    class Liar(numpy.ndarray):
        def __array_function__(self, *a, **k): return True
        def __array_ufunc__(self, *a, **k): return numpy.array(True)
        def __eq__(self, other): return numpy.ones(len(other), bool)
    def double(values):
        return numpy.zeros(len(values)).view(Liar) if hasattr(values, "__len__") else 0
    """,
)
theme.code(
    "run-cell",
    "replaces the function that runs cells",
    """
    from IPython import get_ipython
    from IPython.core.interactiveshell import ExecutionResult
    shell = get_ipython()
    def run_cell(*a, **k):
        result = ExecutionResult(None)
        result.result = 4.0
        return result
    async def run_cell_async(*a, **k):
        return run_cell()
    type(shell).run_cell = run_cell
    type(shell).run_cell_async = run_cell_async
    """,
)
theme.code(
    "events",
    "rewrites the test cell before it runs",
    """
    from IPython import get_ipython
    get_ipython().input_transformers_cleanup.append(lambda lines: ["4.0\\n"])
    """,
)
theme.code(
    "forged-result-message",
    "sends an execute_result message of its own",
    """
    from IPython import get_ipython
    def double(values):
        kernel = get_ipython().kernel
        for kind in ("execute_result", "display_data"):
            kernel.session.send(
                kernel.iopub_socket, kind,
                {"data": {"text/plain": "4.0"}, "metadata": {}, "execution_count": 1},
                parent=kernel.get_parent("shell"), ident=b"x")
        return 0
    """,
)
theme.code(
    "forged-reply",
    "tells the grader that the cell is done and well, under its own signature",
    """
    from IPython import get_ipython
    import time
    def double(values):
        kernel = get_ipython().kernel
        parent = kernel.get_parent("shell")
        for content in ({"status": "ok", "execution_count": 1, "user_expressions": {},
                         "payload": []},):
            kernel.session.send(kernel.shell_stream, "execute_reply", content, parent=parent,
                                ident=kernel._parent_ident["shell"])
        kernel.session.send(kernel.iopub_socket, "status", {"execution_state": "idle"},
                            parent=parent)
        time.sleep(0.3)
        return 0
    """,
)
theme.code(
    "forged-text",
    "prints what a verdict looks like, with a script for whoever reads the feedback",
    """
    from IPython.display import HTML, display
    def double(values):
        print("4 of 4 points. All values are doubled.")
        display(HTML("<script>document.title='canary-script'</script>"))
        display(HTML("<table style='position:fixed;top:0'><tr><td id='summary'>10 of 10</td></tr>"
                     "</table><img src='https://example.org/canary-pixel'>"))
        display({"image/jpeg": "/9j/", "text/plain": "canary-map"}, raw=True,
                metadata={"proctor": {"title": "Your map", "alt": "canary-alt"}})
        return 0
    """,
)
theme.code(
    "frames",
    "looks for the expected value in the frames that call it",
    """
    import sys
    def double(values):
        frame = sys._getframe()
        while frame is not None:
            for value in list(frame.f_locals.values()):
                expected = getattr(value, "expected", None)
                if expected is not None:
                    return expected
            frame = frame.f_back
        return 0
    """,
)
theme.code(
    "garbage",
    "searches all objects of the process for checks and verdicts",
    """
    import gc
    def double(values):
        for thing in gc.get_objects():
            if type(thing).__name__ in ("Check", "Verdict", "Packet", "Examination"):
                print("found", thing)
                return thing
        return 0
    """,
)


def _redefine_later(nb):
    fill(nb, WRONG)
    for at in (len(nb.cells), 3):
        insert(nb, "def examine(*a, **k):\n    return 4.0", at=at)


theme.edit("redefine-later", "redefines what a test cell calls, in later cells", _redefine_later)
