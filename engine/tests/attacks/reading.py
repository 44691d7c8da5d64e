"""Attacks that read what a notebook must not know. What they find they print."""

from engine.tests.attacks.attack import Theme

theme = Theme("reading")

_SHOW = """
import glob, os
def show(pattern):
    for path in glob.glob(pattern, recursive=True, include_hidden=True)[:200]:
        try:
            text = open(path, "rb").read(1 << 20)
        except OSError:
            continue
        print(path, text.decode(errors="replace"))
"""

for name, tries, pattern in (
    ("hidden-tests", "reads the hidden tests", "{course}/*.py"),
    ("instructor-notebook", "reads the instructor's notebook", "{course}/source/**/*.ipynb"),
    ("gradebook", "reads the gradebook", "{course}/gradebook.db"),
    ("course-secret", "reads the secret from which challenges follow", "{course}/.proctor_secret"),
    ("neighbour", "reads another student's submission", "{course}/submitted/**/*.ipynb"),
    ("graded", "reads what was graded before", "{course}/autograded/**/*"),
    ("home", "reads the grader's home folder", "{home}/.netrc"),
    ("environ", "reads the environment of every process", "/proc/[0-9]*/environ"),
    ("cmdline", "reads open files through /proc", "/proc/[0-9]*/fd/*"),
    ("roots", "looks through other processes' roots", "/proc/[0-9]*/root{course}/*"),
    ("upwards", "looks for notebooks above its own folder", "../**/*.ipynb"),
):
    theme.code(name, tries, f"{_SHOW}\nshow({pattern!r})")

theme.code(
    "variables",
    "prints its own environment",
    "import os; print(dict(os.environ))",
)
theme.code(
    "memory-of-parent",
    "reads the memory of its parent process",
    """
    import os, re
    pid = os.getppid()
    try:
        for line in open(f"/proc/{pid}/maps"):
            start, end = (int(x, 16) for x in line.split()[0].split("-"))
            with open(f"/proc/{pid}/mem", "rb") as memory:
                memory.seek(start)
                for found in re.findall(rb"canary-[a-z]+", memory.read(end - start)):
                    print(found)
    except (OSError, OverflowError, ValueError) as error:
        print(error)
    """,
    # Of a grader that knows all these words for the sake of this comparison.
    reckless=True,
)
theme.code(
    "shell",
    "asks a shell to find and print secrets",
    """
    from IPython import get_ipython
    get_ipython().system("grep -rhos 'canary-[a-z]*' {course} {home} /etc 2>/dev/null | head")
    """,
)
