import subprocess
import sys


def test_notebooks_are_checked_without_the_parser_for_addresses():
    code = (
        "import sys, proctor._import_workarounds, nbformat\n"
        "nbformat.validate(nbformat.v4.new_notebook())\n"
        "try:\n    nbformat.validate(nbformat.from_dict({'nbformat': 4, 'cells': 1}))\n"
        "except nbformat.ValidationError:\n    pass\nelse:\n    sys.exit('not checked')\n"
        "sys.exit('rfc3987_syntax' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
