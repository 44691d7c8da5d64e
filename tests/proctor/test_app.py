import subprocess
import sys

import pytest
from traitlets.utils.importstring import import_item

from proctor.app import ProctorApp
from proctor.commands import DESCRIPTIONS
from proctor.commands.base import Command


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_each_subcommand_is_there(name):
    command = import_item(ProctorApp.subcommands[name][0])
    assert issubclass(command, Command)
    assert command.name == f"proctor-{name}"
    assert command.description == ProctorApp.subcommands[name][1]


def test_the_list_of_subcommands_needs_no_nbgrader():
    code = "import sys, proctor.app; sys.exit('nbgrader' in sys.modules or 'rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize("arguments", [[], ["nonsense"]])
def test_without_a_command_it_says_what_there_is(run, tmp_path, arguments):
    done = run(tmp_path, *arguments)
    assert done.returncode == 2
    assert all(name in done.stdout for name in DESCRIPTIONS)
