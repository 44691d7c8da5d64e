"""The reference of commands and options, from the code: ``python -m proctor.cli.reference``."""

from __future__ import annotations

import argparse
import inspect
import textwrap
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from traitlets import Bool
from traitlets.config import Configurable

from proctor.cli import DESCRIPTIONS, EXIT_STATUSES
from proctor.cli.app import ProctorApp
from proctor.cli.base import FLAGS, Command
from proctor.execution.runner import Examine
from proctor.grading.deadlines import Deadlines
from proctor.nbgrader import options_page
from proctor.release.kit import StudentKit
from proctor.release.scaffold import Scaffold
from proctor.sandbox.host.options import Sandbox

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference.md"

_SETTINGS: tuple[type[Configurable], ...] = (Examine, Sandbox, Scaffold, StudentKit, Deadlines)
_HEAD = """\
# Reference of commands and options

Made from the code by `python -m proctor.cli.reference --write`; change it there.

Every option can stand in `nbgrader_config.py` (`c.Examine.cell_seconds = 60`) or on the command
line (`--Examine.cell_seconds=60`). All commands take `--help`, `--help-all`, `--sandbox none`
(which accepts that notebooks run with your own rights), and nbgrader's own options, such as
`--course-dir`, `--student` and `--assignment`.
"""


def reference() -> str:
    """The page in Markdown."""
    lines = [_HEAD, "## Commands", ""]
    for name in DESCRIPTIONS:
        lines += _command(name)
    lines += ["## Exit statuses", "", "| status | meaning |", "|---|---|"]
    lines += [f"| {status} | {meaning} |" for status, meaning in EXIT_STATUSES.items()]
    lines += ["", "## Options", ""]
    for setting in _SETTINGS:
        lines += _options(setting)
    return "\n".join(lines).rstrip() + "\n"


def _command(name: str) -> Iterator[str]:
    path = str(ProctorApp.subcommands[name][0])
    module, _, class_name = path.rpartition(".")
    command: Any = getattr(import_module(module), class_name)
    examples = textwrap.dedent(str(command.examples)).strip()
    yield from (f"### proctor {name}", "", DESCRIPTIONS[name], "", "```", examples, "```", "")
    own = {str(trait): short for short, trait in command.aliases.items()}
    rows = []
    # Options of nbgrader's own commands are listed by --help-all.
    known = set(Command.class_traits(config=True))
    for trait_name, trait in sorted(command.class_traits(config=True).items()):
        if trait_name in known:
            continue
        owner = trait.this_class.__name__
        short = own.get(f"{owner}.{trait_name}") or _flag(command, owner, trait_name)
        shown = f"`--{short}`" if short else f"`--{owner}.{trait_name}`"
        default = "" if isinstance(trait, Bool) else f" ({trait.default_value_repr()})"
        rows.append(f"| {shown}{default} | {_cell(trait.help)} |")
    listed = " ".join(rows)
    for flag, (_, words) in command.flags.items():
        if flag not in FLAGS and f"`--{flag}`" not in listed:
            rows.append(f"| `--{flag}` | {_cell(words)} |")
    if rows:
        yield from ("| option (default) | what it does |", "|---|---|", *rows, "")


def _flag(command: Any, class_name: str, trait: str) -> str:
    for name, (settings, _) in command.flags.items():
        if trait in settings.get(class_name, {}):
            return str(name)
    return ""


def _options(setting: type[Configurable]) -> Iterator[str]:
    if not setting.class_own_traits(config=True):
        return
    about = (inspect.getdoc(setting) or "").splitlines()[0]
    yield from (f"### {setting.__name__}", "", about, "")
    yield from ("| option | default | what it does |", "|---|---|---|")
    for name, trait in sorted(setting.class_own_traits(config=True).items()):
        default = trait.default_value_repr().replace("|", "\\|")
        yield f"| `{name}` | `{default}` | {_cell(trait.help)} |"
    yield ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m proctor.cli.reference", description=__doc__)
    names = f"{PAGE.name} and {options_page.PAGE.name}"
    parser.add_argument("--write", action="store_true", help=f"write {names} in engine/docs")
    if parser.parse_args().write:
        PAGE.write_text(reference(), encoding="utf-8")
        options_page.PAGE.write_text(options_page.options_page(), encoding="utf-8")
    else:
        print(reference(), end="")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
