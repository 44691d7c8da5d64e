import pytest
from nbformat.v4 import new_output

from proctor.execution.in_kernel_message import failure_sentence

SOURCE = "x = 1\nassert f(1) == 1\nassert f(\n    2) == 2, 'Mind two.'"
HIDDEN = f"{SOURCE}\n### BEGIN HIDDEN TESTS\nassert f(987) == 1, f(987)\n### END HIDDEN TESTS"


def said(kind="AssertionError", text="", line=2, source=SOURCE):
    trace = ["-----", f"Cell In[3], line {line}", f"\x1b[32m----> {line}\x1b[39m assert ..."]
    error = new_output("error", ename=kind, evalue=text, traceback=trace)
    return failure_sentence(source, [error], scored=False)


def test_the_message_of_an_assertion_is_told():
    assert said(text="Mind two.") == "Mind two."


def test_an_assertion_without_one_is_quoted():
    assert said() == "A test does not pass: f(1) == 1"
    assert said(line=4) == "A test does not pass: f( 2) == 2"


@pytest.mark.parametrize("line", [1, 99, "9" * 50])
def test_where_it_is_not_known_which_none_is_quoted(line):
    assert said(line=line) == "A test does not pass."


def test_a_single_assertion_needs_no_line():
    assert said(line=9, source="assert f(1)") == "A test does not pass: f(1)"


def test_what_was_raised_is_told_in_one_line():
    found = said("NameError", "name 'f'\n\x1b[31mis <not> defined" + "x" * 9000)
    assert found.startswith("The test stopped with NameError: name 'f' is <not> defined")
    assert len(found) < 600


def test_kernels_of_other_languages_call_everything_an_error():
    found = said("simpleError", "f(1) == 1 is not TRUE", source="stopifnot(f(1) == 1)")
    assert found == "The test stopped with an error: f(1) == 1 is not TRUE"


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        ("AssertionError", "1974", "A test does not pass."),
        ("AssertionError", "Mind two.", "Mind two."),
        ("KeyError", "987", "A test does not pass. It stopped with KeyError."),
        ("f(987) == 1", "", "A test does not pass."),
    ],
)
def test_of_hidden_lines_only_written_messages_are_told(kind, text, found):
    assert said(kind, text, source=HIDDEN) == found


def test_without_an_error_the_reason_is_told():
    warned = new_output("stream", name="stderr", text="old")
    assert "error stream" in failure_sentence(SOURCE, [warned], scored=False)
    assert failure_sentence(SOURCE, [], scored=True) == "The tests pass in part."
    assert failure_sentence(SOURCE, [], scored=False) == "The tests do not pass."
