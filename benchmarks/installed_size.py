"""Disk space that the engine takes beyond nbgrader: ``python -m benchmarks.installed_size``.

Sizes are those of the files that distributions list, without compiled Python. ``--write`` puts the
table into a page.
"""

from __future__ import annotations

import argparse
import importlib.metadata
from pathlib import Path

from engine.tests.distributions import required

_MB = 1e6
_BEGIN, _END = "<!-- installed size -->", "<!-- /installed size -->"


def size(name: str) -> float:
    """Size in MB of a distribution's files; for an editable installation, of its sources."""
    if name == "proctor":
        root = Path(__file__).resolve().parent.parent / "engine" / "src"
        return sum(p.stat().st_size for p in root.rglob("*") if _counts(p)) / _MB
    files = importlib.metadata.distribution(name).files or ()
    paths = (Path(str(file.locate())) for file in files)
    return sum(path.stat().st_size for path in paths if _counts(path)) / _MB


def _counts(path: Path) -> bool:
    return path.is_file() and path.suffix != ".pyc"


def table() -> str:
    """Return a Markdown table of the added distributions, largest first."""
    base = required("nbgrader")
    rows = sorted(((size(name), name) for name in required("proctor") - base), reverse=True)
    extra = [size(name) for name in required("proctor[dask]") - required("proctor")]
    lines = [
        f"nbgrader with all that it requires takes {sum(map(size, base)):.0f} MB. `proctor` adds "
        f"{sum(one for one, _ in rows):.0f} MB:",
        "",
        "| distribution | MB |",
        "|---|---|",
        *(f"| {name} | {one:.1f} |" for one, name in rows),
        "",
        f"The extra `dask` adds {sum(extra):.0f} MB in {len(extra)} distributions.",
    ]
    return "\n".join(lines)


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.installed_size", description=__doc__
    )
    parser.add_argument("--write", type=Path, help="the page whose table is replaced")
    options = parser.parse_args()
    made = table()
    print(made)
    if options.write is not None:
        text = options.write.read_text()
        head, tail = text[: text.index(_BEGIN)], text[text.index(_END) :]
        options.write.write_text(f"{head}{_BEGIN}\n{made}\n{tail}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
