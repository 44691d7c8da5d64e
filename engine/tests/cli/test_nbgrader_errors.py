import logging
import traceback

import pytest
from nbgrader.converters.base import NbGraderException

from proctor.cli.nbgrader_errors import errors_of, reason_of_failure

GENERAL = NbGraderException("Please see the the above traceback")


class CorruptedError(Exception):
    pass


def trace(error):
    try:
        raise error
    except type(error):
        return traceback.format_exc()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("no such thing"), "no such thing"),
        (CorruptedError("it is"), "it is"),
        (ValueError("two\n  lines:\n    of it"), "two lines: of it"),
        (ValueError(), "ValueError"),
        (SyntaxError("invalid", ("a.py", 1, 1, "x =")), "invalid"),
    ],
)
def test_the_message_of_the_last_error_is_the_reason(error, said):
    assert reason_of_failure(GENERAL, ["Something", trace(error), "More"]) == said


def test_what_a_step_has_found_is_said_besides():
    logged = [trace(ValueError("Duplicate grade id: x")), trace(CorruptedError("It is corrupted."))]
    assert reason_of_failure(GENERAL, logged) == "It is corrupted (Duplicate grade id: x)"
    assert reason_of_failure(GENERAL, [logged[1]] * 2) == "It is corrupted."


def test_without_a_traceback_the_error_speaks_for_itself():
    assert reason_of_failure(NbGraderException("a\n  b"), ["Something"]) == "a b"
    assert reason_of_failure(NbGraderException(), []) == "NbGraderException"


def test_errors_are_collected_within_the_block():
    log = logging.getLogger("nbgrader errors")
    with errors_of(log) as found:
        log.error("one %s", 1)
        log.warning("two")
    log.error("three")
    assert found.messages == ["one 1"]
