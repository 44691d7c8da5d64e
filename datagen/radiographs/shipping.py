"""Write the teaching set: pictures, three tables, the test masks, a README."""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from datagen.radiographs.cases import CASES, Case
from datagen.radiographs.draw import draw
from datagen.radiographs.record import Radiograph
from util.labels import LABELS

SEED = 20_260_000
"""First seed of the teaching set; model training uses other seeds."""

PATIENTS = {"train": 96, "valid": 12, "test": 14}
TABLES = {"train": "train-small.csv", "valid": "valid-small.csv", "test": "test.csv"}
MASKS = "test-masks.json"
README = Path(__file__).with_name("folder_readme.md")


@dataclass(frozen=True)
class Row:
    """One picture of the set: how it is drawn, and its entry in the table."""

    name: str
    patient: int
    seed: int
    findings: dict[str, float] | None
    hidden: tuple[str, ...] = field(default=())
    anatomy_seed: int | None = None

    def draw(self) -> Radiograph:
        """Draw the picture; the same row gives the same bytes."""
        return draw(self.seed, findings=self.findings, anatomy_seed=self.anatomy_seed)

    def table(self, picture: Radiograph) -> dict[str, str | int]:
        """Return the row of the table; ``hidden`` findings are drawn but not labelled."""
        labels = dict(zip(LABELS, picture.labels.tolist(), strict=True))
        labels |= dict.fromkeys(self.hidden, 0)
        return {"Image": self.name, **labels, "PatientId": self.patient}


def _case_row(case: Case) -> Row:
    return Row(case.image, case.patient, case.seed, dict(case.findings), case.unlabelled)


def plan() -> dict[str, list[Row]]:
    """Return the rows of each split. Patient ids from 900,000 on are not used by the NIH set."""
    rows: dict[str, list[Row]] = {split: [] for split in PATIENTS}
    number = 0
    for split, patients in PATIENTS.items():
        for _ in range(patients):
            number += 1
            # Every sixth training patient has a second picture.
            visits = 2 if split == "train" and number % 6 == 0 else 1
            anatomy = SEED + 100 * number
            for visit in range(visits):
                name = f"SYN{number:05d}_{visit:03d}.png"
                row = Row(name, 900_000 + number, anatomy + visit, None, (), anatomy)
                rows[split].append(row)
    rows["train"][:0] = [_case_row(case) for case in CASES]
    # At least one of each finding, for the pointing game.
    for index, label in enumerate(LABELS):
        old = rows["test"][index]
        severity = 0.55 + 0.4 * ((index * 5) % 14) / 13
        findings = {label: severity}
        rows["test"][index] = Row(old.name, old.patient, old.seed, findings, (), old.anatomy_seed)
    return rows


def save_png(picture: Radiograph, path: Path, row: Row) -> None:
    """Save as 8-bit grey, with a description in the file's text fields."""
    info = PngInfo()
    info.add_text("Title", "SYNTHETIC chest radiograph")
    info.add_text(
        "Description", "SYNTHETIC: drawn by a program, shows no patient. Not for clinical use."
    )
    info.add_text("Copyright", "Apache-2.0")
    info.add_text("Source", f"datagen.radiographs seed={row.seed}")
    Image.fromarray(picture.image).save(path, pnginfo=info, optimize=True)


def run_lengths(mask: np.ndarray) -> list[int]:
    """Return the lengths of alternating runs in row-major order, starting outside the mask."""
    flat = mask.ravel().astype(np.int8)
    edges = np.flatnonzero(np.diff(flat)) + 1
    bounds = np.concatenate([[0], edges, [flat.size]])
    runs = np.diff(bounds).tolist()
    return [0, *runs] if flat[0] else runs


def expand_runs(runs: Iterable[int], size: int) -> np.ndarray:
    """The inverse of :func:`run_lengths`: a bool mask (size, size)."""
    lengths = np.fromiter(runs, dtype=np.int64)
    values = np.arange(len(lengths)) % 2 == 1
    return np.repeat(values, lengths).reshape(size, size)


def send_bundle(out: Path) -> dict[str, int]:
    """Write the whole folder.

    Args:
        out: the folder, created if missing; files of the same names are replaced.

    Returns:
        rows written for each split.
    """
    (out / "images-small").mkdir(parents=True, exist_ok=True)
    masks: dict[str, dict[str, list[int]]] = {}
    counts = {}
    for split, rows in plan().items():
        lines = []
        for row in rows:
            picture = row.draw()
            save_png(picture, out / "images-small" / row.name, row)
            lines.append(row.table(picture))
            if split == "test":
                present = np.flatnonzero(picture.labels)
                masks[row.name] = {LABELS[i]: run_lengths(picture.masks[i]) for i in present}
        _write_table(out / TABLES[split], lines)
        counts[split] = len(lines)
    text = json.dumps({"version": 1, "size": 320, "masks": masks}, separators=(",", ":"))
    (out / MASKS).write_text(text + "\n", encoding="utf-8")
    (out / "README.md").write_text(README.read_text(encoding="utf-8"), encoding="utf-8")
    return counts


def _write_table(path: Path, lines: list[dict[str, str | int]]) -> None:
    """Write a table with the columns of the course's tables: Image, the labels, PatientId."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, ["Image", *LABELS, "PatientId"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    path.write_text(buffer.getvalue(), encoding="utf-8")
