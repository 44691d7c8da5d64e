"""The contents of Jupyter messages, validated and rebuilt from known fields only.

Every output that passes is valid under nbformat's schema, and can be encoded as UTF-8.

https://jupyter-client.readthedocs.io/en/stable/messaging.html
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from typing import Any

JSON = Mapping[str, Any]

_MIME = re.compile(r"[\w.+-]+/[\w.+-]+(?:; ?[\w.+-]+=[\w.+-]+)*", re.ASCII)
_JSON_MIME = re.compile(r"application/(.*\+)?json")
_BINARY = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf")
_LONGEST_NAME = 200
"""Maximum length of a MIME type, or of a display's id, in characters."""

_STATES = ("busy", "idle", "starting")
_ENDINGS = ("ok", "error", "aborted")
_STREAMS = ("stdout", "stderr")


class MalformedError(ValueError):
    """The content is not valid for its kind; the message briefly states why."""


def content_of(kind: str, said: Any) -> dict[str, Any]:
    """Validate a message's content, and return only the fields that its kind has.

    Args:
        kind: The message's type; one of `KINDS`.
        said: Its content, from JSON of limited depth with finite numbers and without lone
            surrogates.

    Raises:
        MalformedError: A field is missing or invalid.
    """
    return _READERS[kind](_mapping(said, "content"))


def _stream(said: JSON) -> dict[str, Any]:
    return {"name": _one_of(said.get("name"), _STREAMS), "text": _text(said.get("text"))}


def _display(said: JSON) -> dict[str, Any]:
    found = {"data": _bundle(said.get("data")), "metadata": _metadata(said.get("metadata"))}
    transient = said.get("transient")
    if transient is not None:
        identity = _mapping(transient, "transient").get("display_id")
        if identity is not None:
            found["transient"] = {"display_id": _name(identity)}
    return found


def _result(said: JSON) -> dict[str, Any]:
    return {**_display(said), "execution_count": _count(said.get("execution_count"))}


def _error(said: JSON) -> dict[str, Any]:
    traceback = said.get("traceback")
    if not isinstance(traceback, list):
        raise MalformedError("a traceback that is not a list")
    return {
        "ename": _text(said.get("ename")),
        "evalue": _text(said.get("evalue")),
        "traceback": [_text(line) for line in traceback],
    }


def _clear(said: JSON) -> dict[str, Any]:
    wait = said.get("wait", False)
    if not isinstance(wait, bool):
        raise MalformedError("a wait that is neither true nor false")
    return {"wait": wait}


def _status(said: JSON) -> dict[str, Any]:
    return {"execution_state": _one_of(said.get("execution_state"), _STATES)}


def _reply(said: JSON) -> dict[str, Any]:
    found = {"status": _one_of(said.get("status"), _ENDINGS)}
    if found["status"] == "error":
        found |= {"ename": _text(said.get("ename")), "evalue": _text(said.get("evalue"))}
    return found


_READERS: Mapping[str, Callable[[JSON], dict[str, Any]]] = {
    "stream": _stream,
    "display_data": _display,
    "update_display_data": _display,
    "execute_result": _result,
    "error": _error,
    "clear_output": _clear,
    "status": _status,
    "execute_reply": _reply,
    "kernel_info_reply": _reply,
}

KINDS = frozenset(_READERS)


def _mapping(value: Any, what: str) -> JSON:
    if not isinstance(value, dict):
        raise MalformedError(f"{what} that is no object")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise MalformedError("something other than text where text belongs")
    return value


def _one_of(value: Any, known: tuple[str, ...]) -> str:
    if _text(value) not in known:
        raise MalformedError(f"a word other than {', '.join(known)}")
    return str(value)


def _name(value: Any) -> str:
    # Libraries may give a display any id; numbers are likely.
    text = str(value) if isinstance(value, int) else _text(value)
    if len(text) > _LONGEST_NAME:
        raise MalformedError("a name that is too long")
    return text


def _count(value: Any) -> int | None:
    if value is None or (type(value) is int and 0 <= value < 2**31):
        return value
    raise MalformedError("an invalid execution count")


def _bundle(value: Any) -> dict[str, Any]:
    return {
        _mime(kind): _mime_value(kind, shown) for kind, shown in _mapping(value, "data").items()
    }


def _mime(kind: str) -> str:
    if len(kind) > _LONGEST_NAME or not _MIME.fullmatch(kind):
        raise MalformedError("data without a MIME type")
    return kind


def _mime_value(kind: str, shown: Any) -> Any:
    if _JSON_MIME.fullmatch(kind):
        return shown
    text = "".join(map(_text, shown)) if isinstance(shown, list) else _text(shown)
    if kind in _BINARY:
        _check_base64(text)
    return text


def _check_base64(text: str) -> None:
    try:
        base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedError("a picture that is not in base64") from error


def _metadata(value: Any) -> dict[str, Any]:
    found = dict(_mapping({} if value is None else value, "metadata"))
    for key, about in found.items():
        # Later code reads the metadata of a MIME type by key, and compares tags.
        if "/" in key:
            _mapping(about, f"metadata of {key[:_LONGEST_NAME]}")
        if key == "tags" and not (isinstance(about, list) and all(map(_is_text, about))):
            raise MalformedError("tags that are no list of text")
    return found


def _is_text(value: Any) -> bool:
    return isinstance(value, str)
