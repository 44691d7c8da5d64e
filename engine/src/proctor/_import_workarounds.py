"""Import jsonschema, which nbformat needs, without an expensive dependency that is never used.

To validate international URLs (IRIs), jsonschema imports a package that builds a parser from a
grammar at import time. This takes two seconds of CPU time in every worker, more than all other
imports of a command together. The package is optional for jsonschema; notebooks are validated in
the same way without it.

Import this module before anything that imports nbformat.
"""

from __future__ import annotations

import sys
from importlib import import_module

_SLOW = "rfc3987_syntax"


def _import_without(slow: str, module: str) -> None:
    if module in sys.modules or slow in sys.modules:
        return
    # An entry of None makes the import system treat the module as missing.
    sys.modules[slow] = None  # type: ignore[assignment]
    try:
        import_module(module)
    finally:
        del sys.modules[slow]


_import_without(_SLOW, "jsonschema")
