"""What stands in a test that can't be judged outside, whatever the solution does."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable
from contextlib import suppress

from proctor.submission.cell_names import imported_names


def obstacle(source: str, classes: Collection[str]) -> str:
    """Why a test can't be judged outside; empty if nothing in its code stands against it.

    Args:
        source: The test.
        classes: Names of classes that both sides define.
    """
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError):
        return ""
    if replaced := _patched_class(nodes, imported_names([source])[0], classes):
        return f"it replaces what belongs to a class: {replaced}"
    if concerned := _of_the_process(nodes):
        return f"it concerns the whole process: {concerned}"
    if risky := _runs_text(nodes):
        return f"it may run as code what the student's code returned: {risky}"
    return ""


def defined_classes(sources: Iterable[str]) -> set[str]:
    """Names of the classes that cells define."""
    found = set()
    for source in sources:
        with suppress(SyntaxError, ValueError, RecursionError):
            found |= {n.name for n in ast.walk(ast.parse(source)) if isinstance(n, ast.ClassDef)}
    return found


_OF_THE_PROCESS = frozenset(
    {
        *("setrecursionlimit", "settrace", "setprofile", "getrefcount", "_getframe"),
        *("process_time", "process_time_ns", "thread_time", "thread_time_ns", "__import__"),
        *("simplefilter", "filterwarnings", "catch_warnings", "warns", "errstate", "seterr"),
        *("tracemalloc", "sys.modules", "os.environ", "os.chdir", "setrlimit", "getrusage"),
        *("exists", "isfile", "isdir", "is_file", "is_dir", "listdir", "scandir", "iterdir"),
        *("os.walk", "os.access", "os.stat", "sqlite3.connect"),
        *("glob", "iglob", "rglob", "getsizeof", "weakref", "gc", "psutil", "getpid"),
        *("perf_counter", "perf_counter_ns", "monotonic", "monotonic_ns", "time.time", "timeit"),
        *("threading.enumerate", "active_count", "get_fignums", "get_ipython", "In", "Out"),
    }
)
"""Names of what belongs to a process: a test would set or look at its own, not the student's."""


def _of_the_process(nodes: Iterable[ast.AST]) -> str:
    """What a test does with its process; empty if it does nothing of that kind."""
    for node in nodes:
        if isinstance(node, ast.Attribute):
            text = ast.unparse(node)
            if node.attr in _OF_THE_PROCESS or text in _OF_THE_PROCESS:
                return text
        elif isinstance(node, ast.Name) and node.id in _OF_THE_PROCESS:
            return node.id
    return ""


_RUNS_TEXT = frozenset({"yaml.load", "yaml.unsafe_load", "yaml.full_load", "jsonpickle.decode"})
"""Functions that make objects of any class from a text, of which Python itself tells nobody."""


def _runs_text(nodes: Iterable[ast.AST]) -> str:
    """What a test may run as code; other ways are noticed, see `proctor.remote.made_code`."""
    for node in nodes:
        if not isinstance(node, ast.Call):
            continue
        text = ast.unparse(node.func)
        # pandas' own language, in which a text can call what it names.
        asked = isinstance(node.func, ast.Attribute) and node.func.attr in ("query", "eval")
        fixed = all(isinstance(one, ast.Constant) for one in node.args[:1])
        if text in _RUNS_TEXT or (asked and not fixed):
            return text
    return ""


_PATCHING = ("patch", "object", "setattr", "delattr")
"""Functions that replace an attribute."""


def _patched_class(
    nodes: Iterable[ast.AST], imported: Collection[str], given: Collection[str]
) -> str:
    """The attribute of a class that a test replaces; empty if it replaces none.

    Those of modules are replaced for the student's code, too; see `proctor.remote.patches`.

    Args:
        nodes: The test.
        imported: Names that it imports.
        given: Names of classes that both sides define.
    """
    for node in nodes:
        targets: list[ast.AST] = []
        if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            whole = ast.unparse(node.value)
            if whole.endswith(".__dict__") or whole.startswith("vars("):
                return ast.unparse(node)
        elif isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            targets = [node.value]
        elif isinstance(node, ast.Call) and _called_name(node) in _PATCHING and node.args:
            first = node.args[0]
            named = first.value if isinstance(first, ast.Constant) else None
            if isinstance(named, str) and re.search(r"\b[A-Z]\w*\.", named):
                return named
            targets = [first]
        for target in targets:
            parts = ast.unparse(target).split(".")
            of_library = parts[0] in imported and any(part[:1].isupper() for part in parts)
            if of_library or parts[0] in given:
                return ast.unparse(node)
    return ""


def _called_name(call: ast.Call) -> str:
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))
