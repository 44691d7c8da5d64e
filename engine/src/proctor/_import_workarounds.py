"""Import jsonschema, which nbformat needs, without a parser that nothing here uses.

For one format of strings, international web addresses, jsonschema imports a package that builds
a parser from a grammar whenever it is imported. That takes two seconds of processor time, more
than all other imports of a command together, and every worker would spend them anew. jsonschema
does without the package where it is not installed; notebooks are checked in the same way.

Importing this module is enough, as long as it comes before whatever imports nbformat.
"""

from __future__ import annotations

import sys
from importlib import import_module

_SLOW = "rfc3987_syntax"


def _import_without(slow: str, module: str) -> None:
    if module in sys.modules or slow in sys.modules:
        return
    # None means to Python that there is no such module.
    sys.modules[slow] = None  # type: ignore[assignment]
    try:
        import_module(module)
    finally:
        del sys.modules[slow]


_import_without(_SLOW, "jsonschema")
