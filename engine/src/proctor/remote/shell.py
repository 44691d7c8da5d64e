"""IPython without a kernel: it runs cells, and keeps what they print and show.

A kernel with its sockets and threads takes many times as long to start, and to tell what a cell
has shown.
"""

from __future__ import annotations

import base64
import io
import json
import sys
from collections.abc import Mapping
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from proctor.remote.references import text_of

Output = dict[str, Any]
"""An output of a cell, as in a notebook's file."""


class Outputs:
    """The outputs of a cell, of limited size."""

    def __init__(self, limit: int = 0) -> None:
        """Start with none.

        Args:
            limit: Characters that are kept; 0: no limit.
        """
        self._limit = limit
        self._size = 0
        self._kept: list[Output] = []
        self._texts: list[str] = []

    def write(self, stream: str, text: str) -> None:
        """Keep what was printed."""
        if not self._has_room(len(text)):
            return
        last = self._kept[-1] if self._kept else {}
        if last.get("name") != stream:
            self._join()
            self._kept.append({"output_type": "stream", "name": stream, "text": ""})
        self._texts.append(text)

    def show(self, kind: str, data: Mapping[str, Any], **more: Any) -> None:
        """Keep a display or a result.

        Args:
            kind: Its ``output_type``.
            data: By media type.
            more: Its other fields.
        """
        plain = {name: _as_json(value) for name, value in data.items()}
        plain = {name: value for name, value in plain.items() if value is not None}
        if self._has_room(sum(map(len, map(str, plain.values())))):
            self._join()
            self._kept.append({"output_type": kind, "data": plain, "metadata": {}, **more})

    def fail(self, name: str, text: str) -> None:
        """Keep an exception, without its traceback."""
        self._join()
        told = [f"{name}: {text}"]
        self._kept.append(
            {"output_type": "error", "ename": name, "evalue": text, "traceback": told}
        )

    def clear(self) -> None:
        """Forget all."""
        self._size = 0
        self._kept, self._texts = [], []

    def take(self) -> list[Output]:
        """The outputs."""
        self._join()
        return self._kept

    def _has_room(self, size: int) -> bool:
        """Count characters, and say so once if there are too many."""
        before, self._size = self._size, self._size + size
        if not self._limit or self._size <= self._limit:
            return True
        if before <= self._limit:
            self._join()
            note = f"\n... more than {self._limit:,} characters of output; the rest is cut ...\n"
            self._kept.append({"output_type": "stream", "name": "stdout", "text": note})
        return False

    def _join(self) -> None:
        # All at once: appending the texts one by one takes quadratic time.
        if self._texts:
            self._kept[-1]["text"] += "".join(self._texts)
            self._texts = []


def _as_json(value: Any) -> Any:
    """A value of a display, as it stands in a notebook; None if it can't."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    try:
        return json.loads(json.dumps(value))
    except (TypeError, ValueError):
        return None


class _Stream(io.TextIOBase):
    """Standard output or standard error of the cells."""

    encoding = "utf-8"

    def __init__(self, name: str, shell: CellShell) -> None:
        self.name = f"<{name}>"
        self._stream = name
        self._shell = shell

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._shell.outputs.write(self._stream, text)
        return len(text)


class _Publisher(DisplayPublisher):
    def publish(self, data: Any, metadata: Any = None, source: Any = None, **more: Any) -> None:
        shell: Any = self.shell
        shell.outputs.show("display_data", data)

    def clear_output(self, wait: bool = False) -> None:
        shell: Any = self.shell
        shell.outputs.clear()


class _Hook(DisplayHook):
    def write_output_prompt(self) -> None:
        """Print nothing."""

    def write_format_data(self, format_dict: Mapping[str, Any], md_dict: Any = None) -> None:
        shell: Any = self.shell
        shell.outputs.show("execute_result", format_dict, execution_count=None)

    def finish_displayhook(self) -> None:
        """Print nothing."""


class CellShell(InteractiveShell):
    """Runs cells.

    Attributes:
        outputs: Those of the current cell.
    """

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)
    outputs = Outputs()

    def use_streams(self) -> None:
        """Let this process print into the outputs."""
        sys.stdout, sys.stderr = _Stream("stdout", self), _Stream("stderr", self)

    def run(self, source: str, limit: int = 0) -> BaseException | None:
        """Run a cell.

        Args:
            source: Its code.
            limit: Characters of output that are kept; 0: no limit.

        Returns:
            What it raised; None if it ran to its end.
        """
        self.outputs = Outputs(limit)
        result = self.run_cell(source, store_history=True)  # type: ignore[no-untyped-call]
        raised: BaseException | None = result.error_before_exec or result.error_in_exec
        return raised

    def showtraceback(self, *told: Any, **options: Any) -> None:
        """Keep an exception's type and text; nobody sees more, and to format it takes seconds."""
        error = sys.exc_info()[1]
        if error is not None:
            self.outputs.fail(type(error).__name__, text_of(error))

    showsyntaxerror = showtraceback

    def _format_exception_for_storage(self, *told: Any, **options: Any) -> list[str]:
        """Nothing: IPython formats each exception once more, for its history."""
        return []

    def enable_gui(self, gui: str | None = None) -> None:
        """Do nothing: figures are shown as pictures."""


def cell_shell() -> CellShell:
    """The shell of this process, made at the first call; it starts no thread."""
    if CellShell.initialized():
        return CellShell.instance()
    config = Config()
    config.HistoryManager.enabled = False
    main = sys.modules["__main__"]
    shell: CellShell = CellShell.instance(config=config)
    # What IPython imports and prepares at its first cell, each forked process would do by itself.
    shell.run_cell("None", store_history=False)  # type: ignore[no-untyped-call]
    # IPython has put its own there, which is wrong as long as no cell runs.
    sys.modules["__main__"] = main
    return shell
