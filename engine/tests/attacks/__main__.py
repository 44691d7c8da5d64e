"""Run all attacks, here and against stock nbgrader, and write engine/docs/security.md's table."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from engine.tests.attacks.attack import Attack
from engine.tests.attacks.every import ATTACKS
from engine.tests.attacks.range import attacked, executed, leaked, receipts
from engine.tests.attacks.stock import against_stock

SANDBOXES = ("namespaces", "confined")
_BEGIN, _END = "<!-- attacks -->", "<!-- /attacks -->"


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m engine.tests.attacks", description=__doc__)
    parser.add_argument("--write", type=Path, help="the page whose table is replaced")
    options = parser.parse_args()
    here = {kind: against_us(ATTACKS, kind) for kind in SANDBOXES}
    table = as_table(ATTACKS, here, against_stock(ATTACKS))
    print(table)
    if options.write is not None:
        text = options.write.read_text()
        head, tail = text[: text.index(_BEGIN)], text[text.index(_END) :]
        options.write.write_text(f"{head}{_BEGIN}\n{table}\n{tail}")
    return 0


def against_us(attacks: list[Attack], kind: str) -> dict[str, str]:
    """What each attack achieves in a sandbox of ours; the empty string: nothing."""
    root = Path(tempfile.mkdtemp(prefix="attacked-"))
    try:
        with attacked(root, attacks) as (place, environment):
            command = [sys.executable, "-m", "proctor", "grade", "tiny", "--jobs=2"]
            command.append(f"--sandbox={kind}")
            subprocess.run(command, cwd=place.course, env=environment, capture_output=True)
        found, texts = receipts(place.course), executed(place.course)
        outcomes = {}
        for student, attack in place.students.items():
            points = found[student]["exercises"][0]["score"]
            path = place.course / "submitted" / student / "tiny" / "exercise.ipynb"
            read = leaked(texts.get(student, ""), path.read_text())
            outcomes[attack.name] = f"{points:g} points" if points else ", ".join(read)
        return outcomes
    finally:
        shutil.rmtree(root, ignore_errors=True)


def as_table(
    attacks: list[Attack], here: Mapping[str, Mapping[str, str]], stock: Mapping[str, str]
) -> str:
    """A Markdown table with the sums above it."""
    sums = [
        f"{sum(map(bool, found.values()))} of {len(attacks)} succeed in the sandbox `{kind}`"
        for kind, found in here.items()
    ]
    there = sum(bool(what) for what in stock.values())
    lines = [
        f"{', '.join(sums)}. Of the {len(stock)} that were run against stock nbgrader, {there} "
        "succeed there.",
        "",
        f"| attack | what it tries | {' | '.join(here)} | stock nbgrader |",
        "|---|---|---|---|---|",
    ]
    for attack in attacks:
        ours = [found[attack.name] or "fails" for found in here.values()]
        other = stock.get(attack.name, "") or "fails" if attack.name in stock else "not run"
        cells = [f"{attack.theme}: {attack.name}", attack.tries, *ours, other]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
