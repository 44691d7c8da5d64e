import time

import pytest

from proctor.reporting.feedback.math_syntax import replace_formulas, replace_formulas_in_html


def drawn(latex, display):
    return f"[{'D' if display else 'I'}:{latex}]"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a $x$ b", "a [I:x] b"),
        ("$$x$$", "[D:x]"),
        (r"\(x\) \[y\]", "[I:x] [D:y]"),
        (r"\$5 and $x\$y$", r"$5 and [I:x\$y]"),
        (r"\begin{align*}a\end{align*}", r"[D:\begin{align*}a\end{align*}]"),
        (r"\begin{itemize}a\end{itemize}", r"\begin{itemize}a\end{itemize}"),
        ("costs $5", "costs $5"),
        ("$a\n\nb$", "$a\n\nb$"),
        (r"\[ x", r"\[ x"),
        ("$ $", "$ $"),
    ],
)
def test_formulas_are_found_in_text(text, found):
    assert replace_formulas(text, drawn) == found


def test_in_html_they_are_found_in_text_that_is_no_code():
    html = '<p title="$a$">$x &lt; y$ <code>$b$</code> <pre>$c$</pre> $d$</p>'
    assert replace_formulas_in_html(html, drawn) == (
        '<p title="$a$">[I:x < y] <code>$b$</code> <pre>$c$</pre> [I:d]</p>'
    )


@pytest.mark.parametrize(
    "part", ["$", "$$ ", r"\[", r"\( ", r"\begin{align}", "<", "<!--", "<pre>$"]
)
def test_it_takes_a_moment(part):
    started = time.process_time()
    replace_formulas_in_html(part * (50_000 // len(part)), lambda *_: "")
    replace_formulas(part * (50_000 // len(part)), lambda *_: "")
    assert time.process_time() - started < 2
