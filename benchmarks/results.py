"""The file of all benchmark figures, with flat keys."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results.json"

Figure = float | bool


def store(figures: Mapping[str, Figure], path: Path = RESULTS) -> Mapping[str, Figure]:
    """Add figures to the file, keep those of other benchmarks, and return all of them."""
    known = json.loads(path.read_text()) if path.exists() else {}
    rounded = {k: v if isinstance(v, bool) else float(f"{v:.4g}") for k, v in figures.items()}
    known = dict(sorted({**known, **rounded}.items()))
    path.write_text(json.dumps(known, indent=1) + "\n")
    return known
