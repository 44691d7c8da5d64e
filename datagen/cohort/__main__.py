"""Command line: ``python -m datagen.cohort --out source/C3M3/data/nhanes``."""

import argparse
from pathlib import Path

from datagen.cohort.draw import SEED, write_cohort


def main() -> None:
    """Write the synthetic cohort."""
    parser = argparse.ArgumentParser(prog="python -m datagen.cohort", description=main.__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the two tables")
    parser.add_argument("--seed", type=int, default=SEED, help="default: %(default)s")
    arguments = parser.parse_args()
    write_cohort(arguments.out, arguments.seed)


if __name__ == "__main__":
    main()
