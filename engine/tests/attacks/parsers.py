"""Attacks on what reads a notebook outside: before it runs, and when its page is made.

Folders and files that keep a grader busy are in
``engine/tests/cli/test_hostile_submissions.py``.
"""

from nbformat.v4 import new_code_cell, new_markdown_cell

from engine.tests.attacks.attack import WRONG, Theme, fill

theme = Theme("parsers")

BOMB = "".join(f"<i a={number:x}>" for number in range(1000)) + "<p>x" * 2500
REFERENCES = '[a]: /u "' + "t" * 9000 + '"\n\n' + "[a] " * 2000
TABLE = (
    "from IPython.display import HTML, display\n"
    "for _ in range(4):\n"
    "    text = ''.join(f'<i a={i}>' for i in range(9000)) + '<p>x' * 9000\n"
    "    display(HTML('<table>' + text))"
)
INERT = "<script>canary-script</script><img src=x onerror=canary-script>\n[x](javascript:alert())"


def edit(name, tries, attention=None):
    """Register an edit of a submission whose ``double`` is wrong already."""

    def register(function):
        def change(nb):
            fill(nb, WRONG)
            function(nb)

        theme.edit(name, tries, change, attention=attention, reckless=True)
        return function

    return register


@edit("markdown-bomb", "has cells of 14 kB whose page would have 57 MB")
def _(nb):
    nb.cells += [new_markdown_cell(BOMB) for _ in range(3)]


@edit("references", "uses a reference so often that a page would have 20 MB")
def _(nb):
    nb.cells.append(new_markdown_cell(REFERENCES))


@edit("formulas", "has thousands of formulas and brackets, which take long to draw")
def _(nb):
    nb.cells += [new_markdown_cell("$a$ " * 5000), new_markdown_cell("[" * 20_000)]


@edit("table-bomb", "shows tables that take a parser twenty seconds")
def _(nb):
    nb.cells.append(new_code_cell(TABLE))


@edit("page-script", "writes and shows scripts for whoever looks at the notebook")
def _(nb):
    nb.cells.append(new_markdown_cell(INERT))
    nb.cells.append(
        new_code_cell(
            "from IPython.display import display\n"
            f"for kind in ('html', 'markdown', 'latex', 'plain'):\n"
            f"    display({{f'text/{{kind}}': {INERT!r}}}, raw=True)\n"
            "about = {'image/png': {'width': '1 onerror=canary-script'}}\n"
            "display({'image/png': 'AAAA'}, metadata=about, raw=True)"
        )
    )


@edit("values", "has metadata of 600,000 values", attention="500,000 values")
def _(nb):
    nb.metadata["x"] = [[] for _ in range(300_000)]


@edit("cells", "has 6,000 cells", attention="5,000 cells")
def _(nb):
    nb.cells += [new_markdown_cell("") for _ in range(6000)]
