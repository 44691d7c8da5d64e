"""``python -m datagen.radiographs``: write the teaching set, or the contact sheet."""

import argparse
from pathlib import Path

import cv2

from datagen.radiographs.sheet import contact_sheet
from datagen.radiographs.shipping import send_bundle


def main() -> None:
    """Parse the command line and write the requested files."""
    parser = argparse.ArgumentParser(prog="python -m datagen.radiographs", description=__doc__)
    parser.add_argument("--out", type=Path, help="folder for the teaching set")
    parser.add_argument("--sheet", type=Path, help="file for the contact sheet (.jpg)")
    options = parser.parse_args()
    if options.out is None and options.sheet is None:
        parser.error("give --out FOLDER, --sheet FILE, or both")
    cv2.setNumThreads(1)
    if options.out is not None:
        counts = send_bundle(options.out)
        print(", ".join(f"{split}: {rows} pictures" for split, rows in counts.items()))
    if options.sheet is not None:
        contact_sheet(options.sheet)
        print(f"wrote {options.sheet}")


if __name__ == "__main__":
    main()
