import subprocess
import sys

import pytest
from traitlets.utils.importstring import import_item

from proctor.cli import DESCRIPTIONS
from proctor.cli.app import ProctorApp
from proctor.cli.base import Command

pytestmark = [pytest.mark.sandbox, pytest.mark.programs]


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_each_subcommand_is_there(name):
    command = import_item(ProctorApp.subcommands[name][0])
    assert issubclass(command, Command)
    assert command.name == f"proctor-{name}"
    assert command.description == ProctorApp.subcommands[name][1]


def test_the_list_of_subcommands_needs_no_nbgrader():
    code = (
        "import sys, proctor.cli.app; sys.exit('nbgrader' in sys.modules or 'rich' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize("arguments", [[], ["nonsense"]])
def test_without_a_command_it_says_what_there_is(run, tmp_path, arguments):
    done = run(tmp_path, *arguments)
    assert done.returncode == 2
    assert all(name in done.stdout for name in DESCRIPTIONS)


def test_a_command_that_is_nearly_one_is_told_which(run, tmp_path):
    done = run(tmp_path, "grad", "tiny")
    assert done.returncode == 2
    assert done.stderr.startswith("error: there is no command 'grad'. Did you mean grade?")
