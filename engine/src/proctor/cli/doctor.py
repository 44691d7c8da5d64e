"""``proctor doctor``: check what this machine offers for grading, and what it lacks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from traitlets import Bool

from proctor.cli import DESCRIPTIONS, EXIT_ERROR
from proctor.cli.base import ALIASES, FLAGS, Command
from proctor.doctor import Finding, database, disks, memory, sandboxes, system, versions
from proctor.errors import Exit
from proctor.sandbox.host.options import Sandbox
from proctor.sandbox.shared.strength import parse_kind

_MARKS = {"ok": "ok", "note": "note", "problem": "PROBLEM"}


class DoctorCommand(Command):
    """Inspects the machine; changes nothing."""

    name = "proctor-doctor"
    description = DESCRIPTIONS["doctor"]
    examples = """
        proctor doctor
        proctor doctor --sandbox namespaces && proctor grade C3M3    # only with the strongest one
        proctor doctor --json
    """
    aliases = ALIASES
    flags = {**FLAGS, "json": ({"DoctorCommand": {"json": True}}, "Print one JSON object.")}

    json = Bool(False, help="Print one JSON object, for programs.").tag(config=True)

    def run(self) -> None:
        """Print the findings; the exit status is 0 if grading works as configured, else 2."""
        findings = list(self._findings())
        fit = all(finding.level != "problem" for finding in findings)
        if self.json:
            used = next(finding.value for finding in findings if finding.name == "sandbox")
            print(
                json.dumps({"fit": fit, "sandbox": used, "findings": list(map(asdict, findings))})
            )
        else:
            for line in _format(findings):
                print(line)
        if not fit:
            raise Exit(EXIT_ERROR)

    def _findings(self) -> Iterator[Finding]:
        sandbox = Sandbox(parent=self)
        yield system()
        yield versions()
        yield from sandboxes(parse_kind(sandbox.kind))
        yield memory(sandbox.memory_mib)
        yield from disks(self.root)
        yield database(self.coursedir.db_url)


def _format(findings: list[Finding]) -> Iterator[str]:
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        yield f"{finding.name:{width}}  {_MARKS[finding.level]:7}  {finding.value}"
        if finding.remedy:
            yield f"{'':{width}}  {'':7}  -> {finding.remedy}"
