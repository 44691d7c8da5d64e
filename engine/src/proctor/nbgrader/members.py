"""Lists of nbgrader's preprocessors with some members replaced, whatever else is in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from traitlets.config import Config
from traitlets.config.loader import LazyConfigValue


class Members(LazyConfigValue):
    """A list of preprocessors that is made when a program reads its configuration.

    It then begins with the program's own default, so that no nbgrader's steps get lost. What the
    course adds to it, before or afterwards, is added.
    """

    replaced: Mapping[str, str] = {}
    first: Sequence[str] = ()
    last: Sequence[str] = ()

    def get_value(self, initial: Any) -> Any:
        """The list, from the program's default."""
        if self._value is None:
            # The class of the configuration keeps it, as it does a list that was only extended.
            found = [_replaced(one, self.replaced) for one in super().get_value(initial)]
            own = (one for one in found if one != "")
            self._value = [*self.first, *own, *self.last]
        return self._value


def replace_members(
    c: Config,
    program: str,
    trait: str,
    replaced: Mapping[str, str],
    first: Sequence[str] = (),
    last: Sequence[str] = (),
) -> None:
    """Let a program use other classes in place of some of nbgrader's.

    Args:
        c: The configuration; what the course has made of the list is kept.
        program: Name of the program's class.
        trait: Name of its list.
        replaced: Import paths of the new classes, by the names of nbgrader's and nbconvert's;
            empty: it is left out.
        first: Import paths of classes that come before all others.
        last: Import paths of classes that come after all others.
    """
    found = c[program].get(trait)
    members = Members()
    members.replaced, members.first, members.last = replaced, first, last
    if isinstance(found, LazyConfigValue):
        members.merge_into(found)
    elif found is not None:
        c[program][trait] = members.get_value([*found])
        return
    c[program][trait] = members


def _replaced(member: Any, replaced: Mapping[str, str]) -> Any:
    """A member of such a list, or what stands in its place.

    Args:
        member: A class, or its import path.
        replaced: See `replace_members`.
    """
    name = getattr(member, "__name__", type(member).__name__)
    path = member if isinstance(member, str) else f"{member.__module__}.{name}"
    name = path.rpartition(".")[2]
    return replaced.get(name, member) if path.startswith(("nbgrader.", "nbconvert.")) else member
