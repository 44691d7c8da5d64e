"""An nbclient whose outputs are limited and valid, whatever the kernel sends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete
from nbformat import NotebookNode
from nbformat.v4 import new_output

from proctor.kernel_client.output_budget import Allowance, text_weight, weight

_UNREADABLE = "\n... some of what the cell showed is left out: it was no output ...\n"


class Client(NotebookClient):
    """Runs pieces of code in a scratch notebook of one cell.

    It never holds the submission itself, so display updates can't change other cells.

    Attributes:
        allowance: The remaining allowance of output.
        reply: The kernel's reply to the last piece of code.
    """

    def __init__(self, *args: Any, allowance: Allowance, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.allowance = allowance
        self.reply: Mapping[str, Any] = {}
        self._texts: list[str] = []

    def begin(self, source: str) -> NotebookNode:
        """Prepare the scratch notebook's cell for the next piece of code."""
        cell = self.nb.cells[0]
        cell.source, cell.outputs = source, []
        self.reply, self._texts = {}, []
        self.clear_before_next_output = False
        self.allowance.next_cell()
        # Displays are tracked by their index among the outputs, which are empty now.
        self.reset_execution_trackers()
        return cell

    def shown(self) -> list[NotebookNode]:
        """The outputs of the last piece of code, with notes on what was left out."""
        outputs: list[NotebookNode] = self.nb.cells[0].outputs
        self._join_texts(outputs)
        if self.allowance.cut is not None:
            outputs.append(_note(f"\n... {self.allowance.cut}; the rest is cut ...\n"))
        if self.allowance.malformed:
            outputs.append(_note(_UNREADABLE))
        return list(outputs)

    def on_executed(self, *, execute_reply: Mapping[str, Any], **_: Any) -> None:
        """Store the kernel's reply; called by nbclient."""
        self.reply = execute_reply["content"]

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> Any:
        """Process a message; one that causes an error is left out and counted."""
        try:
            return super().process_message(msg, cell, cell_index)
        except CellExecutionComplete:
            raise
        except Exception:
            self.allowance.malformed += 1
            return None

    def output(self, outs: list[NotebookNode], msg: Any, display_id: Any, cell_index: int) -> Any:
        """Keep an output; text that follows text of the same stream is joined to it."""
        content = msg["content"]
        if self.clear_before_next_output:
            self.clear_output(outs, {**msg, "content": {}}, cell_index)
            self.clear_before_next_output = False
        if msg["msg_type"] == "stream" and outs and outs[-1].get("name") == content["name"]:
            if self.allowance.keeps(text_weight(content["text"])):
                self._texts.append(content["text"])
            return None
        if not self.allowance.keeps(weight(content)):
            return None
        self._join_texts(outs)
        return super().output(outs, msg, display_id, cell_index)

    def clear_output(self, outs: list[NotebookNode], msg: Any, cell_index: int) -> None:
        """Clear the outputs, now or before the next output."""
        self._join_texts(outs)
        super().clear_output(outs, msg, cell_index)
        if not outs:
            self.allowance.forgets()

    def _join_texts(self, outs: list[NotebookNode]) -> None:
        # Joined all at once: appending the texts one by one takes quadratic time.
        if self._texts:
            outs[-1].text = "".join([outs[-1].text, *self._texts])
            self._texts = []

    def _update_display_id(self, display_id: str, msg: dict[str, Any]) -> None:
        """Update all outputs of a display, each of which counts towards the allowance."""
        places = sum(map(len, self._display_id_map.get(display_id, {}).values()))
        if self.allowance.keeps(places * weight(msg["content"])):
            super()._update_display_id(display_id, msg)


def _note(text: str) -> NotebookNode:
    return new_output("stream", name="stdout", text=text)
