"""Options that a command does not have: traitlets passes over them without a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any

from traitlets.config import Application

_ALWAYS = ("help", "help-all", "version", "generate-config", "show-config", "show-config-json")


def unknown_option(argv: Sequence[str], application: Application) -> str | None:
    """What is wrong with the first option that is none, in words; None where all are known.

    Args:
        argv: What stands behind the command's name.
        application: The command.
    """
    known = set(_names(application))
    for word in argv:
        if word == "--":
            break
        name = word.lstrip("-").partition("=")[0]
        if not word.startswith("-") or not name or name[0].isdigit():
            continue
        if name in known or _is_abbreviated(name, known):
            continue
        near = get_close_matches(name, known, n=1)
        meant = f" Did you mean --{near[0]}?" if near else ""
        return f"there is no option {word.partition('=')[0]}.{meant}"
    return None


def _names(application: Application) -> Iterator[str]:
    yield from _ALWAYS
    for keys in (*application.aliases, *application.flags):
        yield from (keys,) if isinstance(keys, str) else keys
    for owner in _with_parents(application):
        yield from (f"{owner.__name__}.{trait}" for trait in owner.class_traits(config=True))


def _with_parents(application: Application) -> Iterable[Any]:
    classes = {type(application), *application.classes}
    return {base for one in classes for base in one.__mro__ if hasattr(base, "class_traits")}


def _is_abbreviated(name: str, known: set[str]) -> bool:
    """Whether it is the beginning of one option alone, which the parser takes for it."""
    return len(name) > 1 and sum(one.startswith(name) for one in known if "." not in one) == 1
