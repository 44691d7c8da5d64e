"""Which options of a course's configuration have no effect, and which are none at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from traitlets.config import Config, Configurable
from traitlets.config.loader import LazyConfigValue

from proctor.nbgrader.options_table import GROUPS, UNSET, Decision, Group
from proctor.text import one_line

ADOPTION = "Adoption"
"""Section of a configuration in which ``adopt`` notes what it has replaced."""

_OLD = {"ClearSolutions": ("comment_mark",)}
"""Options that nbgrader still takes, and says itself that they are old."""

Classes = Mapping[str, list[type[Configurable]]]


def configurable_classes() -> Classes:
    """All classes that have been imported and can be configured, by name."""
    found: dict[str, list[type[Configurable]]] = {}
    waiting: list[type[Configurable]] = [Configurable]
    seen = set()
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            found.setdefault(one.__name__, []).append(one)
            waiting += one.__subclasses__()
    return found


def lost_options(config: Config, command: str | None = None) -> Iterator[str]:
    """Sentences on options of nbgrader's that a course has set and that are not honoured.

    Args:
        config: The course's configuration.
        command: Only those of a command's own; None: all.
    """
    classes = configurable_classes()
    told = set()
    for group in _groups(command):
        for name, options in group.options.items():
            for option, decision in options.items():
                section = _section(config, classes.get(name, []), name, option, decision)
                if section is not None and (section, option) not in told:
                    told.add((section, option))
                    yield (
                        f"c.{section}.{option} has no effect on proctor: {decision.words}. "
                        f"What to do: {decision.instead}."
                    )


def _groups(command: str | None) -> Iterable[Group]:
    return [group for group in GROUPS if command is None or command in group.commands]


def _section(
    config: Config, classes: Iterable[type], name: str, option: str, decision: Decision
) -> str | None:
    """The section in which a course has set an option that is lost; None if nothing is lost."""
    if decision.fate != "lost":
        return None
    if decision.replaced:
        return name if f"{name}.{option}" in config.get(ADOPTION, {}).get("replaced", ()) else None
    for owner in classes:
        for base in owner.__mro__:
            if option in config.get(base.__name__, {}):
                value = config[base.__name__][option]
                trait: Any = owner.class_traits(config=True).get(option)  # type: ignore[attr-defined]
                return None if _is_same(value, trait, decision) else base.__name__
    return None


def _is_same(value: Any, trait: Any, decision: Decision) -> bool:
    """Whether a value is nbgrader's default, or what is done here anyway."""
    if isinstance(value, LazyConfigValue):
        return False
    default = trait.default() if trait is not None else UNSET
    return any(one is not UNSET and bool(value == one) for one in (default, decision.same))


def unknown_options(config: Config) -> Iterator[str]:
    """Sentences on options that no class of that name has; traitlets only logs a warning.

    Args:
        config: The course's configuration.
    """
    classes = configurable_classes()
    for section, options in config.items():
        if section not in classes or not isinstance(options, Config):
            continue
        known = {o for one in classes[section] for o in one.class_trait_names(config=True)}
        for option in options:
            if option in known or option in _OLD.get(section, ()) or not known:
                continue
            near = get_close_matches(option, known, n=1)
            meant = f" Did you mean {near[0]}?" if near else ""
            yield f"{section} has no option {one_line(str(option), 80)}.{meant}"
