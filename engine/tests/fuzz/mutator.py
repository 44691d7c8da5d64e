"""Change an input as a tree: what is spoilt byte by byte is hardly ever JSON any more."""

from __future__ import annotations

import json
import random
from typing import Any

from proctor.remote.kinds import import_libraries, tags

import_libraries()

_FIELDS = (
    *("op", "number", "value", "raised", "printed", "random", "stale", "changed", "gone", "rest"),
    *("rebound", "args", "kwargs", "object", "what", "kinds", "text", "attributes", "class"),
    *("cause", "context", "own", "python", "numpy", "type", "methods", "kind", "bases", "name"),
    "parent",
)
_WORDS = (
    *("reply", "back", "answer", "call", "getattr", "eq", "bool", "repr", "iter", "next", "hash"),
    *("f", "g", "x", "data", "mine", "Point", "Colour", "Pair", "OwnError", "RED", "__main__.Own"),
    *("builtins.ValueError", "builtins.KeyError", "unittest.case.SkipTest", "packed", "view"),
    *("function", "class", "module", "exception", "object", "<f8", "<M8[ns]", "O", "C", "N", "r"),
    *("q", "d", "U", "Int64", "boolean", "string[python]", "category", "range", "multi", "index"),
    *("interval", "UTC", "Europe/Oslo", "D", "ns", "PCG64", "__class__", "__dict__", "__eq__"),
    *("1e400", "NaN", "../x", "/", "", "é", "\u202e", "0" * 50, "[]", "__proctor_student__"),
)
_NUMBERS = (0, 1, -1, 2, 3, 7, 100, -100, 2**31, 2**53, 2**63, -(2**63), 1e308, 0.5, -0.0)


def mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """Return a changed input of limited size.

    Args:
        data: An input; if it is none, a small one is returned.
        max_size: Bytes.
        seed: Determines the change.
    """
    rng = random.Random(seed)
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError):
        tree = None
    if not isinstance(tree, list) or not tree:
        tree = [{"data": {"value": None}, "buffers": []}]
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        tree = _changed(tree, rng)
    if not isinstance(tree, list):
        tree = [tree]
    made = json.dumps(tree).encode()
    return made if len(made) <= max_size else data[:max_size]


def _changed(tree: Any, rng: random.Random) -> Any:
    """A copy of a tree with one node changed."""
    paths = list(_paths(tree))
    path = rng.choice(paths)
    copied = json.loads(json.dumps(tree))
    if not path:
        return [*copied, rng.choice(copied)] if copied else copied
    parent = _at(copied, path[:-1])
    key, old = path[-1], _at(tree, path)
    if rng.random() < 0.15:
        del parent[key]
    elif isinstance(parent, list) and rng.random() < 0.15:
        parent.insert(key, rng.choice((old, _made(rng, 1))))
    elif rng.random() < 0.3:
        parent[key] = json.loads(json.dumps(_at(tree, rng.choice(paths))))
    else:
        parent[key] = _near(old, rng)
    return copied


def _near(old: Any, rng: random.Random) -> Any:
    if isinstance(old, bool) or old is None:
        return _made(rng, 2)
    if isinstance(old, int | float):
        return rng.choice((old + 1, old - 1, -old, rng.choice(_NUMBERS), _made(rng, 1)))
    if isinstance(old, str) and old and set(old) <= set("0123456789abcdef") and len(old) % 2 == 0:
        place = rng.randrange(len(old))
        return old[:place] + rng.choice("0123456789abcdef") + old[place + 1 :]
    if isinstance(old, dict):
        return {**old, rng.choice(_FIELDS): _made(rng, 2)}
    return _made(rng, 3)


def _made(rng: random.Random, depth: int) -> Any:
    """A small tree."""
    kind = rng.random()
    if depth <= 0 or kind < 0.25:
        return rng.choice((None, True, rng.choice(_WORDS), rng.choice(_NUMBERS)))
    if kind < 0.8:
        tag = rng.choice((*tags(), "ref", "own", "opaque"))
        items = [_made(rng, depth - 1) for _ in range(rng.randrange(5))]
        return [tag, *([-rng.randrange(1, 9)] if rng.random() < 0.5 else []), *items]
    if kind < 0.9:
        return [_made(rng, depth - 1) for _ in range(rng.randrange(4))]
    return {rng.choice(_FIELDS): _made(rng, depth - 1) for _ in range(rng.randrange(4))}


def _paths(tree: Any, path: tuple[Any, ...] = ()) -> Any:
    yield path
    items: Any = ()
    if isinstance(tree, dict):
        items = tree.items()
    elif isinstance(tree, list):
        items = enumerate(tree)
    for key, value in items:
        yield from _paths(value, (*path, key))


def _at(tree: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        tree = tree[key]
    return tree
